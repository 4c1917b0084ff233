"""Engage: games, prizes and points for a brand's members, on one road of funded, provable, exactly-once writes."""

__all__: list[str] = []
