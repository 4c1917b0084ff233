"""`python -m tests.crash`: kill a server under load again and again. Exit status 1 if it told what is not so."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.crash.engines import ENGINES, fresh_database
from tests.crash.run import crash

SEEDS = 2**32


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many kills on each engine")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=None, help="which moments; chosen and printed if not given")
    arguments = parser.parse_args()
    seed = secrets.randbelow(SEEDS) if arguments.seed is None else arguments.seed
    good = True
    for engine in ENGINES if arguments.engine == "both" else (arguments.engine,):
        with fresh_database(engine) as url:
            outcome = crash(url, arguments.kills, seed)
        print(f"{engine}, seed {seed}: {outcome}", flush=True)
        if not outcome.is_good:
            print(outcome.proof, file=sys.stderr)
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
