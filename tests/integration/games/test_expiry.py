"""Turns whose time has passed leave the books once, and nobody else's do."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage.kernel.clock import to_ms
from engage.ledger import BOOK, BOOK_BY_MEMBER
from engage.storage.work import Work
from games import expiry
from games.tables import GAME, GAME_BY_ID
from tests.support.world import NOON, World, prize, rules, slot

GAME_RULES = rules("gam_w", [prize("prz_p50", units=1000)], [slot("s1", 1, "prz_p50", "none")])
HOUR = timedelta(hours=1)
IN_AN_HOUR = to_ms(NOON + HOUR)

BALANCES = sa.text(
    "SELECT m.member, m.turn_credits - m.turn_debits, "
    "(SELECT sum(l.remaining) FROM lot AS l WHERE l.member = m.member AND l.asset = 'TURN:gam_w') FROM member_game AS m"
)
EXPIRED = sa.text("SELECT cause, member, amount, lot FROM posting WHERE route = 133 ORDER BY cause")
TOLD = sa.text(
    "SELECT count(*) FROM event WHERE subject LIKE 'expire:%' AND name = 'turns.changed' AND member IS NOT NULL"
)


def expire(world: World) -> int:
    """Let the job run once."""
    return world.services.writer.run(expiry.expire_turns)


def balances(world: World) -> dict[str, int]:
    """The turns of each member; the book and the lots must say the same."""
    with world.services.reader.connect() as connection:
        rows = connection.execute(BALANCES).all()
    assert all(counted == in_lots for _member, counted, in_lots in rows)
    return {member: counted for member, counted, _ in rows}


def test_turns_past_their_instant_expire_once_with_a_posting_and_an_event_of_the_members(world: World) -> None:
    game = world.publish(GAME_RULES)
    alice = world.player("alice", game, turns=2)
    world.turns(alice.member, game, 3, expires_at=IN_AN_HOUR)
    assert expire(world) == 0
    world.clock.move(HOUR)
    assert expire(world) == 1
    assert expire(world) == 0
    assert balances(world) == {alice.member: 2}
    with world.services.reader.connect() as connection:
        ((cause, member, amount, lot),) = connection.execute(EXPIRED).all()
        assert (cause, member, amount) == (f"expire:{lot}", alice.member, 3)
        assert connection.execute(TOLD).scalar_one() == 1


def test_turns_that_are_left_are_played_after_others_expired(world: World) -> None:
    game = world.publish(GAME_RULES)
    alice = world.player("alice", game, turns=2)
    world.turns(alice.member, game, 3, expires_at=IN_AN_HOUR)
    alice.play()
    world.clock.move(HOUR)
    expire(world)
    assert alice.play()["turns"]["left"] == 1
    assert balances(world) == {alice.member: 1}


@pytest.mark.unproven(reason="states are set by hand")
def test_a_pause_stops_the_clock_of_a_games_turns(world: World) -> None:
    game = world.publish(GAME_RULES)
    alice = world.player("alice", game, turns=0)
    world.turns(alice.member, game, 3, expires_at=IN_AN_HOUR)

    def pause(work: Work) -> None:
        row = work.fetch(GAME_BY_ID, game)
        assert row
        row.state = "paused"
        work.change(GAME, row)

    world.services.writer.run(pause)
    world.clock.move(HOUR)
    assert expire(world) == 0
    assert balances(world) == {alice.member: 3}


@pytest.mark.unproven(reason="states are set by hand")
def test_books_that_are_under_review_are_left_alone(world: World) -> None:
    game = world.publish(GAME_RULES)
    alice, bob = world.player("alice", game, turns=0), world.player("bob", game, turns=0)
    for player in (alice, bob):
        world.turns(player.member, game, 3, expires_at=IN_AN_HOUR)

    def review(work: Work) -> None:
        book = work.fetch(BOOK_BY_MEMBER, alice.member)
        assert book
        book.under_review = 1
        work.change(BOOK, book)

    world.services.writer.run(review)
    world.clock.move(HOUR)
    assert expire(world) == 1
    assert balances(world) == {alice.member: 3, bob.member: 0}


def test_the_job_works_through_any_number_of_members_in_small_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    game = world.publish(GAME_RULES)
    players = [world.player(f"m{i}", game, turns=0) for i in range(5)]
    for player in players:
        world.turns(player.member, game, 1, expires_at=IN_AN_HOUR)
        world.turns(player.member, game, 1, expires_at=IN_AN_HOUR + 1)
    world.clock.move(HOUR)
    expiry.EXPIRY_JOB.run(world.services)
    assert balances(world) == {player.member: 1 for player in players}
    world.clock.move(HOUR)
    expiry.EXPIRY_JOB.run(world.services)
    assert balances(world) == {player.member: 0 for player in players}
