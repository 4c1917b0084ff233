"""A member's screen as pages have it: a socket, the pushes put in order, the feed where something is missing."""

from __future__ import annotations

import json
import threading
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import socketio

from tests.support.http import MemberClient

NAMESPACE = "/live"
PAGE = {"X-Engage-Page": "1"}
PATIENCE_SECONDS = 10.0
OF_MEMBER = ("position", "points", "held", "turns", "unseen")


def get(client: MemberClient, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """What a GET answers."""
    status, body = client.send("GET", path, headers=headers)
    document: dict[str, Any] = json.loads(body)
    assert status == 200, document
    return document


def fresh_standing(client: MemberClient) -> dict[str, Any]:
    """How a member stands as a page is told anew."""
    me = get(client, "/v1/me", PAGE)
    balances: dict[str, Any] = me["balances"]
    return balances | {name: me[name] for name in ("position", "unseen")}


def apply(standing: dict[str, Any], item: dict[str, Any]) -> None:
    """Let one item change how a member stands."""
    standing["position"] = item["position"]
    data, unseen = item["data"], item.get("unseen")
    if "turns" in data:
        standing["turns"][item["game"]] = data["turns"]
    standing.update({name: data[name] for name in ("points", "held") if name in data})
    if unseen is None:
        standing["unseen"] = [each for each in standing["unseen"] if each["play"] != data.get("play")]
    elif item["name"] == "play.settled":
        limits = {name: data[name] for name in ("until", "until_position")}
        standing["unseen"].append({"play": unseen, "game": item["game"]} | limits)


@dataclass
class Screen:
    """One screen of a member, talking to the server on a port of its own."""

    client: MemberClient
    port: int
    standing: dict[str, Any] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    gaps: int = 0
    _io: socketio.Client | None = None
    _told: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    def of(cls, client: MemberClient, port: int) -> Screen:
        """Another screen of the member behind a phone."""
        return cls(client.tab(port), port)

    @property
    def is_open(self) -> bool:
        """Whether its socket is."""
        return self._io is not None and self._io.connected

    def open(self, auth: dict[str, Any] | None = None) -> None:
        """Open the socket and wait for the snapshot."""
        io = self._io = socketio.Client(reconnection=False)
        io.on("*", self._hear, namespace=NAMESPACE)
        before = self._count("snapshot")
        auth = {"token": self.client.token} if auth is None else auth
        io.connect(f"http://127.0.0.1:{self.port}", transports=["websocket"], namespaces=[NAMESPACE], auth=auth)
        self.wait(lambda: self._count("snapshot") > before)

    def close(self) -> None:
        """Let the socket go, in order; a phone that falls asleep."""
        if self._io is not None:
            self._io.disconnect()
            self._io = None
        self.client.close()

    def watch(self, game: str) -> Any:
        """Ask to be told of a game; the acknowledgement."""
        assert self._io is not None
        return self._io.call("watch", {"game": game}, namespace=NAMESPACE)

    def say(self, event: str, data: Any = None) -> None:
        """Send anything."""
        assert self._io is not None
        self._io.emit(event, data, namespace=NAMESPACE)

    def catch_up(self) -> None:
        """Read the feed, from where the screen stands on."""
        after: int | None = self.standing["position"]
        while after is not None:
            page = get(self.client, f"/v1/feed?after={after}")
            for item in page["items"]:
                if item["position"] == self.standing["position"] + 1:
                    self._apply(item)
            after = page["next"]

    def _apply(self, item: dict[str, Any]) -> None:
        apply(self.standing, item)
        if any(each["until_position"] <= item["position"] for each in self.standing["unseen"]):
            self.standing = fresh_standing(self.client)

    def wait(self, condition: Any, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something is true, looked at whenever something was heard."""
        with self._told:
            assert self._told.wait_for(condition, seconds), (self.standing, [name for name, _ in self.heard][-20:])

    def wait_for(self, position: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the screen has been told of this position of its member."""
        self.wait(lambda: self.standing.get("position", -1) >= position, seconds)

    def last(self, name: str, game: str | None = None) -> dict[str, Any] | None:
        """The last message of this name that was heard."""
        found = (said for told, said in reversed(self.heard) if told == name and game in (None, said.get("game")))
        return next(found, None)

    def _count(self, name: str) -> int:
        return sum(told == name for told, _ in self.heard)

    def _hear(self, name: str, message: dict[str, Any]) -> None:
        with self._told:
            self.heard.append((name, deepcopy(message)))
            if name == "snapshot":
                self.standing = message
            elif "position" in message and self.standing:
                self._take(message)
            self._told.notify_all()

    def _take(self, item: dict[str, Any]) -> None:
        known = self.standing["position"]
        if item["position"] == known + 1:
            self._apply(item)
        elif item["position"] > known:
            self.gaps += 1
            self.catch_up()
