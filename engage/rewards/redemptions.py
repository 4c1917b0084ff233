"""Points that buy something: held while it can still be given back, then taken once, for just the units that are given.

Whoever moves a redemption on locks its member's book first, then the item's pool. A unit that was set aside and given
back was never given, so it returns to its pool; a code is bound to a unit only when the points are taken. One that was
given does not return to its pool, but its points do to their lots, if the brand takes it back or will not send it.
"""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from engage.catalogue import find_entry
from engage.kernel.clock import DAY_MS, render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import Conflict, NotFound, TooLate, UnderReview
from engage.ledger import (
    BOOK,
    OPEN_LOTS,
    POINTS,
    POSTING_BY_ID,
    REDEEM,
    REVERSE_REDEEM,
    Book,
    Lot,
    capture_hold,
    end_hold,
    find_lots_of,
    find_open_hold,
    give_back_points,
    hold_points,
    take_points,
)
from engage.members import get_member, require_book
from engage.rewards.items import ITEM, Bought, Item, item_from, purse_of, spendable, why_not_buy
from engage.rewards.redeemed import (
    CANCELLED,
    CAPTURED,
    HELD,
    HOLD_REASON,
    Standing,
    State,
    access_redemption,
    count_bought,
    find_held,
)
from engage.rewards.tables import (
    GRANT,
    POOL,
    POOL_BY_KEY,
    PRIZE_OF_ITEM,
    Grant,
    Pool,
    Redemption,
    prize_grant,
    redemption,
    redemption_end,
)
from engage.storage.work import Work

MINUTE_MS = 60_000


def redeem(work: Work, member_id: str, item_id: str, quantity: int) -> Standing:
    """Buy units of an item: the points are held for as long as the item can be given back, else taken at once.

    Refuses with NotFound, and then as `why_not_buy` says.
    """
    book = require_book(work, member_id)
    entry = find_entry(work.connection, item_id)
    pool = work.fetch(POOL_BY_KEY, (item_id, PRIZE_OF_ITEM))
    if entry is None or entry.kind != ITEM or pool is None:
        raise NotFound("There is no such item.")
    item, member = item_from(entry), get_member(work.connection, member_id)
    work.fetch(OPEN_LOTS, (member_id, POINTS))
    lots = work.find_many(OPEN_LOTS, (member_id, POINTS))
    bought = count_bought(work.connection, member_id, [item], work.now_ms).get(item_id, Bought())
    purse = purse_of(book, lots, work.now_ms)
    refusal = why_not_buy(item, quantity, member, book, bought, pool.units_left or 0, purse, work.now_ms)
    if refusal is not None:
        raise refusal
    # From here it must succeed.
    return _buy(work, book, item, pool, spendable(lots, work.now_ms), quantity)


def _buy(  # noqa: PLR0913  a purchase has these parts
    work: Work, book: Book, item: Item, pool: Pool, lots: Sequence[Lot], quantity: int
) -> Standing:
    until = work.now_ms + item.cancel_minutes * MINUTE_MS if item.cancel_minutes else None
    row = Redemption(
        new_id("red", work.now_ms),
        book.member,
        item.entry.id,
        item.entry.n,
        quantity,
        item.price * quantity,
        until,
        work.now_ms,
    )
    _insert(work, row)
    assert pool.units_left is not None, "what points buy has an end"
    pool.units_left -= quantity
    work.change(POOL, pool)
    if until is None:
        take_points(work, REDEEM, book, _split(lots, row.points), cause=row.cause, owner=row.item)
        return _finish(work, book, row, item)
    hold_points(work, book, lots, row.points, id_=row.cause, reason=HOLD_REASON, until=until)
    _tell(work, book, "points.changed", f"hold:{row.cause}", reason=HELD, redemption=row.id)
    _tell_of(work, book, row, HELD)
    return Standing(row, HELD, work.now_ms)


def _split(lots: Sequence[Lot], amount: int) -> list[tuple[Lot, int]]:
    """How much of each lot, in their order, so many points take."""
    parts: list[tuple[Lot, int]] = []
    for lot in lots:
        part = min(amount, lot.remaining - lot.held)
        if part:
            parts.append((lot, part))
            amount -= part
    assert amount == 0, "the caller counted the points before it took them"
    return parts


def _insert(work: Work, row: Redemption) -> None:
    values = {
        "id": row.id,
        "member": row.member,
        "item": row.item,
        "revision": row.revision,
        "quantity": row.quantity,
        "points": row.points,
        "until": row.until,
        "recorded_at": row.recorded_at,
    }
    work.connection.execute(sa.insert(redemption).values(values))


def capture(work: Work, member: str, id_: str) -> Standing:
    """Take the points of a held redemption and give what they buy; one that was captured stays as it is.

    Refuses with NotFound, UnderReview, Conflict if it was given back.
    """
    book, found = _lock(work, member, id_)
    if found.state == CAPTURED:
        return found
    if found.state == CANCELLED:
        raise Conflict("This was given back, and its points are free again.", state=CANCELLED)
    entry = find_entry(work.connection, found.row.item, found.row.revision)
    hold = find_open_hold(work, found.row.cause)
    assert entry is not None, "what was bought was published"
    assert hold is not None, "what is held has its hold"
    # The pool orders those who are given codes, and is locked after the book.
    work.fetch(POOL_BY_KEY, (found.row.item, PRIZE_OF_ITEM))
    capture_hold(work, book, hold, REDEEM, cause=found.row.cause, owner=found.row.item)
    return _finish(work, book, found.row, item_from(entry))


