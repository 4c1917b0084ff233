"""`python -m bench.growth`: how the rate holds while a database grows from empty to a million plays.

Plays over HTTP at 64 connections on SQLite with synchronous=FULL, on one server that is never restarted; the rate of
each tenth of the plays.
"""

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median

from bench import load
from bench.__main__ import Shots, prepare, serving

RESULTS = Path(__file__).parent / "results" / "growth.json"
MEMBERS, CONNECTIONS, WINDOW_SECONDS, TENTHS = 5000, 64, 5.0, 10


def measure(url: str, plays: int) -> list[int]:
    """The rate (plays a second) of each tenth, as the median of its windows."""
    shots = Shots(prepare(url, MEMBERS))
    tenths: list[list[float]] = [[] for _ in range(TENTHS)]
    played = 0
    with serving("play", url) as address:
        while played < plays:
            result = load.run(address, CONNECTIONS, WINDOW_SECONDS, shots.supply("play"), warm_up=0.0)
            assert result.good == sum(result.by_status.values()), result.by_status
            tenths[min(played * TENTHS // plays, TENTHS - 1)].append(result.rate)
            played += result.good
    return [round(median(rates)) for rates in tenths]


def main() -> None:
    """Grow, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--plays", type=int, default=1_000_000)
    plays = parser.parse_args().plays
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        path = Path(folder).absolute() / "engage.db"
        rates = measure(f"sqlite:///{path}", plays)
        size = path.stat().st_size
    report = {
        "plays": plays,
        "rate of each tenth": rates,
        "last three ÷ first three": round(median(rates[-3:]) / median(rates[:3]), 3),
        "bytes on disk per million plays": round(size / plays * 1e6),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
