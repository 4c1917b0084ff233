"""The engines that the tests run on: one PostgreSQL and one Valkey a session, a fresh database a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.postgres import PostgresServer, running_postgres
from tests.support.valkey import ValkeyServer, running_valkey

# A shared machine is slow at times, so there is no deadline. In CI the examples are the same each time: what fails
# there fails because of the change.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; `create_database()` gives the address of an empty database."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def _valkey_of_session() -> Iterator[ValkeyServer]:
    with running_valkey() as server:
        yield server


@pytest.fixture
def valkey(_valkey_of_session: ValkeyServer) -> ValkeyServer:
    """A Valkey server that knows nothing yet."""
    _valkey_of_session.flush()
    return _valkey_of_session


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'engage.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)
