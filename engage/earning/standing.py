"""How orders stand: what was paid and refunded, and what the steps of their points have come to."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from engage.earning.rules import EarningRule, rule_from
from engage.earning.tables import (
    EARNING_STEP,
    EarningStep,
    Purchase,
    earning_rule,
    earning_step,
    purchase,
    purchase_refund,
)
from engage.ledger import ACCOUNT_BY_OWNER, Account, Kind
from engage.storage.work import Work

STEPS_OF_ORDERS = (
    sa.select(earning_step)
    .where(earning_step.c.order_id.in_(sa.bindparam("orders", expanding=True)))
    .order_by(earning_step.c.recorded_at, earning_step.c.cause)
)
_DEBT = sa.func.sum(sa.case((earning_step.c.kind == "owed_back", earning_step.c.amount), else_=-earning_step.c.amount))
_OWED = sa.func.sum(sa.case((earning_step.c.kind == "owed", earning_step.c.amount), else_=-earning_step.c.amount))
OWED = (
    sa.select(purchase.c.order_id, purchase.c.member, _OWED.label("amount"))
    .join(earning_step, earning_step.c.order_id == purchase.c.order_id)
    .where(earning_step.c.kind.in_(("owed", "owed_less", "written_off")))
    .group_by(purchase.c.order_id, purchase.c.member)
    .having(_OWED > 0)
    .order_by(sa.func.min(earning_step.c.recorded_at), purchase.c.order_id)
)
"""The orders for which points are owed, the oldest debt first."""
DEBTS = (
    sa.select(purchase.c.member, purchase.c.order_id, _DEBT)
    .join(earning_step, earning_step.c.order_id == purchase.c.order_id)
    .where(
        purchase.c.member.in_(sa.bindparam("members", expanding=True)),
        earning_step.c.kind.in_(("owed_back", "settled")),
    )
    .group_by(purchase.c.member, purchase.c.order_id)
    .having(_DEBT > 0)
    .order_by(sa.func.min(earning_step.c.recorded_at), purchase.c.order_id)
)


@dataclass
class Points:
    """What the points of an order have come to: `kind` by kind, as the steps say."""

    earned: int = 0
    taken_back: int = 0
    owed: int = 0
    owed_less: int = 0
    written_off: int = 0
    owed_back: int = 0
    settled: int = 0
    offset: int = 0

    def take(self, step: EarningStep) -> None:
        """Add one step."""
        setattr(self, step.kind, getattr(self, step.kind) + step.amount)

    @property
    def unpaid(self) -> int:
        """What the member is owed for it."""
        return self.owed - self.owed_less - self.written_off

    @property
    def debt(self) -> int:
        """What the member owes for it."""
        return self.owed_back - self.settled

    @property
    def due(self) -> int:
        """What the order has been credited with, in whatever way; what was written off included."""
        return self.earned - self.taken_back + self.owed - self.owed_less + self.offset - self.owed_back


def find_owing(connection: sa.Connection, members: Collection[str]) -> list[str]:
    """The orders for which these members owe points back."""
    if not members:
        return []
    return [order for _, order, _ in connection.execute(DEBTS, {"members": sorted(members)})]


class Orders:
    """The orders that a batch of events is about, as they stand, with what this transaction adds to them.

    `debts` are what the members of the batch owe for whatever orders, by member and order, the oldest first.
    """

    def __init__(self, work: Work, names: Iterable[str], members: Iterable[str]) -> None:
        self._work, wanted = work, sorted(set(names))
        connection = work.connection
        self.rules = read_rules(connection)
        found = connection.execute(sa.select(purchase).where(purchase.c.order_id.in_(wanted)))
        self.purchases = {row.order_id: Purchase(*row) for row in found}
        self.refunded: Counter[tuple[str, str]] = Counter()
        for row in connection.execute(sa.select(purchase_refund).where(purchase_refund.c.order_id.in_(wanted))):
            self.refunded[row.order_id, row.member] += row.net_fen
        self.steps: dict[str, list[EarningStep]] = {}
        for row in connection.execute(STEPS_OF_ORDERS, {"orders": wanted}):
            self.steps.setdefault(row.order_id, []).append(EarningStep(*row))
        everyone = {*members, *(row.member for row in self.purchases.values())}
        self.debts: dict[str, dict[str, int]] = {}
        for member, order, debt in connection.execute(DEBTS, {"members": sorted(everyone)}):
            self.debts.setdefault(member, {})[order] = int(debt)

    def points(self, order: str) -> Points:
        """What its steps have come to."""
        found = Points()
        for step in self.steps.get(order, ()):
            found.take(step)
        return found

    def step(self, cause: str, kind: str, order: str, amount: int) -> None:
        """Record a step."""
        row = EarningStep(cause, kind, order, amount, self._work.now_ms)
        self._work.insert(EARNING_STEP, row)
        self.steps.setdefault(order, []).append(row)

    def owe_back(self, cause: str, row: Purchase, amount: int) -> None:
        """Record that a member has spent what had to be taken back."""
        self.step(cause, "owed_back", row.order_id, amount)
        debts = self.debts.setdefault(row.member, {})
        debts[row.order_id] = debts.get(row.order_id, 0) + amount

    def set_off(self, cause: str, row: Purchase, amount: int) -> int:
        """Set what an order earns off against what its member owes, the oldest debt first; how much of it."""
        left = amount
        debts = self.debts.get(row.member, {})
        for n, (order, debt) in enumerate(list(debts.items())):
            part = min(left, debt)
            if part:
                self.settle(f"{cause}~{n}", order, part, row.member)
                left -= part
        if left < amount:
            self.step(cause, "offset", row.order_id, amount - left)
        return amount - left

    def settle(self, cause: str, order: str, amount: int, member: str) -> None:
        """Record that so much less is owed back for an order of this member."""
        self.step(cause, "settled", order, amount)
        self.debts[member][order] -= amount

    def paid(self, row: Purchase) -> int:
        """What of an order is still paid, in fen. Only its own member's refunds count."""
        return max(row.net_fen - self.refunded[row.order_id, row.member], 0)

    def rule_of(self, row: Purchase) -> EarningRule | None:
        """The rule by which an order earns."""
        return self.rules.get((row.campaign or "", row.rule or 0))


def read_rules(connection: sa.Connection) -> dict[tuple[str, int], EarningRule]:
    """Every rule that was ever published."""
    rows = connection.execute(sa.select(earning_rule).order_by(earning_rule.c.campaign, earning_rule.c.n))
    return {
        (row.campaign, row.n): rule_from(row.campaign, row.n, row.opens_at, row.closes_at, orjson.loads(row.document))
        for row in rows
    }


def in_force(rules: dict[tuple[str, int], EarningRule]) -> list[EarningRule]:
    """The last rule of each campaign."""
    return list({campaign: rule for (campaign, _), rule in rules.items()}.values())


def find_pool(work: Work, campaign: str) -> Account | None:
    """The pool that a campaign's orders earn from, locked."""
    return work.fetch(ACCOUNT_BY_OWNER, (Kind.EARN_POOL, campaign))
