"""Points expire once, after three reminders of which the last left a day, and never while they are held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engage.kernel.clock import DAY_MS, render_ms
from engage.ledger import (
    BOOK_BY_MEMBER,
    EXPIRE,
    LEDGER_INVARIANTS,
    OPEN_LOTS,
    POINTS,
    end_hold,
    expire_points,
    find_book,
    find_open_hold,
    give_notices,
    hold_points,
    run_proof,
    take_points,
)
from engage.storage.work import Work
from tests.support.server import open_client
from tests.support.world import World, prize, rules, slot

ALICE = "mem_alice"
DAYS = 100


@pytest.fixture
def rich(world: World) -> World:
    """Alice has won 50 points that last a hundred days, and after sixty of these days as many again."""
    world.publish(rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "prz_p50", "none")]), points_days=DAYS)
    alice = world.player("alice", "gam_w")
    alice.play()
    world.clock.move(timedelta(days=60))
    alice.open()
    alice.play()
    return world


def run(world: World, step: Any) -> int:
    """Let a job do its work."""
    done: int = world.services.writer.run(step)
    return done


def points(world: World) -> int:
    """What Alice owns."""
    with world.services.reader.connect() as connection:
        return find_book(connection, ALICE).points


def told(world: World) -> list[tuple[int, int, str]]:
    """What Alice was told of points that expire."""
    with world.services.reader.connect() as connection:
        rows = connection.execute(sa.text("SELECT data FROM event WHERE name = 'points.expiring' ORDER BY position"))
        found = [orjson.loads(data) for (data,) in rows]
    return [(each["days"], each["points"], each["expires_at"]) for each in found]


def test_points_expire_after_three_reminders_and_the_statement_says_so(rich: World) -> None:
    first = rich.clock.now_ms() + (DAYS - 60) * DAY_MS
    assert run(rich, give_notices) == 0
    for days in (10, 23, 6):
        rich.clock.move(timedelta(days=days))
        assert [run(rich, give_notices) for _ in range(2)] == [1, 0]
    assert told(rich) == [(days, 50, render_ms(first)) for days in (30, 7, 1)]
    assert run(rich, expire_points) == 0
    rich.clock.move(timedelta(days=1))
    assert [run(rich, expire_points) for _ in range(2)] == [1, 0]
    assert points(rich) == 50
    statement = open_client(rich).brand().get("/v1/members/alice/statement").get_json()
    assert [(line["amount"], line["reason"]) for line in statement["items"] if line["asset"] == "PTS"] == [
        (-50, "expire"),
        (50, "grant"),
        (50, "grant"),
    ]
    assert [lot["left"] for lot in statement["lots"]] == [50]


def test_whoever_was_not_reminded_loses_nothing_until_a_day_after_the_reminder(rich: World) -> None:
    rich.clock.move(timedelta(days=60))
    assert run(rich, expire_points) == 0
    assert run(rich, give_notices) == 1
    tomorrow = render_ms(rich.clock.now_ms() + DAY_MS)
    assert told(rich) == [(1, 50, tomorrow)]
    assert run(rich, expire_points) == 0
    rich.clock.move(timedelta(days=1))
    assert (run(rich, expire_points), points(rich)) == (1, 50)


def test_what_is_held_does_not_expire_and_what_is_let_go_does(rich: World) -> None:
    def hold(work: Work) -> None:
        work.load(BOOK_BY_MEMBER, [ALICE])
        work.load(OPEN_LOTS, [(ALICE, POINTS)])
        book, lots = work.find(BOOK_BY_MEMBER, ALICE), work.find_many(OPEN_LOTS, (ALICE, POINTS))
        assert book
        hold_points(work, book, lots, 10, id_="hld_1", reason="redemption", until=None)
        work.append("points.changed", "hold:hld_1", member=book)

    def release(work: Work) -> None:
        work.load(BOOK_BY_MEMBER, [ALICE])
        book, row = work.find(BOOK_BY_MEMBER, ALICE), find_open_hold(work, "hld_1")
        assert book
        assert row
        end_hold(work, book, row, "released")
        work.append("points.changed", "release:hld_1", member=book)

    rich.clock.move(timedelta(days=39))
    run(rich, give_notices)
    rich.services.writer.run(hold)
    rich.clock.move(timedelta(days=2))
    assert run(rich, expire_points) == 0
    rich.services.writer.run(release)
    assert (run(rich, expire_points), points(rich)) == (1, 50)


@pytest.mark.unproven("points are taken without a reminder")
def test_an_expiry_without_its_reminders_is_found(rich: World) -> None:
    def take(work: Work) -> None:
        work.load(BOOK_BY_MEMBER, [ALICE])
        work.load(OPEN_LOTS, [(ALICE, POINTS)])
        book, lots = work.find(BOOK_BY_MEMBER, ALICE), work.find_many(OPEN_LOTS, (ALICE, POINTS))
        assert book
        take_points(work, EXPIRE, book, [(lots[0], 50)], cause=f"expire:{lots[0].id}", owner="programme")
        work.append("points.changed", f"expire:{lots[0].id}", member=book)

    rich.clock.move(timedelta(days=50))
    rich.services.writer.run(take)
    with rich.services.reader.connect() as connection:
        results = run_proof(connection, LEDGER_INVARIANTS)
    assert {law.code for law, proof in results for _ in proof.violations} == {"I10"}
