"""`python -m tests.fuzz --requests N`: made-up requests to the application; exit status 1 if an answer was wrong."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from engage.fairness.deck import BuiltDeck, Counts, build_deck
from engage.storage import migrate
from tests.fuzz.fuzzer import Fuzzer
from tests.support.bureau import Bureau
from tests.support.postgres import running_postgres


def main() -> int:
    """Fuzz, prove the books, say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Send made-up requests to the API.")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run; a new one by default")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    seed = secrets.randbits(32) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    with database(asked.engine) as url, patch("games.publish.build_in_child", build_here):
        bureau = Bureau(url)
        report = Fuzzer(bureau, seed).run(asked.requests)
        bureau.prove()
        bureau.close()
    print(report.render())
    return 1 if report.faults else 0


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of an empty database with an up-to-date schema."""
    if engine == "postgres":
        with running_postgres() as server:
            url = server.create_database()
            migrate.upgrade(url)
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'engage.db'}"
        migrate.upgrade(url)
        yield url


def build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    """A small deck is built faster without a child process."""
    return build_deck(deck, counts, seed)


if __name__ == "__main__":
    sys.exit(main())
