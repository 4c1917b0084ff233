"""Servers as processes, asked over HTTP."""
