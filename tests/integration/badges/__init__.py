"""Badges and collections, over HTTP events and all the way to the proof."""
