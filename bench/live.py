"""`python -m bench.live`: how soon a play is on another screen of its member, and what a screen takes of memory.

A process of `engage serve` on SQLite, and beside it one that opens screens, plays, and listens. Writes
`bench/results/live.json` and prints the same as a table. Exit status 1 if a push is later than is required.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Collection
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import load
from bench.__main__ import prepare
from bench.players import Players
from bench.served import Instants, serving
from bench.sockets import Floor, TooFewFiles, require_files

RESULTS = Path(__file__).parent / "results" / "live.json"
SCREENS, IDLE, RATE, SECONDS = 1_000, 10_000, 300.0, 30.0
WARM_UP_SECONDS, LAST_SECONDS = 3.0, 5.0
PINGED_SECONDS = 12.0
"""After so long each screen has been asked at least once whether it is still there."""
REQUIRED_P99_MS = 250.0
LEGS = ("request to commit", "commit to hub", "hub to socket", "socket to screen")


def measure_pushes(folder: Path, screens: int, rate: float, seconds: float) -> dict[str, Any]:
    """How long after its commit a play is on a screen of its member, and on which leg the time goes.

    Each member has a screen that watches the game, and plays on another device.
    """
    phones = prepare(_database(folder), screens)
    with serving(folder) as served:
        with closing(Floor(served.port)) as floor:
            floor.open(phones)
            Players(floor, phones).play(min(WARM_UP_SECONDS, seconds), rate)
            players, before = Players(floor, phones), served.busy_seconds
            players.play(seconds, rate)
            share = round((served.busy_seconds - before) / seconds, 2)
            floor.wait(LAST_SECONDS, until=lambda: not players.waiting and players.sent.keys() <= floor.settled.keys())
        noted = served.stop()
    asked = {"screens": screens, "plays a second": rate, "refused": dict(players.refused)}
    return asked | {"share of a core": share} | _legs_of([players.sent, *noted, floor.settled])


def _legs_of(instants: list[Instants]) -> dict[str, Any]:
    """The legs of pushes from the instants (seconds) of each play at their ends."""
    sent, committed, *_, settled = instants
    plays = sent.keys() & settled.keys()
    legs = {
        name: spread([to[play] - since[play] for play in plays])
        for name, (since, to) in zip(LEGS, pairwise(instants), strict=True)
    }
    whole = spread([settled[play] - committed[play] for play in plays])
    return {"plays": len(sent), "never told": len(sent) - len(plays), "commit to screen": whole, "legs": legs}


def measure_idle(folder: Path, screens: int, seconds: float = PINGED_SECONDS) -> dict[str, Any]:
    """What a process keeps in memory for each screen at which nothing happens."""
    phones = prepare(_database(folder), screens + 1)
    with serving(folder) as served, closing(Floor(served.port)) as floor:
        floor.open(phones[:1])
        before = served.memory_kb
        floor.open(phones[1:])
        floor.wait(seconds)
        after = served.memory_kb
    return {
        "screens": screens,
        "MB before": round(before / 1024, 1),
        "MB after": round(after / 1024, 1),
        "kB of a screen": round((after - before) / screens, 1),
    }


def _database(folder: Path) -> str:
    return f"sqlite:///{folder.absolute() / 'engage.db'}"


def spread(seconds: Collection[float]) -> dict[str, float]:
    """Waits in milliseconds: half of them, all but one in a hundred, and all are no longer."""
    waits = load.Result(latencies_us=[round(wait * 1e6) for wait in seconds])
    return {
        "p50_ms": round(waits.percentile_ms(0.5), 1),
        "p99_ms": round(waits.percentile_ms(0.99), 1),
        "longest_ms": round(waits.percentile_ms(1.0), 1),
    }


def print_report(report: dict[str, Any]) -> None:
    """What was measured, for people."""
    pushes, idle = report["pushes"], report["idle"]
    print(
        f"{pushes['screens']} screens, {pushes['plays a second']:.0f} plays a second: {pushes['plays']} plays, ", end=""
    )
    print(f"{pushes['never told']} never told, {pushes['share of a core']:.0%} of a core")
    print(f"{'':20}{'p50 ms':>10}{'p99 ms':>10}{'longest':>10}")
    for name, spread in {"commit to screen": pushes["commit to screen"], **pushes["legs"]}.items():
        print(f"{name:20}" + "".join(f"{value:>10.1f}" for value in spread.values()))
    print(f"{idle['screens']} idle screens on one process: {idle['kB of a screen']} kB each ", end="")
    print(f"({idle['MB before']} MB before, {idle['MB after']} MB after)")


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--screens", type=int, default=SCREENS)
    parser.add_argument("--rate", type=float, default=RATE, help="plays a second")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--idle", type=int, default=IDLE, help="screens at which nothing happens")
    asked = parser.parse_args()
    try:
        require_files(max(asked.screens, asked.idle))
    except TooFewFiles as fault:
        print(f"{fault} Or measure fewer: --screens, --idle.", file=sys.stderr)
        return 1
    report: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version()}
    report |= {"cores": os.cpu_count(), "load of the machine before": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        report["pushes"] = measure_pushes(Path(folder), asked.screens, asked.rate, asked.seconds)
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        report["idle"] = measure_idle(Path(folder), asked.idle)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print_report(report)
    print(f"Written to {RESULTS}.")
    late = report["pushes"]["commit to screen"]["p99_ms"] > REQUIRED_P99_MS
    return 1 if late or report["pushes"]["never told"] else 0


if __name__ == "__main__":
    sys.exit(main())
