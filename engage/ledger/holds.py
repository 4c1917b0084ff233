"""Points that are set aside: theirs, but not to be spent until the hold has ended, which it does once.

The caller has locked the member's book. Of a lot nothing that is held is spent, taken back or expires.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import sqlalchemy as sa

from engage.kernel.clock import DAY_MS
from engage.ledger.posting import take_points
from engage.ledger.tables import (
    BOOK,
    END_BY_HOLD,
    HOLD,
    HOLD_BY_ID,
    HOLD_END,
    HOLD_PART,
    LOT,
    LOT_BY_ID,
    PARTS_BY_HOLD,
    PARTS_BY_LOT,
    Book,
    Hold,
    HoldEnd,
    HoldPart,
    Lot,
    hold,
    hold_end,
)
from engage.storage.work import Work

ORDER, ORDER_DAYS = "order", 365
"""Why points wait for an order, and how long the last one may be ago (C13b)."""

Outcome: TypeAlias = Literal["captured", "released", "expired"]


def hold_points(  # noqa: PLR0913  a hold has these parts
    work: Work, book: Book, lots: Sequence[Lot], amount: int, *, id_: str, reason: str, until: int | None
) -> Hold:
    """Set points aside out of these lots in their order; AssertionError if they don't have so many free."""
    row = Hold(id_, book.member, amount, reason, until, work.now_ms)
    work.insert(HOLD, row)
    left = amount
    for lot in lots:
        part = min(left, lot.remaining - lot.held)
        if part > 0:
            lot.held += part
            left -= part
            work.change(LOT, lot)
            work.insert(HOLD_PART, HoldPart(id_, lot.id, part))
    assert left == 0, "the caller counted the points before it held them"
    book.held += amount
    work.change(BOOK, book)
    return row


def find_open_hold(work: Work, id_: str) -> Hold | None:
    """A hold that has not ended; the book of its member has to be locked."""
    row = work.fetch(HOLD_BY_ID, id_)
    return row if row is not None and work.fetch(END_BY_HOLD, id_) is None else None


def find_open_holds_of(work: Work, lot: Lot, reason: str) -> list[Hold]:
    """The holds for this reason that have not ended and set something of a lot aside."""
    work.fetch(PARTS_BY_LOT, lot.id)
    found = (find_open_hold(work, part.hold) for part in work.find_many(PARTS_BY_LOT, lot.id))
    return [row for row in found if row is not None and row.reason == reason]


def end_hold(work: Work, book: Book, row: Hold, outcome: Outcome) -> list[tuple[Lot, int]]:
    """End an open hold; the lots and how much of each is free again."""
    work.fetch(PARTS_BY_HOLD, row.id)
    freed: list[tuple[Lot, int]] = []
    for part in work.find_many(PARTS_BY_HOLD, row.id):
        lot = work.fetch(LOT_BY_ID, part.lot)
        assert lot is not None, "what is held is in a lot"
        lot.held -= part.amount
        work.change(LOT, lot)
        freed.append((lot, part.amount))
    work.insert(HOLD_END, HoldEnd(row.id, outcome, work.now_ms))
    book.held -= row.amount
    work.change(BOOK, book)
    return freed


def capture_hold(  # noqa: PLR0913  a capture has these parts
    work: Work, book: Book, row: Hold, route: int, *, cause: str, owner: str
) -> None:
    """End an open hold by spending what it holds, out of the very lots."""
    freed = end_hold(work, book, row, "captured")
    take_points(work, route, book, freed, cause=cause, owner=owner)


def hold_until_order(work: Work, book: Book, lot: Lot) -> bool:
    """Hold a new lot until its member's next paid order, unless one was paid in the last 365 days; whether it is."""
    if book.last_paid_at is not None and book.last_paid_at > work.now_ms - ORDER_DAYS * DAY_MS:
        return False
    hold_points(work, book, [lot], lot.amount, id_=f"{ORDER}:{lot.id}", reason=ORDER, until=None)
    return True


def note_order(work: Work, book: Book, paid_at: int) -> int:
    """Note that a member paid an order, and let go of what waited for one; how many points.

    A lot that expires does so as long after this as it would have after it was received.
    """
    book.last_paid_at = max(book.last_paid_at or 0, paid_at)
    work.change(BOOK, book)
    waiting = read_open_holds(work.connection, [book.member]) if book.held else []
    points = 0
    for one in waiting:
        row = find_open_hold(work, one.id) if one.reason == ORDER else None
        if row is None:
            continue
        for lot, _ in end_hold(work, book, row, "released"):
            if lot.expires_at is not None:
                lot.expires_at += work.now_ms - lot.earned_at
        points += row.amount
    return points


def read_open_holds(connection: sa.Connection, members: Iterable[str]) -> list[Hold]:
    """The holds of these members that have not ended, by member and id."""
    query = (
        sa.select(hold)
        .outerjoin(hold_end, hold_end.c.hold == hold.c.id)
        .where(hold.c.member.in_(list(members)), hold_end.c.hold.is_(None))
        .order_by(hold.c.member, hold.c.id)
    )
    return [Hold(*row) for row in connection.execute(query)]


def find_due_holds(connection: sa.Connection, now_ms: int, reason: str, limit: int) -> list[Hold]:
    """Open holds of a reason whose time is over, the oldest first."""
    query = (
        sa.select(hold)
        .outerjoin(hold_end, hold_end.c.hold == hold.c.id)
        .where(hold.c.until <= now_ms, hold.c.reason == reason, hold_end.c.hold.is_(None))
        .order_by(hold.c.until, hold.c.id)
        .limit(limit)
    )
    return [Hold(*row) for row in connection.execute(query)]
