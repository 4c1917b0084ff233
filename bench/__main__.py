"""`python -m bench`: the claims about speed, each as a ratio, on this machine, interleaved, the median of the rounds.

Two kinds of server take turns at each concurrency, and a ratio is of two runs that follow each other, so that a machine
which is slower for a minute is slower for both; the first round is not counted, for readers catch up during it. Only
2xx answers count. Writes `bench/results/speed.json`, prints the same as a table, and ends with 1 below a floor.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from bench import load
from bench.parts import time_parts
from bench.pgbench import best_rate
from bench.seed import GAME, BenchWorld, Phone, empty_request, make_phones, play_request, publish_game
from bench.tables import print_report
from engage.app import close_services
from engage.storage import migrate
from tests.support.postgres import PostgresServer, running_postgres

RESULTS = Path(__file__).parent / "results" / "speed.json"
MEMBERS = 2000
CONCURRENCIES = (1, 16, 64, 256)
KINDS = ("empty", "play")
FLOORS = {"sqlite": {"64": 0.6, "256": 0.6}, "postgres": {"64": 0.35, "256": 0.4}}
ORM_FLOOR, PGBENCH_FLOOR = 12, 1.2


@contextmanager
def serving(kind: str, url: str) -> Iterator[tuple[str, int]]:
    """A server of one kind as a process of its own; its address."""
    process = subprocess.Popen([sys.executable, "-m", "bench.serve", kind, url], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield "127.0.0.1", int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def prepare(url: str, members: int = MEMBERS) -> list[Phone]:
    """A migrated database with a game and members who have turns and open epochs."""
    migrate.upgrade(url)
    world = BenchWorld(url)
    publish_game(world)
    phones = make_phones(world.services, members)
    close_services(world.services)
    return phones


class Shots:
    """Requests that never repeat a key."""

    def __init__(self, phones: list[Phone]) -> None:
        self._phones, self._numbers = phones, count()

    def supply(self, kind: str) -> Any:  # noqa: ANN401  a function of the connection's number
        """What each connection sends next."""

        def shoot(_connection: int) -> bytes:
            number = next(self._numbers)
            phone = self._phones[number % len(self._phones)]
            return empty_request(phone) if kind == "empty" else play_request(phone, f"bench-{number}")

        return shoot


def measure(url: str, kinds: tuple[str, ...], rounds: int, seconds: float) -> dict[str, Any]:
    """The rates of each kind of server at each concurrency, and how many plays go into an empty request."""
    phones = prepare(url)
    shots = Shots(phones)
    runs: dict[tuple[str, int], list[load.Result]] = {}
    with ExitStack() as stack:
        addresses = {kind: stack.enter_context(serving(kind, url)) for kind in kinds}
        for number in range(rounds + 1):
            for connections in CONCURRENCIES:
                order = kinds if number % 2 == 0 else tuple(reversed(kinds))
                for kind in order:
                    result = load.run(addresses[kind], connections, seconds, shots.supply(kind))
                    if number:
                        runs.setdefault((kind, connections), []).append(result)
    return {
        "rates": {kind: {str(c): _summary(runs[kind, c]) for c in CONCURRENCIES} for kind in kinds},
        "play ÷ empty": {str(c): _ratio(runs["play", c], runs["empty", c]) for c in CONCURRENCIES},
    }


def _summary(results: list[load.Result]) -> dict[str, float]:
    return {
        "rate": round(median(result.rate for result in results), 1),
        "lowest": round(min(result.rate for result in results), 1),
        "highest": round(max(result.rate for result in results), 1),
        "p50_ms": round(median(result.percentile_ms(0.5) for result in results), 2),
        "p99_ms": round(median(result.percentile_ms(0.99) for result in results), 2),
        "not_2xx": sum(sum(result.by_status.values()) - result.good for result in results),
    }


def best(rates: dict[str, dict[str, float]]) -> float:
    """The best median over all concurrencies."""
    return max(entry["rate"] for entry in rates.values())


def _ratio(plays: list[load.Result], empty: list[load.Result]) -> dict[str, float]:
    ratios = [play.rate / nothing.rate for play, nothing in zip(plays, empty, strict=True)]
    return {
        "median": round(median(ratios), 3),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
    }


def missed_floors(report: dict[str, Any]) -> list[str]:
    """What lies below its floor, in words."""
    missed = []
    for engine, floors in FLOORS.items():
        found = report.get(engine)
        if found is None:
            continue
        claims = [(f"play ÷ empty at {c}", found["play ÷ empty"][c]["median"], floor) for c, floor in floors.items()]
        claims.append(("play ÷ orm", found["play ÷ orm"], ORM_FLOOR))
        if "play ÷ pgbench" in found:
            claims.append(("play ÷ pgbench", found["play ÷ pgbench"], PGBENCH_FLOOR))
        missed += [f"{engine}: {name} is {value}, not {floor}" for name, value, floor in claims if value < floor]
    return missed


def measure_sqlite(rounds: int, seconds: float) -> dict[str, Any]:
    """The embedded engine, synchronous=FULL, on a real disk."""
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        path = Path(folder).absolute() / "engage.db"
        url = f"sqlite:///{path}"
        measured = measure(url, (*KINDS, "orm"), rounds, seconds)
        parts = time_parts(url)
        plays = _count_plays(url)
        return {
            **measured,
            "play ÷ orm": round(best(measured["rates"]["play"]) / best(measured["rates"]["orm"]), 1),
            "bytes per million plays": round(path.stat().st_size / plays * 1e6),
            "parts_us": parts,
        }


def _count_plays(url: str) -> int:
    world = BenchWorld(url)
    with world.services.reader.connect() as connection:
        plays = int(connection.exec_driver_sql("SELECT count(*) FROM play").scalar_one())
    close_services(world.services)
    return plays


def measure_postgres(server: PostgresServer, rounds: int, seconds: float) -> dict[str, Any]:
    """PostgreSQL with fsync on, one worker, beside pgbench on the same rows."""
    url = server.create_database()
    measured = measure(url, (*KINDS, "orm"), rounds, seconds)
    naive = best_rate(server, url, MEMBERS, seconds)
    return {
        **measured,
        "play ÷ orm": round(best(measured["rates"]["play"]) / best(measured["rates"]["orm"]), 1),
        "pgbench": naive,
        "play ÷ pgbench": round(best(measured["rates"]["play"]) / max(naive.values()), 2),
    }


def main() -> int:
    """Measure, print, keep. Exit status 1 if something lies below its floor."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    asked = parser.parse_args()
    report: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version(), "game": GAME}
    if asked.engine != "postgres":
        report["sqlite"] = measure_sqlite(asked.rounds, asked.seconds)
    if asked.engine != "sqlite":
        with running_postgres(durable=True, settings={"shared_buffers": "1GB", "max_wal_size": "4GB"}) as server:
            report["postgres"] = measure_postgres(server, asked.rounds, asked.seconds)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print_report(report)
    print(f"Written to {RESULTS}.")
    missed = missed_floors(report)
    print("\n".join(missed) or "Every claim holds.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
