"""A server that is killed again and again, and a client that keeps its own log of what it was told."""
