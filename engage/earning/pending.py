"""Earned points as time goes by: what was pending is free, and what was owed is paid, the oldest first."""

import orjson

from engage.earning.orders import give
from engage.earning.standing import OWED, Orders, find_pool
from engage.earning.tables import EARNING_STEP, EarningStep, purchase
from engage.earning.taking import PENDING
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
    """Pay what dry pools have left owing, the oldest first, as far as they have been filled since; how many orders.

    What is owed is read again once the books are locked: it may have been written off.
    """
    due = work.connection.execute(OWED.limit(DUE)).all()
    work.load(BOOK_BY_MEMBER, sorted({row.member for row in due}))
    orders = Orders(work, [row.order_id for row in due], ())
    paid = 0
    for order, _, _ in due:
        row, amount = orders.purchases[order], orders.points(order).unpaid
        rule, book = orders.rule_of(row), work.find(BOOK_BY_MEMBER, row.member)
        assert rule is not None, "what is owed was earned by a rule"
        pool = find_pool(work, rule.campaign)
        part = min(amount, pool.available if pool else 0)
        if part and pool is not None and book is not None and not book.under_review:
            cause = f"pay:{row.event}:{len(orders.steps[order])}"
            orders.step(cause, "owed_less", order, part)
            give(work, orders, row, rule, book, pool, part, cause)
            paid += 1
    return paid


def write_off(work: Work, member: str) -> None:
    """Owe nothing any more to a member who is being erased, and whose book is locked: nobody could be paid."""
    due = work.connection.execute(OWED.where(purchase.c.member == member)).all()
    for n, row in enumerate(due):
        cause = f"erasure:{member}~{n}"
        work.insert(EARNING_STEP, EarningStep(cause, "written_off", row.order_id, int(row.amount), work.now_ms))
