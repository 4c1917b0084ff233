"""The shelf: badges and their tiers, awards that last, collections with a grand prize, and credentials to take away.

It stands on `engage` alone; the two never-changing halves are pure: what earns a badge, and what one looks like.
"""
