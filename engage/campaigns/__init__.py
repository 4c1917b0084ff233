"""Campaigns: files, lifecycle, budget, checks and the rules page."""

__all__: list[str] = []
