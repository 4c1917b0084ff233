"""Wheel and scratch card: revisions, epochs and plays."""

from games.feature import feature

__all__ = ["feature"]
