"""Points that are set aside: not to be spent, theirs all the same, and free, spent or back exactly once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engage.ledger import (
    BOOK_BY_MEMBER,
    OPEN_LOTS,
    POINTS,
    Book,
    Lot,
    Violation,
    capture_hold,
    end_hold,
    find_book,
    find_due_holds,
    find_open_hold,
    give_back_points,
    hold_points,
    read_open_holds,
    run_proof,
    take_points,
)
from engage.ledger.invariants import LEDGER_INVARIANTS
from engage.ledger.tables import POSTING, posting
from engage.storage.work import Work
from tests.support.world import World, prize, rules, slot

SPEND, GIVE_BACK = 121, 221
"""What pays for a play: a route that no other proof asks about."""
ALICE = "mem_alice"


@pytest.fixture
def rich(world: World) -> World:
    """Alice has won 50 points three times, each a lot of its own."""
    world.publish(rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "prz_p50", "none")]))
    alice = world.player("alice", "gam_w")
    for _ in range(3):
        alice.play()
    return world


def book_and_lots(work: Work) -> tuple[Book, list[Lot]]:
    """Alice's book, locked, and her lots with something free."""
    work.load(BOOK_BY_MEMBER, [ALICE])
    work.load(OPEN_LOTS, [(ALICE, POINTS)])
    book = work.find(BOOK_BY_MEMBER, ALICE)
    assert book
    return book, work.find_many(OPEN_LOTS, (ALICE, POINTS))


def standing(world: World) -> tuple[int, int]:
    """What Alice owns, and what of it is held."""
    with world.services.reader.connect() as connection:
        book = find_book(connection, ALICE)
    return book.points, book.held


def hold(world: World, amount: int, id_: str = "hld_1", until: int | None = None) -> None:
    """Set points of Alice's aside."""

    def decide(work: Work) -> None:
        book, lots = book_and_lots(work)
        hold_points(work, book, lots, amount, id_=id_, reason="redemption", until=until)
        work.append("points.changed", f"hold:{id_}", member=book)

    world.services.writer.run(decide)


def release(world: World, id_: str = "hld_1") -> bool:
    """Let them go; whether they were still held."""

    def decide(work: Work) -> bool:
        book, _ = book_and_lots(work)
        row = find_open_hold(work, id_)
        if row is None:
            return False
        end_hold(work, book, row, "released")
        work.append("points.changed", f"release:{id_}", member=book)
        return True

    return world.services.writer.run(decide)


def test_held_points_are_owned_and_can_not_be_held_or_spent_again(rich: World) -> None:
    hold(rich, 120)
    assert standing(rich) == (150, 120)
    with pytest.raises(AssertionError):
        hold(rich, 31, "hld_2")
    hold(rich, 30, "hld_2")
    assert standing(rich) == (150, 150)
    with rich.services.reader.connect() as connection:
        assert [(row.id, row.amount) for row in read_open_holds(connection, [ALICE])] == [("hld_1", 120), ("hld_2", 30)]


def test_a_hold_is_released_once(rich: World) -> None:
    hold(rich, 120)
    assert [release(rich), release(rich)] == [True, False]
    assert standing(rich) == (150, 0)


def test_a_hold_is_captured_out_of_the_very_lots_and_reversed_into_them(rich: World) -> None:
    hold(rich, 120)

    def capture(work: Work) -> None:
        book, _ = book_and_lots(work)
        row = find_open_hold(work, "hld_1")
        assert row
        capture_hold(work, book, row, SPEND, cause="redemption:red_1", owner="itm_meal")
        work.append("points.changed", "redemption:red_1", member=book)

    rich.services.writer.run(capture)
    assert standing(rich) == (30, 0)
    assert release(rich) is False

    def reverse(work: Work) -> None:
        book, _ = book_and_lots(work)
        row = work.connection.execute(sa.select(posting).where(posting.c.cause == "redemption:red_1")).one()
        moves = work.connection.execute(
            sa.text("SELECT l.*, m.amount AS part FROM lot_move m JOIN lot l ON l.id = m.lot WHERE m.cause = :cause"),
            {"cause": "redemption:red_1"},
        ).all()
        parts = [(Lot(*move[:-1]), move.part) for move in moves]
        give_back_points(work, GIVE_BACK, book, POSTING.row(*row), parts, cause="cancel:red_1")
        work.append("points.changed", "cancel:red_1", member=book)

    rich.services.writer.run(reverse)
    assert standing(rich) == (150, 0)
    with rich.services.reader.connect() as connection:
        lots = connection.execute(sa.text("SELECT remaining, held FROM lot WHERE asset = 'PTS'")).all()
    assert [tuple(lot) for lot in lots] == [(50, 0)] * 3


def test_points_that_are_spent_at_once_say_out_of_which_lot(rich: World) -> None:
    def spend(work: Work) -> None:
        book, lots = book_and_lots(work)
        take_points(work, SPEND, book, [(lots[0], 20)], cause="redemption:red_1", owner="itm_tea")
        work.append("points.changed", "redemption:red_1", member=book)

    rich.services.writer.run(spend)
    assert standing(rich) == (130, 0)


def test_a_hold_whose_time_is_over_is_due_until_it_ends(rich: World) -> None:
    now = rich.clock.now_ms()
    hold(rich, 10, until=now + 1000)

    def due(at: int) -> list[str]:
        with rich.services.reader.connect() as connection:
            return [row.id for row in find_due_holds(connection, at, "redemption", 10)]

    assert (due(now), due(now + 1000)) == ([], ["hld_1"])
    release(rich)
    assert due(now + 1000) == []


@pytest.mark.unproven("the books are forged")
@pytest.mark.parametrize(
    ("forgery", "codes"),
    [
        ("UPDATE book SET held = 10", {"I1", "I3"}),
        ("UPDATE lot SET held = held - 1 WHERE held > 0", {"I3", "I4"}),
        ("INSERT INTO hold VALUES ('hld_2', 'mem_alice', 7, 'none', NULL, 1)", {"I1", "I8"}),
        ("INSERT INTO hold_end VALUES ('hld_1', 'released', 1)", {"I1", "I4"}),
    ],
)
def test_a_hold_that_does_not_add_up_is_found(rich: World, forgery: str, codes: set[str]) -> None:
    hold(rich, 60)
    rich.services.writer.run(lambda work: work.connection.execute(sa.text(forgery)).rowcount)
    with rich.services.reader.connect() as connection:
        results = run_proof(connection, LEDGER_INVARIANTS)
    found: list[tuple[str, Violation]] = [(law.code, one) for law, proof in results for one in proof.violations]
    assert {code for code, _ in found} == codes
    assert {one.subject for _, one in found} == {ALICE}