def cancel(work: Work, member: str, id_: str) -> Standing:
    """Give a held redemption back: the very lots have their points again. One that was given back stays so.

    Refuses with NotFound, UnderReview, Conflict if the points were taken, TooLate once its time is over.
    """
    book, found = _lock(work, member, id_)
    row = found.row
    if found.state == CANCELLED:
        return found
    if found.state == CAPTURED or row.until is None:
        raise Conflict("This was bought for good and can't be given back.", state=CAPTURED)
    if work.now_ms >= row.until:
        raise TooLate("The time to give this back has passed.", cancel_until=render_ms(row.until))
    return _give_back(work, book, row)


def cancel_all(work: Work, member: str) -> None:
    """Give back all that a member holds who is being erased, also what is due already: nobody could use its units."""
    book = require_book(work, member)
    for row in find_held(work.connection, member):
        _give_back(work, book, row)


def _give_back(work: Work, book: Book, row: Redemption) -> Standing:
    hold, pool = find_open_hold(work, row.cause), work.fetch(POOL_BY_KEY, (row.item, PRIZE_OF_ITEM))
    assert hold is not None, "what is held has its hold"
    assert pool is not None, "what was bought has its pool"
    assert pool.units_left is not None, "what points buy has an end"
    end_hold(work, book, hold, "released")
    pool.units_left += row.quantity
    work.change(POOL, pool)
    _end(work, row, CANCELLED)
    _tell(work, book, "points.changed", f"release:{row.cause}", reason="released", redemption=row.id)
    _tell_of(work, book, row, CANCELLED)
    return Standing(row, CANCELLED, work.now_ms)


def capture_due(work: Work, member: str, id_: str) -> bool:
    """Capture a redemption whose time is over; whether it was done, which it is not while books are under review."""
    try:
        return capture(work, member, id_).since == work.now_ms
    except (UnderReview, Conflict):
        return False


def return_points(work: Work, grant: Grant, redemption_id: str) -> None:
    """Give back what a unit cost that the brand takes back or will not send, to the very lots that paid for it.

    Such a lot never expires any more: it may have by now, and its member was reminded of it once. Refuses with
    UnderReview.
    """
    book, found = _lock(work, grant.member, redemption_id)
    row, taken = found.row, work.fetch(POSTING_BY_ID, (found.row.cause, 0))
    assert taken is not None, "what was given was paid for"
    parts = _slice(find_lots_of(work, taken), row.causes_of_grants().index(grant.cause) * row.price, row.price)
    for lot, _ in parts:
        lot.expires_at = None
    give_back_points(work, REVERSE_REDEEM, book, taken, parts, cause=grant.returned)
    said = {"redemption": row.id, "grant": grant.id, "amount": row.price}
    _tell(work, book, "points.changed", grant.returned, reason="returned", **said)


def _slice(parts: Sequence[tuple[Lot, int]], start: int, amount: int) -> list[tuple[Lot, int]]:
    """So many of the points that lie in these parts one after the other, from the one numbered `start` on."""
    found: list[tuple[Lot, int]] = []
    for lot, part in parts:
        taken = min(part, start + amount) - max(start, 0)
        if taken > 0:
            found.append((lot, taken))
        start -= part
    return found


def _lock(work: Work, member: str, id_: str) -> tuple[Book, Standing]:
    book = require_book(work, member)
    found = access_redemption(work.connection, member, id_)
    if book.under_review:
        raise UnderReview("These books are being checked. Nothing is lost; please try again later.")
    return book, found


def _finish(work: Work, book: Book, row: Redemption, item: Item) -> Standing:
    """Its points were taken: give the units, and say so."""
    _end(work, row, CAPTURED)
    _tell(work, book, "points.changed", row.cause, reason="redeemed", redemption=row.id, amount=-row.points)
    grants = tuple(_grant(work, book, row, item))
    _tell_of(work, book, row, CAPTURED, grants=grants)
    return Standing(row, CAPTURED, work.now_ms, grants)


def _grant(work: Work, book: Book, row: Redemption, item: Item) -> list[str]:
    """A grant for each unit, with the next codes."""
    last = sa.select(sa.func.max(prize_grant.c.ordinal)).where(
        prize_grant.c.game == row.item, prize_grant.c.prize == PRIZE_OF_ITEM
    )
    given = work.connection.execute(last).scalar_one()
    first = 0 if given is None else given + 1
    use_by = None if item.use_by_days is None else work.now_ms + item.use_by_days * DAY_MS
    made = []
    for n, cause in enumerate(row.causes_of_grants()):
        grant = Grant(
            new_id("grt", work.now_ms),
            cause,
            row.member,
            row.item,
            row.revision,
            PRIZE_OF_ITEM,
            item.kind,
            first + n,
            work.now_ms,
            use_by,
        )
        work.insert(GRANT, grant)
        _tell(work, book, "prize.changed", f"prize:{grant.id}#0", grant=grant.id, state="won")
        made.append(grant.id)
    return made


def _end(work: Work, row: Redemption, outcome: str) -> None:
    values = {"redemption": row.id, "outcome": outcome, "recorded_at": work.now_ms}
    work.connection.execute(sa.insert(redemption_end).values(values))


def _tell_of(work: Work, book: Book, row: Redemption, state: State, **more: Any) -> None:  # noqa: ANN401  what an event tells
    said = {"redemption": row.id, "item": row.item, "quantity": row.quantity, "price": row.points, "state": state}
    if state == HELD and row.until is not None:
        said["cancel_until"] = render_ms(row.until)
    _tell(work, book, "redemption.changed", f"{row.cause}#{state}", **said, **more)


def _tell(work: Work, book: Book, name: str, subject: str, **data: Any) -> None:  # noqa: ANN401  what an event tells
    work.append(name, subject, orjson.dumps(data).decode(), member=book)
    work.change(BOOK, book)
