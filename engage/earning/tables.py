"""Earning on orders, as facts: rules as published, orders, refunds, and each step that the points of an order took.

What an order has earned, is owed, or owes back follows from its steps; nothing is counted twice.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

earning_rule = sa.Table(
    "earning_rule",
    metadata,
    sa.Column("campaign", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("opens_at", BIG, nullable=False),
    sa.Column("closes_at", BIG, nullable=False),
    sa.Column("document", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)

purchase = sa.Table(
    "purchase",
    metadata,
    sa.Column("order_id", TEXT, primary_key=True),
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("campaign", TEXT),
    sa.Column("rule", BIG),
    sa.Column("paid_at", BIG, nullable=False),
    sa.Column("net_fen", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(["campaign", "rule"], ["earning_rule.campaign", "earning_rule.n"]),
    sa.CheckConstraint("(campaign IS NULL) = (rule IS NULL) AND net_fen >= 0", name="rule"),
    sa.Index("ix_purchase_member", "member", "paid_at"),
)
"""An order that was paid. `campaign` and `rule` say by which rule it earns; none, and it does not."""

purchase_refund = sa.Table(
    "purchase_refund",
    metadata,
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("order_id", TEXT, nullable=False, index=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("net_fen", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("net_fen > 0", name="positive"),
)
"""Money that went back, be it before its order came in or after."""

earning_step = sa.Table(
    "earning_step",
    metadata,
    sa.Column("cause", TEXT, primary_key=True),
    sa.Column("kind", TEXT, primary_key=True),
    sa.Column("order_id", TEXT, sa.ForeignKey("purchase.order_id"), nullable=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint(
        "kind IN ('earned', 'taken_back', 'owed', 'owed_less', 'written_off', 'owed_back', 'settled', 'offset')",
        name="kind",
    ),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.Index("ix_earning_step_order_id", "order_id"),
)
"""One step of an order's points.

`owed`: the pool was dry; `owed_less`: paid since, or refunded; `written_off`: its member was erased before it was paid;
`owed_back`: had to be taken back, but was spent; `settled`: that much less of it, by the `offset` of another order,
or of its own where what it was spent on came back.
"""


@dataclass(slots=True)
class Purchase:
    """An order. `paid_at` is in milliseconds."""

    order_id: str
    event: str
    member: str
    campaign: str | None
    rule: int | None
    paid_at: int
    net_fen: int
    recorded_at: int


@dataclass(slots=True)
class PurchaseRefund:
    """A refund of an order."""

    event: str
    order_id: str
    member: str
    net_fen: int
    recorded_at: int


@dataclass(slots=True)
class EarningStep:
    """A step of an order's points, by `cause`, which is the subject of one event of the log."""

    cause: str
    kind: str
    order_id: str
    amount: int
    recorded_at: int


PURCHASE = Hot(purchase, Purchase)
PURCHASE_REFUND = Hot(purchase_refund, PurchaseRefund)
EARNING_STEP = Hot(earning_step, EarningStep)
