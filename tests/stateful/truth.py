"""What the town's tables say, beside what the model says."""

from __future__ import annotations

from dataclasses import dataclass

from tests.stateful.campaign import PRICES, REWARDS, VOUCHERS
from tests.stateful.model import Model
from tests.stateful.town import MEMBERS, Town

BELOW_NOTHING = """
    SELECT 'book', member FROM book WHERE credits < debits OR held < 0 OR held > credits - debits
    UNION ALL SELECT 'pool', game FROM pool WHERE units_left < 0
    UNION ALL SELECT 'account', owner FROM account WHERE kind = 'EARN_POOL' AND credits < debits
"""
COMPLETED = """
    SELECT count(*), coalesce(sum(s.claimed), 0) FROM task_completion AS c
    LEFT JOIN task_settlement AS s ON s.completion = c.id LEFT JOIN task_reversal AS r ON r.completion = c.id
    WHERE c.member = :member AND c.task = :task AND r.completion IS NULL
"""
SPENT = """
    SELECT r.item, r.quantity FROM redemption AS r JOIN redemption_end AS e ON e.redemption = r.id
    WHERE r.member = :member AND e.outcome = 'captured'
"""
RETURNED = """
    SELECT r.item, s.state FROM prize_grant AS g JOIN redemption AS r ON g.cause LIKE 'redemption:' || r.id || '#%'
    JOIN grant_state AS s ON s."grant" = g.id WHERE r.member = :member AND s.state IN ('revoked', 'declined')
"""
EXPIRED = "SELECT coalesce(sum(amount), 0) FROM posting WHERE route = 123 AND member = :member"
STEPS = """
    SELECT coalesce(sum(CASE s.kind WHEN :more THEN s.amount WHEN :less THEN -s.amount ELSE 0 END), 0)
    FROM earning_step AS s JOIN purchase AS p ON p.order_id = s.order_id WHERE p.member = :member
"""
OWED_FOR_TASKS = """
    SELECT coalesce(sum(r.owed - coalesce(
        (SELECT sum(o.amount) FROM task_set_off AS o WHERE o.against = r.completion), 0)), 0)
    FROM task_reversal AS r JOIN task_completion AS c ON c.id = r.completion
    WHERE c.member = :member AND r.kind = 'points'
"""
AWARDS = """
    SELECT a.badge, a.tier FROM badge_award AS a LEFT JOIN badge_revocation AS r ON r.award = a.id
    WHERE a.member = :member AND r.award IS NULL
"""
COMPLETE = "SELECT count(*) FROM collection_completion WHERE member = :member"
AVAILABLE = "SELECT credits - debits FROM account WHERE kind = 'EARN_POOL'"
GIVEN = "SELECT count(*) FROM prize_grant WHERE game = :owner"
TAKEN = """
    SELECT coalesce(sum(quantity), 0) FROM redemption AS r LEFT JOIN redemption_end AS e ON e.redemption = r.id
    WHERE r.item = :owner AND coalesce(e.outcome, '') <> 'cancelled'
"""


@dataclass(frozen=True)
class Truth:
    """The tables, asked as plainly as can be."""

    town: Town

    def require_nothing_below_nothing(self) -> None:
        """No balance and no stock is ever negative, and nobody holds more than they have."""
        assert not self.town.rows(BELOW_NOTHING)

    def require(self, model: Model) -> None:
        """Once all have caught up: points, completions, badges, prizes and what is owed are as the model says."""
        for member in MEMBERS:
            self._require_points(model, member)
            self._require_badges(model, member)
        unpaid = sum(self._number(STEPS, f"mem_{each}", more="owed", less="owed_less") for each in MEMBERS)
        assert not unpaid or not self.town.one(AVAILABLE), "somebody is owed what the pool could pay"
        for owner, units in VOUCHERS.items():
            given = self.town.one(TAKEN if owner.startswith("itm") else GIVEN, owner=owner)
            left = self.town.one("SELECT units_left FROM pool WHERE game = :owner", owner=owner)
            assert given + left == units, owner

    def _require_points(self, model: Model, member: str) -> None:
        id_, claimed = f"mem_{member}", 0
        for task in REWARDS:
            ((live, by_hand),) = self.town.rows(COMPLETED, member=id_, task=f"tsk_{task}")
            assert live == model.rounds(task, member), (task, member)
            claimed += by_hand
        bought = self.town.rows(SPENT, member=id_)
        spent = sum(PRICES[item.removeprefix("itm_")] * quantity for item, quantity in bought)
        returned = sum(PRICES[item.removeprefix("itm_")] for item, _ in self.town.rows(RETURNED, member=id_))
        gone = spent - returned + self._number(EXPIRED, id_)
        unpaid = self._number(STEPS, id_, more="owed", less="owed_less")
        owing = self._number(STEPS, id_, more="owed_back", less="settled") + self._number(OWED_FOR_TASKS, id_)
        due = model.earned(member) + model.tasks(member) + claimed * REWARDS["hand"]
        points = self._number("SELECT credits - debits FROM book WHERE member = :member", id_)
        assert points == due - gone - unpaid + owing, (member, points, due, gone, unpaid, owing)
        asked = self._number("SELECT count(*) FROM redemption WHERE member = :member", id_)
        assert not owing or gone or asked, f"{member} has spent nothing and owes something"

    def _require_badges(self, model: Model, member: str) -> None:
        assert set(self.town.rows(AWARDS, member=f"mem_{member}")) == model.badges(member), member
        assert self._number(COMPLETE, f"mem_{member}") == model.is_whole(member), member

    def _number(self, statement: str, member: str, **values: str) -> int:
        return int(self.town.one(statement, member=member, **values))
