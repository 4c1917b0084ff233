"""`python -m bench.pushes`: how soon what the brand's server tells is on the screen of the member whom it is about.

A process of `engage serve` on SQLite with everything switched on, and beside it one that sends orders in batches over
HTTP, opens screens of some of the members, and listens for their points. Writes `bench/results/pushes.json`. Exit
status 1 if a push is later than is required, or never comes.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from bench.__main__ import prepare
from bench.live import spread
from bench.players import Line
from bench.road import order_of, publish_road
from bench.seed import BenchWorld, Phone
from bench.served import serving
from bench.sockets import MESSAGE, Floor, require_files
from engage.web import create_key

RESULTS = Path(__file__).parent / "results" / "pushes.json"
MEMBERS, SCREENS, RATE, SECONDS, BATCH = 2_000, 400, 300, 20.0, 30
APART = MEMBERS // SCREENS
"""Every so many members one has a screen, so that each batch is about some who have."""
WARM_UP_SECONDS, LAST_SECONDS = 3.0, 10.0
REQUIRED_P99_MS = 250.0
CHANGED = b'42/live,["points.changed",'
OK = 200


class Shop(Floor):
    """Screens that are told of points. `told`: the instant (seconds) at which one was told of an order."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.told: dict[str, float] = {}

    def note(self, message: bytes) -> None:
        """Keep when a screen was told of an order's points."""
        if message.startswith(CHANGED):
            _name, item = orjson.loads(message.removeprefix(MESSAGE))
            self.told.setdefault(item["data"].get("order", ""), time.time())


class Brand:
    """The brand's server. `sent`, `taken`: the instants (seconds) of the request and the answer, by order.

    Only orders of members who have a screen are kept.
    """

    def __init__(self, shop: Shop, key: str) -> None:
        self._shop, self._key, self._numbers = shop, key, count()
        self._idle: list[Line] = []
        self.sent: dict[str, float] = {}
        self.taken: dict[str, float] = {}
        self.waiting = 0

    def tell(self, seconds: float) -> None:
        """Send batches at the pace, whether answers come or not."""
        begin = time.monotonic()
        for number in range(round(seconds * RATE / BATCH)):
            self._shop.turn(0)
            while (left := begin + number * BATCH / RATE - time.monotonic()) > 0:
                self._shop.turn(left)
            self._send([next(self._numbers) for _ in range(BATCH)])

    def _send(self, numbers: Sequence[int]) -> None:
        body = orjson.dumps([order_of(number, number % MEMBERS) for number in numbers])
        head = (
            f"POST /v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        line = self._idle.pop() if self._idle else Line(self._shop, self._idle)
        self.waiting += 1
        now = time.time()
        orders = [f"o-{number}" for number in numbers if number % APART == 0]
        self.sent |= dict.fromkeys(orders, now)
        line.ask(head.encode() + body, partial(self._hear, orders))

    def _hear(self, orders: Sequence[str], status: int, body: bytes) -> None:
        assert status == OK, body
        assert orjson.loads(body)["accepted"] == BATCH, body
        self.taken |= dict.fromkeys(orders, time.time())
        self.waiting -= 1


def measure(folder: Path, seconds: float) -> dict[str, Any]:
    """How long after its request an order's points are on a screen."""
    phones, key = _prepare(folder)
    with serving(folder) as served, closing(Shop(served.port)) as shop:
        shop.open(phones[::APART])
        brand = Brand(shop, key)
        brand.tell(WARM_UP_SECONDS)
        brand.sent.clear()
        before = served.busy_seconds
        brand.tell(seconds)
        share = round((served.busy_seconds - before) / seconds, 2)
        shop.wait(LAST_SECONDS, until=lambda: not brand.waiting and brand.sent.keys() <= shop.told.keys())
    told = brand.sent.keys() & shop.told.keys()
    return {
        "members": MEMBERS,
        "screens": SCREENS,
        "events a second": RATE,
        "batch": BATCH,
        "share of a core": share,
        "orders of members with a screen": len(brand.sent),
        "never told": len(brand.sent) - len(told),
        "request to screen": spread([shop.told[order] - brand.sent[order] for order in told]),
        "request to answer": spread([brand.taken[order] - brand.sent[order] for order in told]),
    }


def _prepare(folder: Path) -> tuple[list[Phone], str]:
    """A database with the campaign and its members, and a key of the brand's server."""
    url = f"sqlite:///{folder.absolute() / 'engage.db'}"
    phones = prepare(url, MEMBERS)
    world = BenchWorld(url)
    publish_road(world)
    key = world.services.writer.run(lambda work: create_key(work, "bench", ("events",)))
    world.close()
    return phones, key


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.pushes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    require_files(SCREENS)
    report: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version()}
    report |= {"cores": os.cpu_count(), "load of the machine before": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        report |= measure(Path(folder), asked.seconds)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))
    return 1 if report["request to screen"]["p99_ms"] > REQUIRED_P99_MS or report["never told"] else 0


if __name__ == "__main__":
    sys.exit(main())
