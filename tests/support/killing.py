"""Readers of the log that are killed again and again, before and after their commits."""

import json
import os
import random
import signal

from tests.support.bureau import Bureau
from tests.support.servers_of_engage import open_nursery

POINTS = ("before_commit", "after_commit")
MOST = 100


def kill_readers(bureau: Bureau, name: str, chance: random.Random) -> int:
    """Let readers of this name read until one comes to the end of the log; how many were killed on the way."""
    with open_nursery(b"read") as readers:
        for kills in range(MOST):
            die_at = POINTS[kills % 2], chance.randrange(1, 4)
            order = {"url": bureau.url, "name": name, "die_at": die_at, "now": bureau.clock.now_ms()}
            print(json.dumps(order), file=readers, flush=True)
            readers.readline()
            ended = os.waitstatus_to_exitcode(int(readers.readline()))
            if ended == 0:
                return kills
            assert ended == -signal.SIGKILL, f"a reader ended with {ended}"
    message = f"{MOST} readers did not come to the end"
    raise AssertionError(message)
