"""What of an order's points is taken back: out of the very lots, at once or when what was spent of them returns."""

import orjson

from engage.earning.rules import EarningRule
from engage.earning.standing import Orders, find_pool
from engage.earning.tables import Purchase
from engage.kernel.clock import DAY_MS
from engage.kernel.refusals import UnderReview
from engage.ledger import (
    ACCOUNT,
    BOOK,
    BOOK_BY_MEMBER,
    LOT_BY_ID,
    POSTING_BY_ID,
    REVERSE_EARN,
    Book,
    Lot,
    Posting,
    end_hold,
    find_open_holds_of,
    hold_points,
    take_back_points,
)
from engage.storage.work import Work

RULE, PENDING = "earning", "pending"


def open_book(work: Work, member: str) -> Book:
    """A member's book. Refuses with UnderReview."""
    book = work.find(BOOK_BY_MEMBER, member)
    assert book is not None, "whoever is in the log has a book"
    if book.under_review:
        raise UnderReview("This member's books are under review; the event waits until two people have looked.")
    return book


def take_out(  # noqa: PLR0913  a reversal has these parts
    work: Work, orders: Orders, row: Purchase, rule: EarningRule, book: Book, amount: int, cause: str
) -> int:
    """Take so many of an order's points back, as far as its lots still have them; how many those were."""
    taken, n = 0, 0
    for earned in [step.cause for step in orders.steps[row.order_id] if step.kind == "earned"]:
        lot, posting = work.fetch(LOT_BY_ID, f"{earned}#0"), work.fetch(POSTING_BY_ID, (earned, 0))
        assert lot is not None, "what was earned is a lot"
        assert posting is not None, "what was earned was posted"
        part = _take_from(work, book, lot, posting, amount - taken, cause, n, pending_until(row, rule))
        taken, n = taken + part, n + bool(part)
    if taken:
        orders.step(cause, "taken_back", row.order_id, taken)
        pool = find_pool(work, rule.campaign)
        assert pool is not None, "what was earned came out of a pool"
        pool.credits += taken
        work.change(ACCOUNT, pool)
    return taken


def _take_from(  # noqa: PLR0913  a reversal has these parts
    work: Work, book: Book, lot: Lot, posting: Posting, wanted: int, cause: str, n: int, until: int
) -> int:
    """Take from one lot what it has free once nothing of it is pending; what is left is pending as before."""
    if wanted <= 0:
        return 0
    pending = find_open_holds_of(work, lot, PENDING)
    for hold in pending:
        end_hold(work, book, hold, "released")
    part = min(wanted, lot.remaining - lot.held)
    if part:
        take_back_points(work, book, posting, lot, part, cause=cause, route=REVERSE_EARN, n=n)
    if pending:
        hold_pending(work, book, lot, until, f"pending:{lot.id}:{cause}")
    return part


def hold_pending(work: Work, book: Book, lot: Lot, until: int, id_: str) -> None:
    """Hold what is free of a lot until its order's refund window ends."""
    amount = lot.remaining - lot.held
    if until > work.now_ms and amount:
        hold_points(work, book, [lot], amount, id_=id_, reason=PENDING, until=until)


def pending_until(row: Purchase, rule: EarningRule) -> int:
    """When what an order earned can be used (milliseconds)."""
    return row.paid_at + rule.pending_days * DAY_MS


def tell(work: Work, row: Purchase, book: Book, points: int, cause: str, reason: str = RULE) -> None:  # noqa: PLR0913  what is told
    """Tell a member what an order has come to."""
    data = orjson.dumps({"reason": reason, "order": row.order_id, "points": points}).decode()
    work.append("points.changed", cause, data, member=book)
    work.change(BOOK, book)


def collect(work: Work, orders: Orders, member: str, returned: str) -> None:
    """Take back what refunds had to leave because it was spent, where its points have returned to their lots since.

    Refuses with UnderReview.
    """
    book = open_book(work, member)
    for n, (name, debt) in enumerate(list(orders.debts.get(member, {}).items())):
        row, cause = orders.purchases[name], f"collected:{returned}~{n}"
        rule = orders.rule_of(row)
        assert rule is not None, "an order that owes something has earned it by a rule"
        taken = take_out(work, orders, row, rule, book, debt, cause)
        if taken:
            orders.settle(cause, name, taken, member)
            orders.step(cause, "offset", name, taken)
            tell(work, row, book, -taken, cause)
