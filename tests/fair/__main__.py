"""`python -m tests.fair`: play thousands of times over HTTP and verify every receipt. Exit status 1 on any FAILED."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.fair.house import close_campaigns, running_demo
from tests.fair.members import CARDS, WHEEL, Home, play_as_member
from tests.fair.verifying import Found, verify, write_together

PLAYS_OF_ONE = 200
CARDS_SHARE, CARDS_LIMIT = 5, 4500
THREADS, VERIFIERS = 32, 2


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fair", description=__doc__)
    parser.add_argument("--plays", type=int, default=20_000, help="how many plays in all, at least 200")
    plays = max(parser.parse_args().plays, PLAYS_OF_ONE)
    with TemporaryDirectory(prefix="engage-fair-") as name:
        folder = Path(name)
        for part in ("exports", "bundles", "empty"):
            (folder / part).mkdir()
        homes = play_all(folder, plays)
        found = verify_all(folder, [home.file for home in homes])
    for complaint in found.complaints:
        print(complaint, file=sys.stderr)
    return 1 if found.complaints else 0


def play_all(folder: Path, plays: int) -> list[Home]:
    """Let as many members play as it takes."""
    began = monotonic()
    shares = shares_of(plays)
    with running_demo(folder / "data") as port, ThreadPoolExecutor(THREADS) as pool:
        homes = list(pool.map(partial(play_as_member, port, folder / "exports"), shares))
    count, epochs = sum(home.plays for home in homes), sum(home.epochs for home in homes)
    say(f"{count} plays over HTTP by {len(homes)} members in {epochs} epochs, all revealed", began)
    return homes


def shares_of(plays: int) -> list[dict[str, int]]:
    """How often each member plays each game. The demo's deck has 5,000 cards; the wheel never ends."""
    members = plays // PLAYS_OF_ONE
    cards = min(plays // CARDS_SHARE, CARDS_LIMIT)
    return [
        {WHEEL: part(plays - cards, members, number), CARDS: part(cards, members, number)} for number in range(members)
    ]


def part(total: int, members: int, number: int) -> int:
    """One member's even part of a total; the parts add up to it."""
    return total // members + (number < total % members)


def verify_all(folder: Path, files: list[Path]) -> Found:
    """Every export, every bundle, and every export against the bundles."""
    empty, found = folder / "empty", Found()
    with ThreadPoolExecutor(VERIFIERS) as pool:
        began, exports = monotonic(), Found()
        for one in pool.map(partial(verify, empty=empty), files):
            exports.add(one)
        say(f"{len(files)} members' exports: {exports}", began)
        found.add(exports)
        began = monotonic()
        bundles = close_campaigns(folder / "data", folder / "bundles")
        say(f"{len(bundles)} campaigns ended, books proven, bundles written", began)
        together = write_together(files, folder / "exports" / "together.json")
        began = monotonic()
        names = [f"bundle {bundle.stem}" for bundle in bundles]
        names += [f"all exports against {bundle.stem}" for bundle in bundles]
        names += [f"one export against {bundle.stem}" for bundle in bundles]
        jobs: list[tuple[Path, Path | None]] = [(bundle, None) for bundle in bundles]
        jobs += [(together, bundle) for bundle in bundles] + [(files[0], bundle) for bundle in bundles]
        for name, one in zip(names, pool.map(lambda job: verify(job[0], empty, job[1]), jobs), strict=True):
            say(f"{name}: {one}", began)
            found.add(one)
    return found


def say(line: str, began: float) -> None:
    """A line with how long it took."""
    print(f"{line} ({monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
