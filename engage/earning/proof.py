"""The proof of earning: every order has the points that its rule gives for what is still paid, and was posted them."""

from collections import defaultdict

import sqlalchemy as sa

from engage.earning.standing import STEPS_OF_ORDERS, Points, read_rules
from engage.earning.tables import EarningStep, purchase, purchase_refund
from engage.ledger import Invariant, Proof, prove_none
from engage.storage.snapshot import stream_pages

REFUNDED = (
    sa.select(sa.func.coalesce(sa.func.sum(purchase_refund.c.net_fen), 0))
    .where(purchase_refund.c.order_id == purchase.c.order_id, purchase_refund.c.member == purchase.c.member)
    .scalar_subquery()
)
ORDERS = sa.select(purchase, REFUNDED.label("refunded")).where(purchase.c.campaign.is_not(None))
NOT_POSTED = """
    SELECT o.member, s.cause, s.kind, s.amount, p.amount FROM earning_step AS s
    JOIN purchase AS o ON o.order_id = s.order_id
    LEFT JOIN (
        SELECT cause, route, member, sum(amount) AS amount FROM posting WHERE route IN (112, 212)
        GROUP BY cause, route, member
    ) AS p ON p.cause = s.cause AND p.member = o.member
        AND p.route = CASE s.kind WHEN 'earned' THEN 112 ELSE 212 END
    WHERE s.kind IN ('earned', 'taken_back') AND (p.amount IS NULL OR p.amount <> s.amount)
"""
NOT_SET_OFF = """
    SELECT o.member, o.offset_by, coalesce(s.amount, 0), o.amount FROM (
        SELECT p.member, sum(t.amount) AS amount, 'offset' AS offset_by FROM earning_step AS t
        JOIN purchase AS p ON p.order_id = t.order_id WHERE t.kind = 'offset' GROUP BY p.member
    ) AS o LEFT JOIN (
        SELECT p.member, sum(t.amount) AS amount FROM earning_step AS t
        JOIN purchase AS p ON p.order_id = t.order_id WHERE t.kind = 'settled' GROUP BY p.member
    ) AS s ON s.member = o.member WHERE coalesce(s.amount, 0) <> o.amount
"""
OWED_TO_NOBODY = """
    SELECT p.member, p.order_id, sum(CASE s.kind WHEN 'owed' THEN s.amount ELSE -s.amount END) FROM earning_step AS s
    JOIN purchase AS p ON p.order_id = s.order_id JOIN member AS m ON m.id = p.member AND m.external_id IS NULL
    WHERE s.kind IN ('owed', 'owed_less', 'written_off') GROUP BY p.member, p.order_id
    HAVING sum(CASE s.kind WHEN 'owed' THEN s.amount ELSE -s.amount END) <> 0
"""
STRAY_WRITE_OFFS = """
    SELECT p.member, p.order_id, s.amount FROM earning_step AS s JOIN purchase AS p ON p.order_id = s.order_id
    LEFT JOIN member AS m ON m.id = p.member AND m.external_id IS NULL AND m.updated_at = s.recorded_at
    WHERE s.kind = 'written_off' AND m.id IS NULL
"""
NOT_STEPPED = """
    SELECT p.member, p.cause, p.amount FROM posting AS p LEFT JOIN earning_step AS s ON s.cause = p.cause
        AND s.kind = CASE p.route WHEN 112 THEN 'earned' ELSE 'taken_back' END
    WHERE p.route IN (112, 212) AND s.cause IS NULL
"""

NOT_NOTED = """
    SELECT b.member, b.last_paid_at, o.paid_at FROM book AS b LEFT JOIN (
        SELECT member, max(CASE WHEN paid_at < recorded_at THEN paid_at ELSE recorded_at END) AS paid_at FROM purchase
        WHERE net_fen > 0 GROUP BY member
    ) AS o ON o.member = b.member WHERE coalesce(b.last_paid_at, -1) <> coalesce(o.paid_at, -1)
"""
STILL_WAITING = """
    SELECT DISTINCT h.member, h.id FROM hold AS h LEFT JOIN hold_end AS e ON e.hold = h.id
    JOIN purchase AS p ON p.member = h.member AND p.net_fen > 0 AND p.recorded_at > h.recorded_at
    WHERE h.reason = 'order' AND e.hold IS NULL
"""


def prove_orders(connection: sa.Connection) -> Proof:
    """C13b: a book knows its member's last order, and nothing waits for one that has come."""
    proof = Proof()
    prove_none(connection, proof, NOT_NOTED, "member", "the book says {1} of the last order, the orders say {2}")
    prove_none(connection, proof, STILL_WAITING, "member", "{1} waits for an order, though one came since")
    return proof


def prove_earning(connection: sa.Connection) -> Proof:
    """I9, for orders: what was earned, is owed and is owed back is what the rule gives; each step was posted once."""
    proof, rules = Proof(), read_rules(connection)
    for page in stream_pages(connection, ORDERS):
        proof.count("orders that earn", len(page))
        come_to: dict[str, Points] = defaultdict(Points)
        for step in connection.execute(STEPS_OF_ORDERS, {"orders": [row.order_id for row in page]}):
            come_to[step.order_id].take(EarningStep(*step))
        for row in page:
            points, paid = come_to[row.order_id], max(row.net_fen - int(row.refunded), 0)
            due = rules[row.campaign, row.rule].earns(paid, row.paid_at)
            if points.due != due or min(points.unpaid, points.debt, points.earned - points.taken_back) < 0:
                proof.tell("member", row.member, f"order {row.order_id} has come to {points}, its rule gives {due}")
    prove_none(connection, proof, NOT_POSTED, "member", "{1} says {2} {3}, the postings {4}")
    prove_none(connection, proof, NOT_SET_OFF, "member", "{3} points were set off against debts, {2} of debts settled")
    prove_none(connection, proof, OWED_TO_NOBODY, "member", "{2} points are owed for {1} to somebody who was erased")
    prove_none(connection, proof, STRAY_WRITE_OFFS, "member", "{2} points of {1} were written off without an erasure")
    prove_none(connection, proof, NOT_STEPPED, "member", "posting {1} of {2} points is no step of an order")
    return proof


EARNING_INVARIANTS = (
    Invariant("I9", "every order has the points that its rule gives", prove_earning),
    Invariant("I8", "points wait for an order only until there is one", prove_orders),
)
