"""Posters, drawn for real."""
