"""Redis carries hints only: while it is away, hangs or comes back, every screen is right, and soon."""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.live.conftest import WHEEL, House, open_house
from tests.support.http import MemberClient
from tests.support.postgres import PostgresServer
from tests.support.screens import Screen, fresh_standing
from tests.support.valkey import MortalValkey, ValkeyServer, mortal_valkey

KILLS = int(os.environ.get("REDIS_KILLS", "3"))
STALE_SECONDS = 5.0


@contextmanager
def house_with(valkey: MortalValkey, postgres: PostgresServer, template: str) -> Iterator[House]:
    """Two servers of one database, which tell each other over this Valkey."""
    url = postgres.create_database(like=template)
    with open_house(url, valkey.url, members=1) as house:
        yield house
    postgres.drop_database(url)


def play_and_measure(phone: MemberClient, screens: list[Screen]) -> float:
    """Play once and have it seen; how many seconds later the slowest screen says what is true."""
    status, body = phone.play_surely(WHEEL, secrets.token_hex(8))
    answer = json.loads(body)
    assert status == 201, answer
    settled_at = time.monotonic()
    for screen in screens:
        screen.wait_for(answer["position"], STALE_SECONDS)
    stale = time.monotonic() - settled_at
    phone.send_surely("POST", f"/v1/plays/{answer['play']}/seen", {})
    for screen in screens:
        screen.wait_for(answer["position"] + 1, STALE_SECONDS)
    return stale


def test_no_screen_is_stale_for_long_when_redis_is_killed_or_hangs(
    postgres: PostgresServer, migrated_template: str
) -> None:
    with mortal_valkey() as valkey, house_with(valkey, postgres, migrated_template) as house:
        phone = house.newcomer()
        screens = [house.screen(phone, server) for server in (0, 1)]
        with valkey.running():
            for screen in screens:
                screen.open()
            quick = min(play_and_measure(phone, screens) for _ in range(10))
        slow = []
        for _ in range(KILLS):
            with valkey.running() as server:
                slow.append(play_and_measure(phone, screens))
                server.kill()
                slow += [play_and_measure(phone, screens) for _ in range(5)]
        with valkey.running() as server:
            slow += hang(server, phone, screens)
            back = min(play_and_measure(phone, screens) for _ in range(20))
        assert quick < 0.2, "with Redis a screen at the other server is told at once"
        assert back < 0.2, "and so it is when Redis is back"
        assert max(slow) < STALE_SECONDS
        for screen in screens:
            assert screen.standing == fresh_standing(phone)
            assert screen.gaps == 0, "nothing was left out"
            screen.close()


def hang(server: ValkeyServer, phone: MemberClient, screens: list[Screen]) -> list[float]:
    """Stop the server in the middle of what it does, play, and let it go on; how stale the screens were."""
    with redis.Redis.from_url(server.url) as client:
        pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        return [play_and_measure(phone, screens) for _ in range(5)]
    finally:
        os.kill(pid, signal.SIGCONT)
