"""The only source of chance: the operating system's. Nothing here is seeded and nothing can be replayed."""

import secrets


def random_bytes(count: int) -> bytes:
    """`count` bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def random_below(bound: int) -> int:
    """A uniform integer in 0 … bound − 1."""
    return secrets.randbelow(bound)
