"""A season that was lived through once on each engine; each test gets a copy of its database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engage.storage import migrate
from tests.support.bureau import DURING
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
