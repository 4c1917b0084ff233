"""Real servers with a game to play and members to watch: one process on SQLite, two on PostgreSQL with Valkey."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from engage.kernel.clock import from_ms
from engage.web import SCOPES, create_key
from tests.support.crowd import clients_of, present_world
from tests.support.http import MemberClient
from tests.support.screens import Screen
from tests.support.servers_of_engage import running_servers
from tests.support.world import World, instant, prize, rules, slot

WHEEL, CARDS = "gam_w", "gam_c"
TURNS = 300


@dataclass
class House:
    """Servers that run, and who is there: each test takes members that nobody else has."""

    url: str
    ports: list[int]
    clients: list[MemberClient]
    key: str
    taken: int = 0

    def newcomer(self) -> MemberClient:
        """The phone of a member to whom nothing has happened yet."""
        self.taken += 1
        return self.clients[self.taken - 1]

    def screen(self, client: MemberClient, server: int = 0) -> Screen:
        """A screen of a member at one of the servers (counted around)."""
        return Screen.of(client, self.ports[server % len(self.ports)])


def wheel(now_ms: int) -> dict[str, Any]:
    """Points, a voucher, turns, or nothing."""
    prizes = [
        prize("prz_p50", units=500),
        prize("prz_meal", "voucher", units=60),
        prize("prz_again", "turns", units=None),
    ]
    slots = [
        slot("s1", 3, "prz_p50", "none"),
        slot("s2", 2, "prz_meal", "prz_p50", "none"),
        slot("s3", 2, "prz_again", "none"),
        slot("s4", 3, "none"),
    ]
    return rules(WHEEL, prizes, slots, turns={"free_per_day": 2}, **_open(now_ms))


def cards(now_ms: int) -> dict[str, Any]:
    """Always points, for as long as there are any."""
    return rules(CARDS, [prize("prz_p10", points=10, units=400)], [slot("s1", 1, "prz_p10", "none")], **_open(now_ms))


def _open(now_ms: int) -> dict[str, str]:
    now = from_ms(now_ms)
    return {"opens_at": instant(now - timedelta(hours=1)), "closes_at": instant(now + timedelta(days=30))}


def furnish(world: World, count: int) -> tuple[list[str], str]:
    """Two games, so many members with turns in both, and a key of the brand's."""
    now_ms = world.clock.now_ms()
    world.publish(wheel(now_ms), turns={"prz_again": 2}, winners_above_fen=99)
    world.publish(cards(now_ms), mechanic="scratch")
    members = [world.player(f"m{number}", WHEEL, TURNS).member for number in range(count)]
    for member in members:
        world.turns(member, CARDS, TURNS)
    return members, world.services.writer.run(lambda work: create_key(work, "the brand", SCOPES))


@contextmanager
def open_house(url: str, redis_url: str = "", members: int = 40) -> Iterator[House]:
    """A furnished house, whose books are proven when its servers are gone."""
    with present_world(url) as world:
        names, key = furnish(world, members)
    with running_servers(url, 1 if url.startswith("sqlite") else 2, redis_url) as ports:
        clients = clients_of(names, ports)
        try:
            yield House(url, ports, clients, key)
        finally:
            for client in clients:
                client.close()
    with present_world(url) as world:
        world.prove()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def live_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One process on SQLite; two on PostgreSQL, which tell each other over Valkey."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("live") / "engage.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        with open_house(f"sqlite:///{path}") as opened:
            yield opened
        return
    server, valkey = request.getfixturevalue("postgres"), request.getfixturevalue("_valkey_of_session")
    url = server.create_database(like=request.getfixturevalue("migrated_template"))
    with open_house(url, valkey.url) as opened:
        yield opened
    server.drop_database(url)


@pytest.fixture
def screens(live_house: House) -> Iterator[Callable[..., Screen]]:
    """Makes screens of members, which are closed at the end."""
    made: list[Screen] = []

    def make(client: MemberClient, server: int = 0) -> Screen:
        screen = live_house.screen(client, server)
        made.append(screen)
        return screen

    yield make
    for screen in made:
        screen.close()
