"""Reads the log for badges: what comes from outside, and tasks that were completed, claimed or taken back.

Steps, awards, what members are told and the position in the log are one transaction. A refund, or a task that is not
completed any more, takes off again what it had counted, whenever it comes.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from badges.awarding import Awarding
from badges.holdings import find_badge, read_rules, rule_of
from badges.orders import Orders, name_of_order
from badges.rules import BadgeRule, Tier
from badges.steps import Steps, reached_at, steps_in
from badges.tables import Award
from engage.events import LoggedEvent, OutsideEvent, Subscriber, judge, read_outside
from engage.kernel.clock import parse, to_ms
from engage.ledger import BOOK_BY_MEMBER
from engage.members import MEMBER_BY_ID
from engage.storage.work import Work
from engage.tasks import find_live_completions, find_reward_badge

BATCH = 128
COMPLETED, CLAIMED, REVERSED = "task.completed", "task.claimed", "task.reversed"
OF_TASKS = frozenset((COMPLETED, CLAIMED, REVERSED))
PAID, REFUNDED = "order.completed", "order.refunded"
OUTSIDE = "event:"


def badge_subscriber() -> Subscriber:
    """Reads the log and awards what was earned."""
    return Subscriber("badges", BATCH, handle, sets_aside=True, names=OF_TASKS, subjects=OUTSIDE)


@dataclass(frozen=True, slots=True)
class _Happened:
    """Something that may count: an outside event, or something that happened to a task (`outside` None).

    `what` is the event, the order or the task that it is about; `at` is in milliseconds.
    """

    member: str
    name: str
    cause: str
    what: str
    at: int
    data: dict[str, Any]
    outside: OutsideEvent | None


def handle(work: Work, events: Sequence[LoggedEvent]) -> None:
    """Award the badges that these events earn, and take back those that they undo."""
    rules = read_rules(work.connection)
    types = {REFUNDED, *(rule.event for rule in rules.values() if rule.by == "events")}
    mine = [event for event in events if event.member and (event.name in types or event.name in OF_TASKS)]
    members = {event.member or "" for event in mine}
    work.load(BOOK_BY_MEMBER, sorted(members))
    work.load(MEMBER_BY_ID, sorted(members))
    happened = list(_read(work, mine, types))
    if not happened:
        return
    reading = _Reading(work, rules, happened, members)
    for each in happened:
        reading.take(each)


def _read(work: Work, mine: Sequence[LoggedEvent], types: Container[str]) -> Iterator[_Happened]:
    """What these events tell of members who are not erased, in order; none is meanwhile, for their books are locked."""
    sent = read_outside(work.connection, mine)
    for event in mine:
        outside, member = sent.get(event.position), event.member or ""
        known = work.find(MEMBER_BY_ID, member)
        if known is None or known.is_erased:
            continue
        if outside is not None and event.name in types:
            data = orjson.loads(outside.data)
            what = name_of_order(data) if event.name in (PAID, REFUNDED) else outside.id
            yield _Happened(member, event.name, event.subject, what, outside.occurred_at, data, outside)
        elif outside is None and event.name in OF_TASKS:
            data = orjson.loads(event.data)
            at = to_ms(parse(data["at"])) if event.name == COMPLETED else event.recorded_at
            yield _Happened(member, event.name, event.subject, data.get("task", ""), at, data, None)


class _Reading:
    """One batch."""

    def __init__(
        self, work: Work, rules: dict[str, BadgeRule], happened: Sequence[_Happened], members: set[str]
    ) -> None:
        self._work, self._rules = work, rules
        self._awarding = Awarding(work, members)
        self._steps = Steps(work, members, rules, {each.what for each in happened})
        self._orders = Orders(work, {each.what for each in happened if each.name in (PAID, REFUNDED)}, members)

    def take(self, happened: _Happened) -> None:
        """What one happening makes of all badges."""
        if happened.name == REFUNDED:
            self._refund(happened)
        elif happened.name == REVERSED:
            self._reverse(happened)
        for rule in self._rules.values():
            if happened.outside is not None and rule.by == "events" and happened.name == rule.event:
                verdict, data = self._count_event(rule, happened)
                judge(self._work, happened.outside.id, f"badge:{rule.badge}", verdict, **data)
            elif happened.name in (COMPLETED, CLAIMED):
                self._complete(rule, happened)

    def _complete(self, rule: BadgeRule, happened: _Happened) -> None:
        """A task's reward is given as it is completed, or as its member claims it; the task itself counts at once."""
        is_given = happened.name == CLAIMED or not happened.data.get("claimable")
        tier = rule.tier()
        if is_given and happened.data.get("badge") == rule.badge and tier is not None:
            self._awarding.award(happened.member, rule, tier, rule.period_of(happened.at), happened.cause, happened.at)
        if happened.name == COMPLETED and rule.by == "tasks" and happened.what in rule.tasks:
            self._count(rule, happened, 1)

    def _count_event(self, rule: BadgeRule, happened: _Happened) -> tuple[str, dict[str, Any]]:
        """Count an event, an order as far as it was not refunded before; the verdict on it, and its figures."""
        data: dict[str, Any] | None = happened.data
        if happened.name == PAID:
            data = self._orders.left_of(happened.data, happened.member)
        return ("refunded", {}) if data is None else self._count(rule, happened, rule.amount_of(data))

    def _count(self, rule: BadgeRule, happened: _Happened, amount: int) -> tuple[str, dict[str, Any]]:
        """Count something, once in its period."""
        if not rule.covers(happened.at):
            return "outside_window", {}
        if not amount:
            return "filtered_out", {}
        period = rule.period_of(happened.at)
        if self._steps.has_counted(rule, happened.member, period, happened.what):
            return "counted_before", {}
        member, cause = happened.member, happened.cause
        before = self._steps.progress(rule.badge, member, period).total
        after = self._steps.record(rule, member, period, happened.what, amount, cause, happened.at)
        reached = rule.reached(before, after.total)
        awards = [self._award(member, rule, tier, period, cause) for tier in reached]
        if not any(awards):
            self._awarding.look_again(member, rule.badge, happened.at)
        return "counted", {"progress": after.total, "awarded": [award.tier for award in awards if award is not None]}

    def _award(self, member: str, rule: BadgeRule, tier: Tier, period: str, cause: str) -> Award | None:
        steps = [step for step in steps_in(self._work, member, rule.badge) if step.period == period]
        earned_at = reached_at(steps, tier.at)
        assert earned_at is not None, "a progress that reaches a tier has steps that do"
        return self._awarding.award(member, rule, tier, period, cause, earned_at)

    def _refund(self, happened: _Happened) -> None:
        """Take off what the order does not count any more, by the revisions that counted it."""
        assert happened.outside is not None, "a refund comes from outside"
        self._orders.refund(happened.outside, happened.data, happened.member)
        for counted in self._steps.counted(happened.member, happened.what):
            rule = self._rule_of(counted.badge, counted.revision)
            order = self._orders.left_of(self._orders.told_by(counted.cause), happened.member)
            less = counted.amount - (0 if order is None else rule.amount_of(order))
            if less > 0:
                figures = self._take_off(rule, happened, counted.period, less)
                judge(self._work, happened.outside.id, f"badge:{rule.badge}", "counted", **figures)

    def _take_off(self, rule: BadgeRule, happened: _Happened, period: str, less: int) -> dict[str, Any]:
        cause, at = happened.cause, happened.at
        total = self._steps.record(rule, happened.member, period, happened.what, -less, cause, at).total
        taken = self._awarding.take_back(happened.member, rule, period, total)
        return {"taken": less, "progress": total, "revoked": taken}

    def _reverse(self, happened: _Happened) -> None:
        """A task that is not completed any more does not count, and gives no badge, unless it was completed again."""
        live = find_live_completions(self._work.connection, happened.member, happened.what)
        for counted in self._steps.counted(happened.member, happened.what):
            rule = self._rule_of(counted.badge, counted.revision)
            if not any(rule.covers(at) and rule.period_of(at) == counted.period for at in live):
                self._take_off(rule, happened, counted.period, counted.amount)
        badge = find_reward_badge(self._work.connection, happened.what)
        if badge is not None:
            self._take_reward(happened.member, badge)

    def _take_reward(self, member: str, badge: str) -> None:
        rule = self._rule_of(badge)
        for period in sorted({held.period for held in self._awarding.holdings.of(member, badge)}):
            total = self._steps.progress(badge, member, period).total
            self._awarding.take_back(member, rule, period, total)

    def _rule_of(self, badge: str, n: int | None = None) -> BadgeRule:
        entry = find_badge(self._work.connection, badge, n)
        assert entry is not None, "what counts, or is given, was published"
        return rule_of(entry)
