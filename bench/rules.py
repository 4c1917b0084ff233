"""`python -m bench.rules`: plays a second with tasks, badges, items and earning switched on against without them.

Two servers on SQLite, each on a database of its own that has the same game; only one has the campaign as well.
Interleaved at 64 connections; the ratio is that of the medians. Writes `bench/results/rules.json`.
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench import load
from bench.__main__ import Shots, prepare, serving
from bench.road import publish_road
from bench.seed import BenchWorld

RESULTS = Path(__file__).parent / "results" / "rules.json"
CONNECTIONS, FLOOR = 64, 0.9
KINDS = ("without", "with")


def measure(folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """The rates of both, round by round, and the ratio of their medians."""
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with ExitStack() as stack:
        both = {kind: _open(stack, folder, kind) for kind in KINDS}
        for number in range(rounds):
            for kind in KINDS if number % 2 else reversed(KINDS):
                address, shots = both[kind]
                result = load.run(address, CONNECTIONS, seconds, shots.supply("play"))
                assert result.good == sum(result.by_status.values()), result.by_status
                rates[kind].append(round(result.rate, 1))
    ratio = round(median(rates["with"]) / median(rates["without"]), 3)
    return {"connections": CONNECTIONS, "plays a second": rates, "with ÷ without": ratio}


def _open(stack: ExitStack, folder: Path, kind: str) -> tuple[tuple[str, int], Shots]:
    url = f"sqlite:///{folder.absolute() / f'{kind}.db'}"
    shots = Shots(prepare(url))
    if kind == "with":
        world = BenchWorld(url)
        publish_road(world)
        world.close()
    return stack.enter_context(serving("play", url)), shots


def main() -> int:
    """Measure, print, keep. Exit status 1 if the ratio is below its floor."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        report = measure(Path(folder), asked.rounds, asked.seconds)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 0 if report["with ÷ without"] >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
