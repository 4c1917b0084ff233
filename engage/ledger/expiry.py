"""Points whose time is over leave the books, but not before their member was reminded 30, 7 and 1 days ahead (C14).

A reminder that comes late lets the points last longer: from the last one on there is always a day left to use them. Of
a lot that is held, even in part, nothing expires.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson
import sqlalchemy as sa

from engage.kernel.clock import DAY_MS, render_ms
from engage.ledger.chart import EXPIRE, POINTS
from engage.ledger.counters import PROGRAMME
from engage.ledger.posting import take_points
from engage.ledger.tables import BOOK, BOOK_BY_MEMBER, LOT, LOT_BY_ID, Lot, book, expiry_notice, lot
from engage.storage.work import Work

NOTICE_DAYS = (30, 7, 1)
LEAD_MS = 3_600_000
"""So much earlier a reminder is due, for whoever gives them does so only now and then."""
SETTLE_MS = 3_600_000
"""So old a lot is before anybody is reminded of it: what a play has won is not told before its member has seen it."""
BATCH = 200

_given = sa.select(sa.func.count()).select_from(expiry_notice).where(expiry_notice.c.lot == lot.c.id).scalar_subquery()
_COUNT = len(NOTICE_DAYS)
_OPEN = (lot.c.asset == POINTS, lot.c.remaining > 0, book.c.under_review == 0)
_LOTS = sa.select(lot.c.id, lot.c.member).join(book, book.c.member == lot.c.member)


def give_notices(work: Work) -> int:
    """Remind members of up to 200 lots that are about to expire; how many lots.

    A member is told once of all that is due at the same time: the points, and the first instant at which some expire.
    """
    lots = list(_lock(work, _due_for_notice(work.now_ms)))
    due = [(days, one) for one in lots for days in _missing(work, one)[-1:]]
    for (_, days), group in groupby(sorted(due, key=_by_member), key=lambda item: (item[1].member, item[0])):
        _remind(work, [one for _, one in group], days)
    return len(due)


def expire_points(work: Work) -> int:
    """Take up to 200 lots out of the books whose time is over and whose members were reminded; how many lots.

    Each is one posting of route 123, whose cause is `expire:` and the lot's id.
    """
    expired = 0
    for one in _lock(work, _past(work.now_ms)):
        if one.expires_at is not None and one.expires_at <= work.now_ms and one.remaining and not one.held:
            _expire(work, one)
            expired += 1
    return expired


def _due_for_notice(now_ms: int) -> sa.Select[Any]:
    """Lots of which something is free and that had fewer reminders than they should."""
    due = sum((_within(now_ms, days) for days in NOTICE_DAYS[1:]), start=_within(now_ms, NOTICE_DAYS[0]))
    first = now_ms + NOTICE_DAYS[0] * DAY_MS + LEAD_MS
    return _LOTS.where(
        *_OPEN,
        lot.c.remaining > lot.c.held,
        lot.c.expires_at <= first,
        lot.c.earned_at <= now_ms - SETTLE_MS,
        due > _given,
    )


def _within(now_ms: int, days: int) -> sa.ColumnElement[int]:
    return sa.case((lot.c.expires_at <= now_ms + days * DAY_MS + LEAD_MS, 1), else_=0)


def _past(now_ms: int) -> sa.Select[Any]:
    return _LOTS.where(*_OPEN, lot.c.held == 0, lot.c.expires_at <= now_ms, _given >= len(NOTICE_DAYS))


def _lock(work: Work, query: sa.Select[Any]) -> Iterator[Lot]:
    """The lots that a query finds, as they are once their members' books are locked."""
    rows = work.connection.execute(query.order_by(lot.c.expires_at, lot.c.id).limit(BATCH)).all()
    if not rows:
        return iter(())
    work.load(BOOK_BY_MEMBER, sorted({row.member for row in rows}))
    ids = [row.id for row in rows]
    work.load(LOT_BY_ID, ids)
    return (found for id_ in ids if (found := work.find(LOT_BY_ID, id_)) is not None)


def _missing(work: Work, one: Lot) -> Sequence[int]:
    """The reminders of a lot that are due and were not given, the earliest first."""
    query = sa.select(expiry_notice.c.days).where(expiry_notice.c.lot == one.id)
    given = set(work.connection.execute(query).scalars())
    if one.expires_at is None or one.remaining <= one.held:
        return ()
    left_ms = one.expires_at - work.now_ms - LEAD_MS
    return [days for days in NOTICE_DAYS if left_ms <= days * DAY_MS and days not in given]


def _by_member(item: tuple[int, Lot]) -> tuple[str, int, int, str]:
    days, one = item
    return one.member, days, one.expires_at or 0, one.id


def _remind(work: Work, lots: Sequence[Lot], days: int) -> None:
    """One event for a member's lots; for each of them the reminders that it stands for."""
    owner = work.find(BOOK_BY_MEMBER, lots[0].member)
    assert owner is not None, "whoever has points has a book"
    notice = f"expiring:{lots[0].id}#{days}"
    rows = [row for one in lots for row in _notices(work, one, notice)]
    work.connection.execute(sa.insert(expiry_notice), rows)
    points, first = sum(one.remaining - one.held for one in lots), min(one.expires_at or 0 for one in lots)
    data = orjson.dumps({"days": days, "points": points, "expires_at": render_ms(first)}).decode()
    work.append("points.expiring", notice, data, member=owner)
    work.change(BOOK, owner)


def _notices(work: Work, one: Lot, notice: str) -> Iterable[dict[str, Any]]:
    missing = _missing(work, one)
    assert one.expires_at is not None, "only what expires is reminded of"
    if NOTICE_DAYS[-1] in missing and one.expires_at < work.now_ms + DAY_MS:
        one.expires_at = work.now_ms + DAY_MS
        work.change(LOT, one)
    return [
        {
            "lot": one.id,
            "days": days,
            "member": one.member,
            "points": one.remaining - one.held,
            "expires_at": one.expires_at,
            "notice": notice,
            "recorded_at": work.now_ms,
        }
        for days in missing
    ]


def _expire(work: Work, one: Lot) -> None:
    owner, amount, cause = work.find(BOOK_BY_MEMBER, one.member), one.remaining, f"expire:{one.id}"
    assert owner is not None, "whoever has points has a book"
    take_points(work, EXPIRE, owner, [(one, amount)], cause=cause, owner=PROGRAMME)
    data = orjson.dumps({"reason": "expired", "amount": -amount}).decode()
    work.append("points.changed", cause, data, member=owner)
