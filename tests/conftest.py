"""What the tests run on: one PostgreSQL and one Valkey a session, a fresh database and a fresh world a test.

Whoever uses `world` has its books proven at the end.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
from playwright.sync_api import Browser, Page

from engage.storage import migrate
from tests.support.alone import held_room
from tests.support.chromium import running_chromium
from tests.support.once import work_out_once
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.screen import Screen, Settings
from tests.support.served import Served, running_demo
from tests.support.server import Client, open_client
from tests.support.valkey import ValkeyServer, running_valkey
from tests.support.world import World

# A shared machine is slow at times, so there is no deadline. In CI the examples are the same each time: what fails
# there fails because of the change.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

work_out_once()

ALLOCATIONS = 300_000
"""How many containers are made and not let go of before they are looked through for garbage. Every test opens a house
of its own and leaves it: with the usual 700 it would be looked through several times as it stood."""
gc.disable()


def pytest_collection_finish() -> None:
    """What was imported stays: nobody needs to look through all of it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What makes a longer run of a test that has a short form in the suite."""
    parser.addoption("--both-languages", action="store_true", help="read every page for barriers in both languages")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Waiting for others is outside of what a test may take."""
    with held_room(alone=item.get_closest_marker("alone") is not None):
        return (yield)


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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with an up-to-date schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "engage.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """The address of a PostgreSQL database with an up-to-date schema and nothing in it, to be copied."""
    url = postgres.create_database()
    migrate.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with an up-to-date schema, on each engine."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "engage.db")
        yield f"sqlite:///{copy}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database(like=request.getfixturevalue("migrated_template"))
    yield url
    server.drop_database(url)


@pytest.fixture
def world(migrated_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh world on each engine. At the end its books are proven, unless the test is marked `unproven`."""
    world = World(migrated_url)
    try:
        yield world
        if request.node.get_closest_marker("unproven") is None:
            world.prove()
    finally:
        world.close()


@pytest.fixture
def fresh_world(migrated_file: Path, tmp_path: Path) -> Callable[[], AbstractContextManager[World]]:
    """Makes as many worlds as are wanted, on SQLite; the books of each are proven at its end."""
    numbers = count()

    @contextmanager
    def open_one() -> Iterator[World]:
        path = shutil.copy(migrated_file, tmp_path / f"world-{next(numbers)}.db")
        world = World(f"sqlite:///{path}")
        try:
            yield world
            world.prove()
        finally:
            world.close()

    return open_one


@pytest.fixture
def client(world: World) -> Client:
    """The application over the world, asked in this process."""
    return open_client(world)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; a test takes its screens from `screen` or `page`."""
    with running_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A demo that is served for all tests of a session: each test makes members of its own."""
    with running_demo() as demo:
        yield demo


class OpenScreen(Protocol):
    """Gives a screen with settings; `allowed` are patterns of faults that the test provokes on purpose."""

    def __call__(self, address: str = ..., *, allowed: Sequence[str] = ..., **settings: Any) -> Screen: ...


@pytest.fixture
def screen(browser: Browser, served: Served) -> Iterator[OpenScreen]:
    """Gives phones and desktops of people who know nothing of each other. What went wrong on any fails the test."""
    screens: list[Screen] = []

    def open_screen(address: str = "", *, allowed: Sequence[str] = (), **settings: Any) -> Screen:
        screens.append(Screen(browser, address or served.address, Settings(**settings), allowed))
        return screens[-1]

    yield open_screen
    faults = [fault for one in screens for fault in one.faults]
    for one in screens:
        one.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(screen: OpenScreen) -> Callable[..., Page]:
    """Gives a page on a screen of its own: `page("/g/gam_x", locale="en-US", dark=True)`."""
    return lambda path, **settings: screen(**settings).open(path)
