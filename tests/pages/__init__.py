"""Every page in every state: looked at by axe, weighed, and photographed by `python -m tests.pages`."""
