"""How the schema came to be: one numbered step after another, the same on both engines, each in one transaction."""

__all__: list[str] = []
