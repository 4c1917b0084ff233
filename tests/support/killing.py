"""Readers of the log that are killed again and again, before and after their commits."""

import random
import signal
import subprocess
import sys

from tests.support.bureau import Bureau

POINTS = ("before_commit", "after_commit")
MOST = 100


def kill_readers(bureau: Bureau, name: str, chance: random.Random) -> int:
    """Let readers of this name read until one comes to the end of the log; how many were killed on the way."""
    command = [sys.executable, "-m", "tests.support.doomed", bureau.url, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as readers:
        assert readers.stdin
        assert readers.stdout
        for kills in range(MOST):
            print(POINTS[kills % 2], chance.randrange(1, 4), bureau.clock.now_ms(), file=readers.stdin, flush=True)
            ended = readers.stdout.readline().strip()
            if ended == "0":
                readers.stdin.close()
                return kills
            assert ended == str(-signal.SIGKILL), f"a reader ended with {ended or 'no word'}"
    message = f"{MOST} readers did not come to the end"
    raise AssertionError(message)
