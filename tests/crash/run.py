"""Kills a server at random moments and at each named point; what it told its clients must be true ever after.

The clients log each answer they got. At the end every key is sent once more: 0 lost, 0 doubled, 0 changed.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field

from tests.support.http import MemberClient, Unreachable

PATIENCE_SECONDS = 30
POINTS = ("before_commit", "after_commit")


@dataclass
class Told:
    """What the clients were told: the bytes of each key's answer."""

    answers: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, key: str, answer: bytes) -> None:
        """Note an answer."""
        with self.news:
            if self.answers.setdefault(key, answer) != answer:
                self.changed.append(key)
            self.news.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many keys were answered."""
        with self.news:
            if not self.news.wait_for(lambda: len(self.answers) >= count, timeout=PATIENCE_SECONDS):
                message = "the server answers nobody any more"
                raise TimeoutError(message)


class Nursery:
    """The process that forks the servers, which all listen on one socket that outlives them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.listener = socket.socket()
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(256)
        self.port: int = self.listener.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self.listener.fileno()],
            text=True,
        )

    def start(self, die_at: tuple[str, int] | None) -> int:
        """Fork a server; its process id."""
        assert self._process.stdin and self._process.stdout
        order = {"url": self.url, "socket": self.listener.fileno(), "die_at": die_at}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def wait_until_gone(self) -> None:
        """Wait for the child's end."""
        assert self._process.stdout
        assert self._process.stdout.readline().strip() == "gone"

    def close(self) -> None:
        """End the nursery."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self.listener.close()


class Player(threading.Thread):
    """Plays on and on; a play without an answer is sent again with its key until there is one."""

    def __init__(self, told: Told, client: MemberClient, game: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.told, self.client, self.game, self.stop = told, client, game, stop
        self.plays = 0
        self.bodies: list[dict[str, str]] = []

    def run(self) -> None:
        while not self.stop.is_set():
            key = self.key(self.plays)
            answer = self.play(key)
            if answer is not None:
                self.bodies.append(self.client.play_body())
                self.told.hear(key, answer)
                self.plays += 1

    def key(self, number: int) -> str:
        """The idempotency key of the member's play with this number."""
        return f"{self.client.member}-{number}"

    def play(self, key: str) -> bytes | None:
        """The answer of one key, sent until there is one; None if the test is over first."""
        while not self.stop.is_set():
            try:
                if not self.client.epoch:
                    self.client.open_epoch(self.game)
                status, body = self.client.play(self.game, key)
            except Unreachable:
                continue
            if status in (200, 201):
                return body
            if status == http.HTTPStatus.CONFLICT and json.loads(body)["code"] == "epoch_ended":
                self.client.forget_epoch()
            elif status not in (429, 503):
                message = f"an unexpected answer: {status} {body!r}"
                raise AssertionError(message)
        return None


@dataclass
class Outcome:
    """What a run came to."""

    kills: dict[str, int]
    answers: int
    lost: int
    changed: int

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {name}" for name, count in self.kills.items())
        return (
            f"{sum(self.kills.values())} kills ({kinds}), {self.answers} answered plays: "
            f"{self.lost} lost, {self.changed} changed"
        )


def kill_again_and_again(url: str, clients: list[MemberClient], game: str, kills: int, seed: int) -> Outcome:
    """Run the clients against servers that are killed `kills` times; the database is at `url` and is kept."""
    chance = random.Random(seed)
    nursery = Nursery(url)
    told, stop = Told(), threading.Event()
    players = [Player(told, client, game, stop) for client in clients]
    counts = dict.fromkeys(("at random", *POINTS), 0)
    for player in players:
        player.client.connect(nursery.port)
        player.start()
    for _ in range(kills):
        kind = chance.choice(list(counts))
        counts[kind] += 1
        _kill_once(nursery, kind, chance, told)
    last = nursery.start(None)
    told.wait_for(len(told.answers) + len(players))
    stop.set()
    for player in players:
        player.join()
    lost, changed = _send_again(players, told)
    os.kill(last, signal.SIGTERM)
    nursery.wait_until_gone()
    nursery.close()
    return Outcome(counts, len(told.answers), lost, len(told.changed) + changed)


def _kill_once(nursery: Nursery, kind: str, chance: random.Random, told: Told) -> None:
    """One server's life. A server that dies at a point dies under load, so it needs no help."""
    if kind in POINTS:
        nursery.start((kind, chance.randint(1, 12)))
    else:
        process = nursery.start(None)
        told.wait_for(len(told.answers) + chance.randint(0, 40))
        os.kill(process, signal.SIGKILL)
    nursery.wait_until_gone()


def _send_again(players: list[Player], told: Told) -> tuple[int, int]:
    """Send every answered key once more: how many are unknown now, and how many have another answer."""
    lost = changed = 0
    for player in players:
        for number in range(player.plays):
            key = player.key(number)
            status, body = player.client.play(player.game, key, player.bodies[number])
            lost += status != http.HTTPStatus.OK
            changed += body != told.answers[key]
    return lost, changed
