"""The Writer: groups, refusals and poison beside each other, a bounded queue, and a connection that goes away."""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
import pytest
import sqlalchemy as sa

from engage.kernel.refusals import Busy, NotFound, UnderReview
from engage.ledger import BOOK, BOOK_BY_MEMBER, OPEN_LOTS, turn_asset
from engage.storage.hot import Needs
from engage.storage.work import Work
from engage.storage.writer import Writer
from games.turns import grant_turns
from tests.support.world import World, prize, rules, slot

OUT_OF_THIN_AIR = "points that come out of thin air have no posting"


class Pay:
    """Adds points to a member's book out of thin air, or takes more than there are.

    A poison for the book's own rule.
    """

    game = None
    alone = False

    def __init__(self, member: str, amount: int) -> None:
        self.member, self.amount = member, amount

    def needs(self, needs: Needs) -> None:
        needs.add(BOOK_BY_MEMBER, self.member)

    def decide(self, work: Work) -> int:
        book = work.find(BOOK_BY_MEMBER, self.member)
        if book is None:
            raise NotFound("There is no such member.")
        book.credits += self.amount
        work.change(BOOK, book)
        return book.credits

    def blame(self, _table: str) -> tuple[str, str]:
        return ("member", self.member)


class Broken(Pay):
    """Has a bug."""

    def decide(self, _work: Work) -> int:
        message = "a bug"
        raise ZeroDivisionError(message)


def credits_of(world: World) -> dict[str, int]:
    with world.services.reader.connect() as connection:
        return {row.member: row.credits for row in connection.execute(sa.text("SELECT member, credits FROM book"))}


@pytest.mark.unproven(reason=OUT_OF_THIN_AIR)
def test_a_poison_fails_alone_and_puts_its_subject_under_review(world: World) -> None:
    members = [world.member(f"m{i}") for i in range(9)]
    commands = [Pay(member, 5) for member in members]
    commands[4] = Pay(members[4], -7)
    outcomes = world.services.writer.decide_all(commands)
    assert [isinstance(outcome, UnderReview) for outcome in outcomes] == [i == 4 for i in range(9)]
    assert credits_of(world) == {member: 0 if i == 4 else 5 for i, member in enumerate(members)}
    with world.services.reader.connect() as connection:
        rows = connection.execute(sa.text("SELECT kind, subject FROM quarantine")).all()
    assert rows == [("member", members[4])]


@pytest.mark.unproven(reason=OUT_OF_THIN_AIR)
def test_a_refusal_and_a_bug_do_not_disturb_their_neighbours(world: World) -> None:
    alice, bob = world.member("alice"), world.member("bob")
    outcomes = world.services.writer.decide_all([Pay(alice, 5), Pay("mem_mallory", 5), Broken(bob, 5), Pay(bob, 7)])
    assert outcomes[0] == 5
    assert isinstance(outcomes[1], NotFound)
    assert isinstance(outcomes[2], ZeroDivisionError)
    assert outcomes[3] == 7
    assert credits_of(world) == {alice: 5, bob: 7}


@pytest.mark.unproven(reason=OUT_OF_THIN_AIR)
def test_commands_on_one_row_in_one_batch_see_each_other(world: World) -> None:
    alice = world.member("alice")
    assert world.services.writer.decide_all([Pay(alice, 1) for _ in range(50)]) == list(range(1, 51))


@pytest.mark.unproven(reason=OUT_OF_THIN_AIR)
def test_a_full_queue_answers_busy_and_loses_nothing(world: World) -> None:
    alice = world.member("alice")
    writer: Any = Writer(
        world.services.writer._store,
        world.clock,
        find_violation=lambda _fault: None,
        quarantine=lambda *_args: None,
        queue_size=10,
    )
    writer.start()
    jobs = [gevent.spawn(outcome_of, writer, Pay(alice, 1)) for _ in range(30)]
    gevent.joinall(jobs, raise_error=True)
    answers = [job.value for job in jobs]
    refused = [answer for answer in answers if isinstance(answer, Busy)]
    assert 1 <= len(refused) < 30
    assert credits_of(world)[alice] == 30 - len(refused)
    writer._loop.kill()


def outcome_of(writer: Writer, command: Pay) -> Any:
    try:
        return writer.submit(command)
    except Busy as refusal:
        return refusal


def test_log_positions_have_no_gaps_though_batches_fail(world: World) -> None:
    def append(work: Work, name: str) -> None:
        work.append(name, f"test:{name}")

    def fail(work: Work) -> None:
        work.append("lost", "test:lost")
        message = "a bug"
        raise ZeroDivisionError(message)

    for name in ("one", "two"):
        world.services.writer.run(partial(append, name=name))
        with pytest.raises(ZeroDivisionError):
            world.services.writer.run(fail)
    with world.services.reader.connect() as connection:
        rows = connection.execute(sa.text("SELECT position, name FROM event ORDER BY position")).all()
        head = connection.execute(sa.text("SELECT n FROM log_head")).scalar_one()
    assert [row.position for row in rows] == list(range(1, head + 1))
    assert [row.name for row in rows][-2:] == ["one", "two"]


def test_an_event_of_a_member_takes_the_members_next_number(world: World) -> None:
    alice = world.member("alice")

    def append(work: Work) -> list[int]:
        book = work.fetch(BOOK_BY_MEMBER, alice)
        assert book is not None
        work.change(BOOK, book)
        return [work.append("tested", "test:1", member=book), work.append("tested", "test:2", member=book)]

    assert world.services.writer.run(append) == [1, 2]
    assert world.services.writer.run(append) == [3, 4]


def test_a_row_that_is_new_does_not_stand_for_those_that_are_stored(world: World) -> None:
    game = world.publish(rules("gam_wheel", [prize("a")], [slot("a", 1, "a")]))
    alice, bob = world.member("alice"), world.member("bob")
    world.turns(alice, game, 2)

    def look_after_giving(work: Work) -> list[int]:
        work.fetch(OPEN_LOTS, (bob, turn_asset(game)))
        grant_turns(work, member=alice, game_id=game, count=3, expires_at=None, reason="test")
        work.fetch(OPEN_LOTS, (alice, turn_asset(game)))
        return [lot.remaining for lot in work.find_many(OPEN_LOTS, (alice, turn_asset(game)))]

    assert world.services.writer.run(look_after_giving) == [2, 3]


def test_a_refusal_after_a_write_through_the_connection_takes_the_write_back(world: World) -> None:
    def write_and_refuse(work: Work) -> None:
        work.connection.execute(sa.text("INSERT INTO subscriber (name, position) VALUES ('mallory', 1)"))
        raise NotFound("Nothing of this happened.")

    with pytest.raises(NotFound):
        world.services.writer.run(write_and_refuse)
    with world.services.reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM subscriber WHERE name = 'mallory'")).scalar_one() == 0
