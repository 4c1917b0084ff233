"""`python -m bench.week`: events of 50,000 members through the intake and every reader of the log, one after the other.

Everything is switched on: earning, tasks of several kinds, badges, a collection. On SQLite in one process: how many
events a second come in and how many each reader handles, what the process keeps in memory after a tenth and at the end,
and whether the books are right then. Writes `bench/results/week.json`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from bench.road import enrol, happenings, publish_road
from bench.seed import BenchWorld
from engage.app import all_invariants, all_subscribers
from engage.events import SubscriberLoop
from engage.jobs import make_seal, seal_subscriber
from engage.ledger import run_proof
from engage.storage import migrate
from games.settled import read_receipt_hashes
from tests.support.features import FEATURES
from tests.support.server import open_client

RESULTS = Path(__file__).parent / "results" / "week.json"
EVENTS, MEMBERS, BATCH, ROUNDS = 1_000_000, 50_000, 500, 20
FLOOR, MOST_GROWTH = 3 * 300, 1.25
"""Events a second that each reader has to handle: three times those at which a push is promised within 250 ms. How much
more memory is kept at the end than after a tenth."""


def measure(world: BenchWorld, events: int, members: int) -> dict[str, Any]:
    """The rates of the intake and of each reader, and the memory of this process (MB) after a tenth and at the end."""
    publish_road(world)
    enrol(world, members)
    services, brand = world.services, open_client(world).brand()
    seal = seal_subscriber(make_seal(services.keyring, read_receipt_hashes))
    subscribers = [*all_subscribers(services, FEATURES), seal]
    loops = {each.name: SubscriberLoop(services.writer, services.reader, [each]) for each in subscribers}
    sent, seconds, memory = happenings(members), defaultdict[str, float](float), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _batch in range(events // ROUNDS // BATCH):
            answer = brand.send("POST", "/v1/events", list(islice(sent, BATCH))).get_json()
            assert answer["accepted"] == BATCH, answer
        seconds["intake"] += time.perf_counter() - began
        for name, loop in loops.items():
            began = time.perf_counter()
            loop.catch_up()
            seconds[name] += time.perf_counter() - began
        memory.append(round(psutil.Process().memory_info().rss / 2**20, 1))
    done = events // ROUNDS // BATCH * ROUNDS * BATCH
    return {
        "events": done,
        "members": members,
        "events a second": {name: round(done / spent) for name, spent in seconds.items()},
        "events a second in all": round(done / sum(seconds.values())),
        "MB after a tenth": memory[ROUNDS // 10 - 1],
        "MB at the end": memory[-1],
    }


def count_violations(world: BenchWorld) -> int:
    """How many things the books say that are not so."""
    with world.services.reader.connect() as connection:
        results = run_proof(connection, all_invariants(world.services, FEATURES))
    return sum(len(proof.violations) for _, proof in results)


def main() -> int:
    """Measure, print, keep. Exit status 1 if a reader is slow, memory grows, or the books are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.week", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--members", type=int, default=MEMBERS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        url = f"sqlite:///{Path(folder).absolute() / 'engage.db'}"
        migrate.upgrade(url)
        world = BenchWorld(url)
        report = measure(world, asked.events, asked.members)
        print(json.dumps(report, indent=2), flush=True)
        report["violations"] = count_violations(world)
        world.close()
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"violations: {report['violations']}")
    slow = [name for name, rate in report["events a second"].items() if rate < FLOOR]
    grown = report["MB at the end"] > MOST_GROWTH * report["MB after a tenth"]
    return 1 if slow or grown or report["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
