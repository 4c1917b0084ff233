"""Members that play on and on against servers that die, and keep their own log of what they sent and were told."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass, field

from tests.support.http import COME_BACK, MemberClient, Unreachable

PATIENCE_SECONDS = 60


@dataclass
class Told:
    """What the clients were told: the bytes of each key's first answer, and the keys that got another one later."""

    answers: dict[str, bytes] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, key: str, answer: bytes) -> None:
        """Note an answer."""
        with self.news:
            if self.answers.setdefault(key, answer) != answer:
                self.changed.add(key)
            self.news.notify_all()

    def complain(self, fault: str) -> None:
        """Note an answer that no server may give."""
        with self.news:
            self.faults.append(fault)
            self.news.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many keys were answered."""
        with self.news:
            if not self.news.wait_for(lambda: self.faults or len(self.answers) >= count, timeout=PATIENCE_SECONDS):
                message = "the server answers nobody any more"
                raise TimeoutError(message)
        assert not self.faults, self.faults


class Player(threading.Thread):
    """Plays on and on; a play without an answer is sent again, same key and same body, until there is one.

    `sent` is the body of each key, in order: the last one may be without an answer.
    """

    def __init__(self, told: Told, client: MemberClient, game: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.told, self.client, self.game, self.stop = told, client, game, stop
        self.sent: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        """Play until it is enough."""
        while not self.stop.is_set():
            key = f"{self.client.member}-{len(self.sent)}"
            answer = self._play(key)
            if answer is not None:
                self.told.hear(key, answer)

    def _play(self, key: str) -> bytes | None:
        """The answer of one key, sent until there is one; None if it is enough before that."""
        while not self.stop.is_set():
            try:
                if not self.client.epoch:
                    self.client.open_epoch(self.game)
                    continue
                self.sent[key] = self.client.play_body()
                status, body = self.client.play(self.game, key, self.sent[key])
            except Unreachable:
                continue
            if status in (http.HTTPStatus.OK, http.HTTPStatus.CREATED):
                return body
            if status == http.HTTPStatus.CONFLICT and json.loads(body)["code"] == "epoch_ended":
                self.client.forget_epoch()
            elif status not in COME_BACK:
                self.told.complain(f"{key}: {status} {body!r}")
                return None
        return None

    def send_again(self, key: str) -> tuple[int, bytes]:
        """One key, same body, once more."""
        return self.client.send_surely("POST", f"/v1/games/{self.game}/plays", self.sent[key], key)
