"""Real servers as processes of their own, each behind a socket that outlives it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

STOP_SECONDS = 30
ROOT = Path(__file__).parents[2]


class Nursery:
    """The process that forks the servers of one database, one at a time, all on one socket.

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
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self.listener.fileno()],
            text=True,
        )

    def start(self, die_at: tuple[str, int] | None = None) -> int:
        """Fork a server; its process id. With `die_at` it kills itself when it passes a point the nth time."""
        assert self._mother.stdin
        assert self._mother.stdout
        order = {"url": self.url, "redis": self.redis_url, "socket": self.listener.fileno(), "die_at": die_at}
        self._mother.stdin.write(json.dumps(order) + "\n")
        self._mother.stdin.flush()
        self.process = int(self._mother.stdout.readline())
        self._lives = True
        return self.process

    def wait_until_gone(self) -> int | None:
        """Wait for the server's end: the number of the signal that killed it, None if it ended by itself, in order."""
        assert self._mother.stdout
        status = int(self._mother.stdout.readline())
        self._lives = False
        if os.WIFSIGNALED(status):
            return os.WTERMSIG(status)
        assert os.waitstatus_to_exitcode(status) == 0, "the server failed; what it says stands in this test's output"
        return None

    def close(self) -> None:
        """End the nursery. A server that is still there, because a test failed, is killed."""
        assert self._mother.stdin
        assert self._mother.stdout
        if self._lives:
            os.kill(self.process, signal.SIGKILL)
        self._mother.stdin.close()
        self._mother.wait(timeout=STOP_SECONDS)
        self._mother.stdout.close()
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
