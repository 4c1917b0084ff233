"""Points for orders: earned out of a funded pool, pending until the refund window ends, taken back with the money.

After each event an order has exactly the points that its rule gives for what of it is still paid: in the member's book,
owed while the pool is dry, or, where the member has spent them, owed back. A balance never falls below nothing.
"""

from collections.abc import Sequence
from typing import Any

import orjson
import structlog

from engage.earning.rules import EarningRule, best_rule
from engage.earning.standing import Orders, Points, find_owing, find_pool, in_force
from engage.earning.tables import PURCHASE, PURCHASE_REFUND, Purchase, PurchaseRefund
from engage.earning.taking import RULE, collect, hold_pending, open_book, pending_until, take_out, tell
from engage.events import LoggedEvent, OutsideEvent, Subscriber, judge, read_outside
from engage.kernel.clock import DAY_MS, parse, render_ms, to_ms
from engage.ledger import (
    ACCOUNT,
    BOOK_BY_MEMBER,
    EARN,
    Account,
    Book,
    give_points,
    note_order,
)
from engage.storage.work import Work

COMPLETED, REFUNDED = "order.completed", "order.refunded"
RETURNED = "returned:"
"""What the subjects of events begin with that tell of points which came back."""
BATCH = 128

log = structlog.get_logger()


def earning_subscriber() -> Subscriber:
    """Reads orders and refunds from the log and gives their points."""
    names = frozenset((COMPLETED, REFUNDED))
    return Subscriber("earning", BATCH, handle, sets_aside=True, names=names, subjects=RETURNED)


def handle(work: Work, events: Sequence[LoggedEvent]) -> None:
    """Give and take back the points of the orders among these events, and what is owed of points that returned.

    Books are locked before anything is read that depends on them: a member may be erased at the same time.
    """
    mine = [event for event in events if event.name in (COMPLETED, REFUNDED) or event.subject.startswith(RETURNED)]
    if not mine:
        return
    members = {event.member for event in mine if event.member}
    work.load(BOOK_BY_MEMBER, sorted(members))
    sent = read_outside(work.connection, mine)
    said = {position: orjson.loads(outside.data) for position, outside in sent.items()}
    returned = {event.position: event for event in mine if event.subject.startswith(RETURNED)}
    owing = find_owing(work.connection, {event.member or "" for event in returned.values()})
    orders = Orders(work, [*(data["order"] for data in said.values()), *owing], members)
    for event in mine:
        if event.position in returned:
            collect(work, orders, event.member or "", event.subject.removeprefix(RETURNED))
        elif event.position in sent:
            take = _complete if event.name == COMPLETED else _refund
            take(work, orders, event.member or "", sent[event.position], said[event.position])


def _complete(work: Work, orders: Orders, member: str, event: OutsideEvent, data: dict[str, Any]) -> None:
    name = data["order"]
    if name in orders.purchases:
        judge(work, event.id, RULE, "duplicate_order", order=name)
        return
    paid_at = to_ms(parse(data["paid_at"])) if data["paid_at"] else event.occurred_at
    rule = best_rule(in_force(orders.rules), data["net_fen"], paid_at, data["merchant"], data["store"])
    campaign, n = (None, None) if rule is None else (rule.campaign, rule.n)
    row = Purchase(name, event.id, member, campaign, n, paid_at, data["net_fen"], work.now_ms)
    orders.purchases[name] = row
    work.insert(PURCHASE, row)
    _release(work, row)
    if rule is None:
        judge(work, event.id, RULE, "outside_window")
        return
    points = _settle(work, orders, row, rule, event.id)
    said: dict[str, Any] = {"points": points.due, "factor": rule.factor_at(paid_at), "campaign": rule.campaign}
    if points.unpaid:
        said["owed"] = points.unpaid
    if points.offset:
        said["set_off"] = points.offset
    if rule.pending_days:
        said["pending_until"] = render_ms(pending_until(row, rule))
    is_refunded = row.net_fen > 0 and not orders.paid(row)
    verdict = "counted" if points.due else "refunded" if is_refunded else "too_small"
    judge(work, event.id, RULE, verdict, **said)


