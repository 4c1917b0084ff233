"""Where everything lasts: the two engines, the Writer that commits in groups, and the rows of the hot path."""

__all__: list[str] = []
