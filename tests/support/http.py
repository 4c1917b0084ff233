"""A member's client over real HTTP that keeps its seeds and can be cut off at any moment."""

from __future__ import annotations

import http.client
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace

from engage.fairness.verifier import client_commitment

TIMEOUT_SECONDS = 10
COME_BACK = (429, 503)


class Unreachable(Exception):  # noqa: N818  what happens whenever a server is killed
    """No answer came: the server is gone, or went while it was asked."""


@dataclass
class MemberClient:
    """One member's phone."""

    member: str
    token: str
    epoch: str = ""
    seed: bytes = b""
    _port: int = 0
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def connect(self, port: int) -> None:
        """Talk to the server on this port from now on."""
        self._port = port

    def tab(self, port: int) -> MemberClient:
        """Another tab of the same page: the same epoch and seed, a connection of its own."""
        return replace(self, _port=port, _connection=None)

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(
        self, method: str, path: str, body: object = None, key: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """The status and the bytes of an answer. Unreachable if none came."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | (headers or {})
        if key is not None:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body)
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
            self._connection.request(method, path, data, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            raise Unreachable from fault

    def open_epoch(self, game: str) -> None:
        """Open an epoch with a fresh seed. Unreachable if no answer came; the next call asks with the same seed."""
        self.seed = self.seed or secrets.token_bytes(32)
        commitment = client_commitment(self.seed).hex()
        status, body = self.send("POST", f"/v1/games/{game}/epochs", {"client_commitment": commitment})
        if status == http.HTTPStatus.CREATED:
            self.epoch = json.loads(body)["epoch"]
        elif status not in COME_BACK:
            message = f"no epoch: {status} {body!r}"
            raise AssertionError(message)

    def forget_epoch(self) -> None:
        """The epoch has ended; the next one gets a seed of its own."""
        self.epoch, self.seed = "", b""

    def play(self, game: str, key: str, body: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Play once in the open epoch, or send again what was sent."""
        return self.send("POST", f"/v1/games/{game}/plays", body or self.play_body(), key)

    def play_surely(self, game: str, key: str) -> tuple[int, bytes]:
        """Play once: sent with the same key until there is an answer that is neither silence nor `busy`."""
        if not self.epoch:
            self.open_surely(game)
        return self.send_surely("POST", f"/v1/games/{game}/plays", self.play_body(), key)

    def open_surely(self, game: str) -> None:
        """Open an epoch with a fresh seed, asking until there is an answer."""
        self.forget_epoch()
        while not self.epoch:
            with suppress(Unreachable):
                self.open_epoch(game)

    def send_surely(self, method: str, path: str, body: object = None, key: str | None = None) -> tuple[int, bytes]:
        """Send until there is an answer that is neither silence nor `busy` nor `too_fast`."""
        while True:
            with suppress(Unreachable):
                status, answer = self.send(method, path, body, key)
                if status not in COME_BACK:
                    return status, answer

    def play_body(self) -> dict[str, str]:
        """What a play of the open epoch sends."""
        return {"epoch": self.epoch, "client_seed": self.seed.hex()}
