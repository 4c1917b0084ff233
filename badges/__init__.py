"""The shelf: badges and their tiers, awards that last, collections with a grand prize, and credentials to take away."""

from badges.feature import SHELF

__all__ = ["SHELF"]
