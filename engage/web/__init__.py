"""The HTTP edge: credentials, problems, limits, pages."""

__all__: list[str] = []
