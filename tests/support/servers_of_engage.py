"""Real servers as processes of their own, each behind a socket that outlives it."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TextIO

STOP_SECONDS = 30
ROOT = Path(__file__).parents[2]


@cache
def _door() -> socket.socket:
    """The way to the process out of which all servers of this one are forked; it goes when this one does."""
    here, there = socket.socketpair()
    command = [sys.executable, "-m", "tests.support.nursery", str(there.fileno())]
    mother = subprocess.Popen(command, cwd=ROOT, pass_fds=[there.fileno()])
    there.close()

    def leave() -> None:
        here.close()
        mother.wait(timeout=STOP_SECONDS)

    atexit.register(leave)
    return here


def open_nursery(job: bytes, *sockets: int) -> TextIO:
    """A line to somebody who forks one child after another for this job; tests/support/nursery.py says how to talk."""
    line, hers = socket.socketpair()
    with line, hers:
        socket.send_fds(_door(), [job], [hers.fileno(), *sockets])
        return line.makefile("rw")


class Nursery:
    """Whoever forks the servers of one database, one at a time, all on one socket.

    The socket is never closed, so a client that connects while no server lives waits for the next one.
    """

    def __init__(self, url: str, redis_url: str = "") -> None:
        self.url, self.redis_url = url, redis_url
        self.listener = socket.socket()
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1024)
        self.port: int = self.listener.getsockname()[1]
        self.process = 0
        self._lives = False
        self._talk = open_nursery(b"serve", self.listener.fileno())

    def start(self, die_at: tuple[str, int] | None = None) -> int:
        """Fork a server; its process id. With `die_at` it kills itself when it passes a point the nth time."""
        print(json.dumps({"url": self.url, "redis": self.redis_url, "die_at": die_at}), file=self._talk, flush=True)
        self.process = int(self._talk.readline())
        self._lives = True
        return self.process

    def wait_until_gone(self) -> int | None:
        """Wait for the server's end: the number of the signal that killed it, None if it ended by itself, in order."""
        status = int(self._talk.readline())
        self._lives = False
        if os.WIFSIGNALED(status):
            return os.WTERMSIG(status)
        assert os.waitstatus_to_exitcode(status) == 0, "the server failed; what it says stands in this test's output"
        return None

    def close(self) -> None:
        """Let go. A server that is still there, because a test failed, is killed."""
        if self._lives:
            os.kill(self.process, signal.SIGKILL)
            self.wait_until_gone()
        self._talk.close()
        self.listener.close()


@contextmanager
def running_servers(url: str, count: int = 1, redis_url: str = "") -> Iterator[list[int]]:
    """So many servers of one database, as processes of their own; the port of each."""
    with ExitStack() as stack:
        ports = []
        for _ in range(count):
            nursery = Nursery(url, redis_url)
            stack.callback(nursery.close)
            process = nursery.start()
            stack.callback(nursery.wait_until_gone)
            stack.callback(os.kill, process, signal.SIGTERM)
            ports.append(nursery.port)
        yield ports
