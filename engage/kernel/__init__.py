"""What everything else stands on: time, chance, names, refusals and canonical JSON. No I/O."""

__all__: list[str] = []