def _release(work: Work, row: Purchase) -> None:
    """What waited for an order is free now. Refuses with UnderReview."""
    book = open_book(work, row.member)
    points = note_order(work, book, min(row.paid_at, work.now_ms)) if row.net_fen else 0
    if points:
        tell(work, row, book, points, f"order:{row.event}", "released")


def _refund(work: Work, orders: Orders, member: str, event: OutsideEvent, data: dict[str, Any]) -> None:
    name, row = data["order"], orders.purchases.get(data["order"])
    if row is not None and row.member != member:
        judge(work, event.id, RULE, "other_member", order=name)
        return
    work.insert(PURCHASE_REFUND, PurchaseRefund(event.id, name, member, data["net_fen"], work.now_ms))
    orders.refunded[name, member] += data["net_fen"]
    rule = None if row is None else orders.rule_of(row)
    if row is None:
        judge(work, event.id, RULE, "order_unknown", order=name)
    elif rule is None:
        judge(work, event.id, RULE, "outside_window")
    else:
        before = orders.points(name)
        after = _settle(work, orders, row, rule, event.id)
        said = {"points": before.due - after.due, "owed_back": after.debt - before.debt}
        judge(work, event.id, RULE, "counted", **said)


def _settle(work: Work, orders: Orders, row: Purchase, rule: EarningRule, event: str) -> Points:
    """Bring an order's points to what its rule gives for what is still paid. Refuses with UnderReview."""
    book = open_book(work, row.member)
    missing = rule.earns(orders.paid(row), row.paid_at) - orders.points(row.order_id).due
    cause = f"earn:{event}"
    if missing > 0:
        _credit(work, orders, row, rule, book, missing, cause)
    elif missing < 0:
        _take_back(work, orders, row, rule, book, -missing, cause)
    return orders.points(row.order_id)


def _credit(  # noqa: PLR0913  an earning has these parts
    work: Work, orders: Orders, row: Purchase, rule: EarningRule, book: Book, amount: int, cause: str
) -> None:
    back = orders.set_off(cause, row, amount)
    pool = find_pool(work, rule.campaign)
    given = min(amount - back, pool.available if pool else 0)
    owed = amount - back - given
    if given and pool is not None:
        give(work, orders, row, rule, book, pool, given, cause)
    elif back or owed:
        tell(work, row, book, 0, cause)
    if owed:
        orders.step(cause, "owed", row.order_id, owed)
        log.error("earn_pool_dry", campaign=rule.campaign, owed=owed)


def give(  # noqa: PLR0913  an earning has these parts
    work: Work, orders: Orders, row: Purchase, rule: EarningRule, book: Book, pool: Account, amount: int, cause: str
) -> None:
    """Points out of the pool for an order; its member's book and the pool are locked."""
    expires = None if rule.expire_days is None else work.now_ms + rule.expire_days * DAY_MS
    lot = give_points(work, EARN, book, amount, cause=cause, owner=rule.campaign, expires_at=expires)
    pool.debits += amount
    work.change(ACCOUNT, pool)
    orders.step(cause, "earned", row.order_id, amount)
    hold_pending(work, book, lot, pending_until(row, rule), f"pending:{lot.id}")
    tell(work, row, book, amount, cause)


def _take_back(  # noqa: PLR0913  a reversal has these parts
    work: Work, orders: Orders, row: Purchase, rule: EarningRule, book: Book, amount: int, cause: str
) -> None:
    """First what is only owed, then out of the very lots; what was spent of them is owed back."""
    less = min(amount, orders.points(row.order_id).unpaid)
    if less:
        orders.step(cause, "owed_less", row.order_id, less)
    taken = take_out(work, orders, row, rule, book, amount - less, cause)
    if amount > less + taken:
        orders.owe_back(cause, row, amount - less - taken)
    tell(work, row, book, -taken, cause)
