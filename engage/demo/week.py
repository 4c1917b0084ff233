"""A week in the life of the demo brand: what its servers send of its members, day by day, over the API.

The days are the last seven, so whatever counts by days moves; the same week sent twice counts once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from engage.demo.house import KEY_FILE
from engage.demo.player import PlayFault
from engage.kernel.clock import render

SOURCE = "demo/week"
WHEEL = "gam_anniversary_wheel"
TIMEOUT_SECONDS = 15.0
ADULT = "1990-01-01"
FEN = 100
DAYS = 7


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a member did: at which hour of the day, as which type of event, with which data."""

    member: str
    hour: int
    type: str
    data: dict[str, Any] = field(default_factory=dict)


def order(name: str, *dishes: tuple[str, int]) -> dict[str, Any]:
    """An order of dishes at prices in yuan."""
    lines = [
        {"line": str(number), "sku": sku, "category": "meals", "net_fen": yuan * FEN}
        for number, (sku, yuan) in enumerate(dishes, 1)
    ]
    total = sum(yuan for _, yuan in dishes) * FEN
    return {"order": name, "merchant": "pine-lane", "store": "nanjing-road", "net_fen": total, "lines": lines}


def refund(name: str, line: str, yuan: int) -> dict[str, Any]:
    """A refund of one line of an order."""
    return {"order": name, "net_fen": yuan * FEN, "lines": [{"line": line, "net_fen": yuan * FEN}]}


PAID, REFUNDED, CAME = "order.completed", "order.refunded", "member.visited"
REVIEWED, RECYCLED = "review.posted", "item.recycled"
WEEK: tuple[tuple[Happening, ...], ...] = (
    (
        Happening("alice", 9, CAME),
        Happening("alice", 12, PAID, order("a-1", ("family-lunch", 108))),
        Happening("bob", 13, PAID, order("b-1", ("noodles", 26))),
    ),
    (
        Happening("alice", 8, CAME),
        Happening("alice", 20, REVIEWED, {"product": "family-lunch", "order": "a-1", "rating": 4}),
    ),
    (
        Happening("alice", 8, CAME),
        Happening("alice", 18, PAID, order("a-2", ("hot-pot", 48), ("plum-juice", 16))),
        Happening("bob", 19, CAME),
    ),
    (Happening("alice", 9, CAME), Happening("alice", 10, RECYCLED, {"what": "meal box", "quantity": 2, "grams": 90})),
    (
        Happening("alice", 9, CAME),
        Happening("alice", 11, REFUNDED, refund("a-2", "2", 16)),
        Happening("bob", 12, PAID, order("b-2", ("noodles", 26), ("dumplings", 18))),
        Happening("bob", 13, RECYCLED, {"what": "cup", "quantity": 1, "grams": 20}),
    ),
    (
        Happening("alice", 8, CAME),
        Happening("alice", 19, PAID, order("a-3", ("family-dinner", 268), ("plum-juice", 48))),
        Happening("alice", 20, RECYCLED, {"what": "bag", "quantity": 1, "grams": 15}),
    ),
    (
        Happening("alice", 8, CAME),
        Happening("alice", 9, RECYCLED, {"what": "cup", "quantity": 1, "grams": 20}),
        Happening("bob", 9, REVIEWED, {"product": "noodles", "order": "b-2", "rating": 5}),
    ),
)
MEMBERS = {
    "alice": {"nickname": "Alice", "birth_date": ADULT},
    "bob": {"nickname": "Bob"},
}


class Week:
    """Sends the week to a demo that listens somewhere, with the key that lies in its folder."""

    def __init__(self, url: str, folder: Path, now: datetime) -> None:
        key = (folder / KEY_FILE).read_text(encoding="utf-8").strip()
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, headers=headers)
        self._today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._now = now

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def days(self) -> Iterator[str]:
        """Send one day after the other; what happened on each, in a sentence."""
        for name, described in MEMBERS.items():
            self._send("PUT", f"/v1/members/{name}", described)
        for number, happened in enumerate(WEEK):
            day = self._today - timedelta(days=DAYS - 1 - number)
            answer = self._send(
                "POST", "/v1/events", [self._event(day, number, n, one) for n, one in enumerate(happened)]
            )
            if not answer["all_accepted"]:
                raise PlayFault(f"Not all of it was taken: {answer['rejected'][0]['detail']}")
            for one in happened:
                self._give_turn(one)
            known = " (known already)" if answer["duplicates"] == len(happened) else ""
            told = ", ".join(f"{one.member}: {one.type}" for one in happened)
            yield f"{day.date().isoformat()}  {told}{known}"

    def _give_turn(self, one: Happening) -> None:
        """The turn of the wheel that its conditions promise for an order: the key is the order, so it is given once."""
        if one.type == PAID:
            name = self._named(one.data)["order"]
            turn = {"game": WHEEL, "count": 1, "reason": f"order {name}"}
            self._send("POST", f"/v1/members/{one.member}/turns", turn, {"Idempotency-Key": f"{SOURCE}/{name}"})

    def _event(self, day: datetime, number: int, n: int, one: Happening) -> dict[str, Any]:
        at = min(day + timedelta(hours=one.hour), self._now)
        data = dict(one.data)
        if one.type == PAID:
            data["paid_at"] = render(at)
        return {
            "specversion": "1.0",
            "id": f"{day.date().isoformat()}-{number}-{n}",
            "source": SOURCE,
            "type": one.type,
            "subject": one.member,
            "time": render(at),
            "data": self._named(data),
        }

    def _named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Orders of another week have other names."""
        return data | {"order": f"{self._today.date().isoformat()}-{data['order']}"} if "order" in data else data

    def _send(self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The document of an answer. PlayFault if there is none, or a refusal."""
        try:
            answer = self._http.request(method, path, json=body, headers=headers)
            document: dict[str, Any] = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise PlayFault(
                f"No demo answers on {self._http.base_url}. Say where it is: --url http://127.0.0.1:PORT"
            ) from None
        if answer.is_error:
            raise PlayFault(f"{method} {path}: {document.get('detail', answer.reason_phrase)}")
        return document
