"""A member's client over real HTTP that keeps its seeds and can be cut off at any moment."""

from __future__ import annotations

import http.client
import json
import secrets
from dataclasses import dataclass, field

from engage.fairness.verifier import client_commitment

TIMEOUT_SECONDS = 10


class Unreachable(Exception):
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

    def send(self, method: str, path: str, body: object = None, key: str | None = None) -> tuple[int, bytes]:
        """The status and the bytes of an answer. Unreachable if none came."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
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
            self._connection = None
            raise Unreachable from fault

    def open_epoch(self, game: str) -> None:
        """Open an epoch with a fresh seed. Unreachable if no answer came; the next call asks with the same seed."""
        self.seed = self.seed or secrets.token_bytes(32)
        commitment = client_commitment(self.seed).hex()
        status, body = self.send("POST", f"/v1/games/{game}/epochs", {"client_commitment": commitment})
        if status == http.HTTPStatus.CREATED:
            self.epoch = json.loads(body)["epoch"]
        elif status not in (429, 503):
            message = f"no epoch: {status} {body!r}"
            raise AssertionError(message)

    def forget_epoch(self) -> None:
        """The epoch has ended; the next one gets a seed of its own."""
        self.epoch, self.seed = "", b""

    def play(self, game: str, key: str, body: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Play once in the open epoch, or send again what was sent."""
        return self.send("POST", f"/v1/games/{game}/plays", body or self.play_body(), key)

    def play_body(self) -> dict[str, str]:
        """What a play of the open epoch sends."""
        return {"epoch": self.epoch, "client_seed": self.seed.hex()}
