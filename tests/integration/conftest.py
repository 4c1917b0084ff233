"""A season that was lived through once on each engine, of which tests get copies; and offices to run campaigns from.

The books of an office are proven after each test. Small decks are built faster without a child process.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from engage.fairness.deck import BuiltDeck, Counts, build_deck
from engage.storage import migrate
from tests.support.bureau import DURING, Bureau
from tests.support.postgres import PostgresServer
from tests.support.season import live_through, opened


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def season(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database in which everything has happened; nobody is connected to it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('season') / 'engage.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database()
    migrate.upgrade(url)
    with opened(url, DURING) as bureau:
        live_through(bureau)
    return url


@pytest.fixture
def season_url(season: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of it."""
    if season.startswith("sqlite"):
        copy = tmp_path / "engage.db"
        shutil.copy(season.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database(like=season)
    yield url
    server.drop_database(url)


@pytest.fixture
def bureau(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """A fresh office on each engine."""
    monkeypatch.setattr("games.publish.build_in_child", build_here)
    bureau = Bureau(migrated_url)
    yield bureau
    bureau.prove()
    bureau.close()


@pytest.fixture
def fresh_bureau(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[Bureau]]:
    """Makes as many offices as are wanted, on SQLite; the books of each are proven at its end."""
    monkeypatch.setattr("games.publish.build_in_child", build_here)
    numbers = count()

    @contextmanager
    def open_one() -> Iterator[Bureau]:
        path = shutil.copy(migrated_file, tmp_path / f"bureau-{next(numbers)}.db")
        bureau = Bureau(f"sqlite:///{path}")
        try:
            yield bureau
            bureau.prove()
        finally:
            bureau.close()

    return open_one


def build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    """Build a deck in this process."""
    return build_deck(deck, counts, seed)
