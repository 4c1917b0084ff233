"""Tasks: what members do, how far they have come, and what they get for it."""
