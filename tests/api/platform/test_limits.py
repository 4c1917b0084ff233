"""Rate limits while Redis hangs, and for those who only guess."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from engage.kernel.clock import ManualClock
from engage.web import edge_of
from engage.web.limits import RateLimit
from tests.support.server import Client, code_of
from tests.support.world import NOON


@pytest.fixture
def silent_address() -> Iterator[str]:
    """Where somebody listens who never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_redis_that_hangs_is_asked_once_in_five_seconds(silent_address: str) -> None:
    clock = ManualClock(NOON)
    limit = RateLimit("1000/day", silent_address, clock)
    with capture_logs() as told:
        for _ in range(100):
            limit.require("mem_alice")
        assert len(told) == 1
        clock.move(timedelta(seconds=5))
        limit.require("mem_alice")
    assert [one["event"] for one in told] == ["rate_limits_counted_alone"] * 2


def test_whoever_guesses_is_slowed_down_and_nobody_else(client: Client) -> None:
    alice = client.member(client.world.member("alice"))
    edge_of(client.app).limit = RateLimit("5/day", "", client.world.clock)
    guesses = [Client(client.world, client.app, f"ek_{n:040x}").get("/v1/members/alice") for n in range(6)]
    assert [code_of(guess) for guess in guesses] == [(401, "unauthenticated")] * 5 + [(429, "too_fast")]
    assert int(guesses[-1].headers["Retry-After"]) >= 1
    assert code_of(Client(client.world, client.app, "a.b.c").get("/v1/me")) == (429, "too_fast")
    assert alice.get("/v1/me").status_code == 200
