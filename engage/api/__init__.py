"""JSON for members and the brand's servers."""

__all__: list[str] = []
