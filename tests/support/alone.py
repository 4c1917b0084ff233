"""A test marked `alone` has the machine to itself: what it measures would otherwise be what other tests leave it.

Every process of the suite holds the room while it runs a test, all of them together or one that is alone. Who wants to
be alone keeps the door shut meanwhile, so that it is not kept waiting by others who come in one after another.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache"


@contextmanager
def held_room(*, alone: bool) -> Iterator[None]:
    """Be in the room for the length of a block, with others or alone."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "door.lock").open("w") as door, (CACHE / "room.lock").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            # Said aloud, because a child that was forked meanwhile holds the same lock for as long as it lives.
            fcntl.flock(room, fcntl.LOCK_UN)
