"""The demo as a newcomer starts it: a process of its own on a free port, with example campaigns."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.servers import private_folder, running

ROOT = Path(__file__).parents[2]
START = "from wsgi import main; main()"


@dataclass(frozen=True)
class Served:
    """A server that browsers and programs can reach. `data` is the folder with its database."""

    address: str
    data: Path

    @property
    def key(self) -> str:
        """The API key of the demo's brand."""
        return (self.data / "api-key.txt").read_text(encoding="utf-8").strip()

    def get(self, path: str, bearer: str = "") -> Any:
        """What the API answers."""
        return self._ask("GET", path, bearer)

    def post(self, path: str, body: dict[str, Any], bearer: str = "", **headers: str) -> Any:
        """What the API answers to a request with a body."""
        return self._ask("POST", path, bearer, body, headers)

    def new_member(self, turns: int = 3) -> dict[str, Any]:
        """A fresh member with turns in every game: `member`, `external_id` and `token`."""
        member: dict[str, Any] = self.post("/v1/demo/members", {"turns": turns})
        return member

    def _ask(self, method: str, path: str, bearer: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        sent = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = httpx.request(method, self.address + path, json=body, headers=sent | (headers or {}), timeout=30)
        assert answer.is_success, answer.text
        return answer.json()


@contextmanager
def running_demo() -> Iterator[Served]:
    """A fresh demo for the length of a block."""
    with private_folder("demo", {}, in_memory=True) as folder:
        data, port = folder / "data", _free_port()
        command = [sys.executable, "-c", START, "demo", "--port", str(port), "--data", str(data)]
        served = Served(f"http://127.0.0.1:{port}", data)
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
        environ |= {"PYTHONPATH": str(ROOT)}
        with running(command, folder, lambda: _is_ready(served), user={}, env=environ):
            yield served


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _is_ready(served: Served) -> bool:
    try:
        return httpx.get(f"{served.address}/readyz").is_success
    except httpx.TransportError:
        return False
