"""`python -m bench.intake`: how many events a second come in, in batches of 500 over HTTP, on either engine.

Orders with two lines, of 2,000 members, by two connections; the median of the rounds. Writes
`bench/results/intake.json`.
"""

import argparse
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import orjson

from bench.__main__ import prepare, serving
from bench.seed import BenchWorld
from engage.app import close_services
from engage.web import create_key
from tests.support.postgres import running_postgres

RESULTS = Path(__file__).parent / "results" / "intake.json"
MEMBERS, BATCH, CONNECTIONS = 2000, 500, 2
FLOOR = 2000


def measure(url: str, events: int, rounds: int) -> dict[str, Any]:
    """Accepted events a second, round by round; every single one has to be taken."""
    prepare(url, MEMBERS)
    world = BenchWorld(url)
    key = world.services.writer.run(lambda work: create_key(work, "bench", ("events",)))
    close_services(world.services)
    numbers = count()
    rates = []
    with serving("play", url) as (host, port), ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in range(rounds):
            batches = [_batch(numbers) for _ in range(events // BATCH)]
            began = time.perf_counter()
            taken = sum(pool.map(lambda body: _send(f"http://{host}:{port}/v1/events", key, body), batches))
            rates.append(round(taken / (time.perf_counter() - began)))
            assert taken == len(batches) * BATCH, "an event was not taken"
    return {"events a second": median(rates), "rounds": rates}


def _batch(numbers: "count[int]") -> bytes:
    return orjson.dumps([_order(next(numbers)) for _ in range(BATCH)])


def _order(number: int) -> dict[str, Any]:
    lines = [{"line": "1", "sku": "meal", "net_fen": 2500}, {"line": "2", "sku": "tea", "net_fen": 900}]
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "bench/orders",
        "type": "order.completed",
        "subject": f"mem_bench{number % MEMBERS:06d}",
        "data": {"order": f"o-{number}", "net_fen": 3400, "lines": lines},
    }


def _send(url: str, key: str, body: bytes) -> int:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = httpx.post(url, content=body, headers=headers, timeout=60).raise_for_status().json()
    return int(answer["accepted"])


def main() -> None:
    """Measure both engines, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="events a round")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    report: dict[str, Any] = {"events a round": asked.events, "batch": BATCH, "connections": CONNECTIONS}
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        url = f"sqlite:///{Path(folder).absolute() / 'engage.db'}"
        report["sqlite"] = measure(url, asked.events, asked.rounds)
    with running_postgres() as server:
        report["postgres"] = measure(server.create_database(), asked.events, asked.rounds)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for engine in ("sqlite", "postgres"):
        print(f"{engine}: {report[engine]['events a second']:,} events a second (at least {FLOOR:,} are asked for)")


if __name__ == "__main__":
    main()
