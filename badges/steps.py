"""What counted for badges, step by step, how far members have got, and when so much of it was reached.

What a transaction adds is known inside of it; the members' books are locked by then.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from badges.rules import BadgeRule, add
from badges.tables import STEP, Step, badge_step
from engage.storage.work import Work

_LATER = badge_step.alias("later")
_OF_STEP = ("badge", "member", "period", "n", "total")
LAST_STEPS = (
    sa.select(*(badge_step.c[name] for name in _OF_STEP))
    .where(badge_step.c.member.in_(sa.bindparam("members", expanding=True)))
    .where(badge_step.c.badge.in_(sa.bindparam("badges", expanding=True)))
    .where(
        badge_step.c.n
        == sa.select(sa.func.max(_LATER.c.n))
        .where(*(_LATER.c[name] == badge_step.c[name] for name in ("badge", "member", "period")))
        .correlate(badge_step)
        .scalar_subquery()
    )
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member has got with a badge in a period: after how many steps, and the total."""

    steps: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What of something counts for a badge in a period, by which revision, and the event that made it count."""

    badge: str
    period: str
    revision: int
    amount: int
    cause: str


class Steps:
    """How far members have got with badges, and what already counted for them, with what this transaction adds."""

    def __init__(self, work: Work, members: Collection[str], badges: Collection[str], whats: Collection[str]) -> None:
        self._work = work
        query = sa.select(badge_step).where(
            badge_step.c.member.in_(sorted(members)), badge_step.c.what.in_(sorted(whats))
        )
        self._counted: dict[tuple[str, str, str, str], Counted] = {}
        for row in work.connection.execute(query.order_by(badge_step.c.n)):
            self._add(Step(*row))
        known = {badge for badge, *_ in self._counted}
        self._progress = read_progress(work.connection, members=sorted(members), badges=sorted({*badges, *known}))

    def progress(self, badge: str, member: str, period: str) -> Progress:
        """How far a member has got."""
        return self._progress.get((badge, member, period), Progress())

    def has_counted(self, rule: BadgeRule, member: str, period: str, what: str) -> bool:
        """Whether a task counts in this period already; or whether an event or an order ever has, refunded or not."""
        if rule.by == "tasks":
            found = self._counted.get((rule.badge, member, period, what))
            return found is not None and found.amount > 0
        return any((key[0], key[1], key[3]) == (rule.badge, member, what) for key in self._counted)

    def counted(self, member: str, what: str) -> Iterator[Counted]:
        """What of something counts for this member, badge by badge."""
        keys = sorted(key for key in self._counted if (key[1], key[3]) == (member, what))
        return (self._counted[key] for key in keys if self._counted[key].amount > 0)

    def record(  # noqa: PLR0913  a step has these parts
        self, rule: BadgeRule, member: str, period: str, what: str, amount: int, cause: str, at: int
    ) -> Progress:
        """Record what counted at an instant, or with a negative amount what does not any more; what that makes."""
        before = self.progress(rule.badge, member, period)
        after = Progress(before.steps + 1, add(before.total, amount))
        step = Step(
            rule.badge, member, period, after.steps, rule.n, what, cause, amount, after.total, at, self._work.now_ms
        )
        self._work.insert(STEP, step)
        self._progress[rule.badge, member, period] = after
        self._add(step)
        return after

    def _add(self, step: Step) -> None:
        key = (step.badge, step.member, step.period, step.what)
        before = self._counted.get(key)
        amount = step.amount + (before.amount if before else 0)
        cause = before.cause if before and step.amount < 0 else step.cause
        self._counted[key] = Counted(step.badge, step.period, step.revision, amount, cause)


def read_steps(connection: sa.Connection, member: str, badge: str) -> list[Step]:
    """All steps of a member towards a badge, in their order."""
    query = sa.select(badge_step).where(badge_step.c.member == member, badge_step.c.badge == badge)
    return [Step(*row) for row in connection.execute(query.order_by(badge_step.c.period, badge_step.c.n))]


def steps_in(work: Work, member: str, badge: str) -> list[Step]:
    """The same with what this transaction adds."""
    new = (step for step in work.inserted.get(STEP, ()) if (step.member, step.badge) == (member, badge))
    return [*read_steps(work.connection, member, badge), *new]


def read_progress(
    connection: sa.Connection, *, members: Collection[str], badges: Collection[str]
) -> dict[tuple[str, str, str], Progress]:
    """How far members have got, by badge, member and period."""
    rows = connection.execute(LAST_STEPS, {"members": list(members), "badges": list(badges)})
    return {(row.badge, row.member, row.period): Progress(row.n, int(row.total)) for row in rows}


def reached_at(steps: Iterable[Step], target: int) -> int | None:
    """When what is left of these steps, in their order, first came to so much (milliseconds); None if it does not."""
    left: dict[str, tuple[int, int]] = {}
    for step in steps:
        at, amount = left.get(step.what, (step.at, 0))
        left[step.what] = (step.at if step.amount > 0 else at, amount + step.amount)
    total = 0
    for at, amount in sorted(left.values()):
        total = add(total, amount)
        if total >= target:
            return at
    return None
