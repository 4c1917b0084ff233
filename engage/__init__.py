"""Engage: games, prizes and points for a brand's members, on one road of funded, provable, exactly-once writes."""

VERSION = "1.0.0"

__all__ = ["VERSION"]
