"""`python -m tests.stateful --steps N`: lives of towns until so many steps were made; exit status 1 if a law failed."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.stateful.machine import Road
from tests.stateful.run import run
from tests.stateful.town import towns

LIVES, LENGTH, SEEDS = 20, 60, 2**32
OF_THEM = ("deaths", "proofs", "settle")


def main() -> int:
    """Run, and say with which seed, how far it came, and what happened how often."""
    parser = argparse.ArgumentParser(prog="python -m tests.stateful", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run; a new one by default")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    seed = secrets.randbelow(SEEDS) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    began, rounds = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder, towns(Path(folder), asked.engine) as Road.open_town:
        while Road.counts["steps"] < asked.steps:
            run(LIVES, LENGTH, seed + rounds)
            rounds += 1
            passed = ", ".join(f"{Road.counts[name]} {name}" for name in OF_THEM)
            print(f"{Road.counts['steps']} steps in {time.monotonic() - began:.0f} s: {passed}", flush=True)
    for name, number in sorted(Road.counts.items()):
        print(f"{number:>9} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
