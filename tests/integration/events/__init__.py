"""The log and its readers."""
