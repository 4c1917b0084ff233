"""Earned points as time goes by: what was pending is free, and what was owed is paid, the oldest first."""

import orjson
import sqlalchemy as sa

from engage.earning.orders import PENDING, give
from engage.earning.standing import Orders, find_pool
from engage.earning.tables import earning_step
from engage.ledger import BOOK_BY_MEMBER, Hold, end_hold, find_due_holds, find_open_hold
from engage.storage.work import Work

DUE = 200


def release_pending(work: Work) -> int:
    """Let go of what was pending long enough; how many holds."""
    due = find_due_holds(work.connection, work.now_ms, PENDING, DUE)
    work.load(BOOK_BY_MEMBER, sorted({hold.member for hold in due}))
    for hold in due:
        _release(work, hold)
    return len(due)


def _release(work: Work, hold: Hold) -> None:
    book, row = work.find(BOOK_BY_MEMBER, hold.member), find_open_hold(work, hold.id)
    if book is None or row is None or book.under_review:
        return
    end_hold(work, book, row, "released")
    data = orjson.dumps({"reason": "released", "points": row.amount}).decode()
    work.append("points.changed", f"release:{row.id}", data, member=book)


def pay_owed(work: Work) -> int:
    """Pay what dry pools have left owing, the oldest first, as far as they have been filled since; how many orders."""
    owed = _read_owed(work.connection)
    orders = Orders(work, [order for order, _ in owed], ())
    work.load(BOOK_BY_MEMBER, sorted({row.member for row in orders.purchases.values()}))
    paid = 0
    for order, amount in owed:
        row = orders.purchases[order]
        rule, book = orders.rule_of(row), work.find(BOOK_BY_MEMBER, row.member)
        assert rule is not None, "what is owed was earned by a rule"
        pool = find_pool(work, rule.campaign)
        part = min(amount, pool.available if pool else 0)
        if part and pool is not None and book is not None and not book.under_review:
            cause = f"pay:{row.event}:{work.now_ms}"
            orders.step(cause, "owed_less", order, part)
            give(work, orders, row, rule, book, pool, part, cause)
            paid += 1
    return paid


def _read_owed(connection: sa.Connection) -> list[tuple[str, int]]:
    """The orders that are owed points, the oldest debt first, and how many."""
    sign = sa.case((earning_step.c.kind == "owed", earning_step.c.amount), else_=-earning_step.c.amount)
    total = sa.func.sum(sign)
    query = (
        sa.select(earning_step.c.order_id, total)
        .where(earning_step.c.kind.in_(("owed", "owed_less")))
        .group_by(earning_step.c.order_id)
        .having(total > 0)
        .order_by(sa.func.min(earning_step.c.recorded_at), earning_step.c.order_id)
        .limit(DUE)
    )
    return [(row[0], int(row[1])) for row in connection.execute(query)]
