"""How often a process looks for garbage that only a cycle keeps; all else goes as soon as nobody refers to it."""

import gc

ALLOCATIONS = 10_000
"""How many containers are made and not let go of before the youngest are looked through. With Python's own 700 that
happens several times while a batch of plays is being decided and all of it is in use."""


def settle() -> None:
    """Take everything that stands now for permanent, and look for garbage from now on, but not in every batch."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)
    gc.enable()
