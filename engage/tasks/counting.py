"""Reads what came in and counts it: progress, completions, and what a refund takes from both.

Each event gets one verdict from each task that its type triggers. An event counts to the period in which it happened,
however late it comes. Books are locked before anything is read that depends on them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from engage.events import LoggedEvent, OutsideEvent, Subscriber, judge, read_outside
from engage.kernel.clock import local_date, render_ms
from engage.kernel.refusals import UnderReview
from engage.ledger import BOOK_BY_MEMBER, Book
from engage.members import MEMBER_BY_ID, Member
from engage.rewards import GiveTurns
from engage.storage.work import Work
from engage.tasks.completing import Completing
from engage.tasks.filters import Passed
from engage.tasks.orders import COMPLETED, REFUNDED
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing, read_rules
from engage.tasks.tables import TASK_COUNT, TaskCount
from engage.tasks.undoing import Orders

REFUND_FIRST = "refunded"
"""The verdict on an order that went back before it came in; it is recorded as nothing, so that it can't come again."""
NAME, BATCH, OUTSIDE = "tasks", 64, "event:"
ABOUT_ORDERS = (COMPLETED, REFUNDED)


def task_subscriber(turns: GiveTurns) -> Subscriber:
    """Reads what came in and counts it for tasks. `turns` gives turns of a game."""
    return Subscriber(
        NAME,
        BATCH,
        lambda work, events: handle(work, events, turns),
        sets_aside=True,
        names=frozenset(),
        subjects=OUTSIDE,
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """An outside event of a member's, as it was told."""

    event: OutsideEvent
    member: Member
    data: dict[str, Any]

    @property
    def at(self) -> int:
        """When it happened (milliseconds)."""
        return self.event.occurred_at


def handle(work: Work, events: Sequence[LoggedEvent], turns: GiveTurns) -> None:
    """Count these events for every task that they trigger, in their order."""
    rules = read_rules(work.connection)
    triggers = {name: [id_ for id_, (rule, _, _) in rules.items() if _triggers(rule, name)] for name in _types(rules)}
    triggers[REFUNDED] = list(rules)
    mine = [event for event in events if event.member is not None and event.name in triggers]
    if not mine:
        return
    moved: dict[str, set[str]] = defaultdict(set)
    for event in mine:
        moved[event.member or ""].update(triggers[event.name])
    members = sorted(moved)
    work.load(BOOK_BY_MEMBER, members)
    work.load(MEMBER_BY_ID, members)
    sent = read_outside(work.connection, mine)
    standing = Standing(work.connection, moved)
    counting = _Counting(work, rules, standing, [one for one in sent.values() if one.type in ABOUT_ORDERS], turns)
    for event in mine:
        outside, member = sent.get(event.position), work.find(MEMBER_BY_ID, event.member)
        if outside is not None and outside.external_id is not None and member is not None:
            counting.take(Happened(outside, member, orjson.loads(outside.data)))


class _Counting:
    """One batch."""

    def __init__(
        self,
        work: Work,
        rules: dict[str, tuple[TaskRule, str, Mapping[str, Any]]],
        standing: Standing,
        of_orders: Sequence[OutsideEvent],
        turns: GiveTurns,
    ) -> None:
        self._work, self._rules = work, rules
        self._standing = standing
        self._orders = Orders(work, [orjson.loads(event.data)["order"] for event in of_orders])
        self._completing = Completing(work, self._standing, turns)

    def take(self, happened: Happened) -> None:
        """Count an event for each task, or take back what it undoes. Refuses with UnderReview."""
        book = self._work.find(BOOK_BY_MEMBER, happened.member.id)
        assert book is not None, "whoever is in the log has a book"
        triggered = [rule for rule, _, _ in self._rules.values() if _triggers(rule, happened.event.type)]
        if book.under_review and (triggered or happened.event.type == REFUNDED):
            raise UnderReview("This member's books are under review; the event waits until two people have looked.")
        if happened.event.type == REFUNDED:
            self._undo(happened, book)
        for rule in triggered:
            said, data = self._judge(rule, happened, book)
            judge(self._work, happened.event.id, rule.id, said, **data)

    def _judge(self, rule: TaskRule, happened: Happened, book: Book) -> tuple[str, dict[str, Any]]:
        """The verdict of one task, and its figures."""
        if not rule.opens_at <= happened.at < rule.closes_at or self._rules[rule.id][1] == "ended":
            return "outside_window", {}
        if any(
            since <= happened.at and (until is None or happened.at < until)
            for since, until in self._standing.pauses(rule.id)
        ):
            return "paused", {}
        if (why := self._why_not_eligible(rule, happened)) is not None:
            return why
        measured = self._measure(rule, happened)
        if measured == REFUND_FIRST:
            self._record(rule, happened, local_date(happened.at, happened.member.time_zone), {0: (0, "")})
        if isinstance(measured, str):
            return measured, {}
        return self._count(rule, happened, book, measured)

    def _why_not_eligible(self, rule: TaskRule, happened: Happened) -> tuple[str, dict[str, Any]] | None:
        member, standing = happened.member, self._standing
        if member.insider:
            return "not_eligible", {"reason": "insider"}
        if not rule.admits(orjson.loads(member.attributes)):
            return "not_eligible", {"reason": "audience"}
        if rule.opt_in and standing.opted.get((rule.id, member.id), happened.at + 1) > happened.at:
            return "not_opted_in", {}
        missing = [task for task in rule.requires if not standing.live(task, member.id)]
        if missing:
            return "prerequisite", {"tasks": missing}
        for done in standing.live(rule.id, member.id):
            if done.occurred_at <= happened.at < done.occurred_at + rule.cooldown_ms:
                return "cooldown", {"until": render_ms(done.occurred_at + rule.cooldown_ms)}
        return None

    def _measure(self, rule: TaskRule, happened: Happened) -> dict[int, tuple[int, str]] | str:
        """What an event counts for each step, or why it counts for none."""
        order = happened.data["order"] if happened.event.type == COMPLETED else None
        if order is not None and self._orders.is_counted(rule.id, order):
            return "duplicate_order"
        data = happened.data if order is None else self._orders.left_of(happened.data, happened.member.id)
        if data is None:
            return REFUND_FIRST
        found: dict[int, tuple[int, str]] = {}
        said = "filtered_out"
        for n, step in enumerate(rule.steps):
            if happened.event.type in step.events:
                passed, amount, value = step.measure(data)
                if passed is Passed.YES and amount:
                    found[n] = amount, value
                elif passed is Passed.FAILED:
                    said = "filter_failed"
        return found or said

    def _count(
        self, rule: TaskRule, happened: Happened, book: Book, measured: dict[int, tuple[int, str]]
    ) -> tuple[str, dict[str, Any]]:
        member, event = happened.member, happened.event
        day = self._day_of(rule, happened)
        period = rule.period_of(day)
        before = self._standing.progress(rule, member.id, period, self._work.now_ms, member.time_zone)
        is_full = before.rounds >= rule.per_window or len(self._standing.live(rule.id, member.id)) == rule.in_all
        self._record(rule, happened, day, measured)
        completed, now = self._completing.settle_period(rule, member, book, period, event.id, happened.at)
        figures = {"value": now.value, "target": now.target, "period": period}
        if is_full and not completed:
            return "cap_reached", figures
        if now == before and not completed:
            # A day of a streak that has broken since counts, though it moves nothing any more.
            if self._is_new_day(rule, member, day):
                return "counted", figures
            return ("step_not_open" if rule.in_order else "counted_before"), figures
        self._completing.tell_progress(rule, book, event.id, now, period)
        return "counted", figures | ({"completed": completed} if completed > 0 else {})

    def _is_new_day(self, rule: TaskRule, member: Member, day: date) -> bool:
        """Whether what was recorded last is all that counts for a day of a streak."""
        if rule.steps[0].aggregate != "streak":
            return False
        counts = self._standing.counts_of(rule.id, member.id, rule.window)
        return sum(one.day == day and one.amount > 0 for one in counts) == 1

    def _day_of(self, rule: TaskRule, happened: Happened) -> date:
        """The day that an event counts to, where its member lives."""
        zone = happened.member.time_zone
        if rule.steps[0].aggregate == "streak":
            return self._standing.streak_day(rule, happened.member.id, happened.at, zone)
        return local_date(happened.at, zone)

    def _record(self, rule: TaskRule, happened: Happened, day: date, measured: dict[int, tuple[int, str]]) -> None:
        member, event = happened.member, happened.event
        order = happened.data["order"] if event.type == COMPLETED else None
        for n, (amount, value) in measured.items():
            row = TaskCount(
                event.id,
                rule.id,
                n,
                rule.n,
                member.id,
                rule.period_of(day),
                day.isoformat(),
                member.time_zone,
                happened.at,
                amount,
                value,
                order,
                self._work.now_ms,
            )
            self._work.insert(TASK_COUNT, row)
            self._standing.counts[rule.id, member.id].append(row)
            if order is not None:
                self._orders.add(row)

    def _undo(self, happened: Happened, book: Book) -> None:
        """Take from each task what a refund has taken from its order; the tasks' verdicts on it."""
        touched = self._orders.undo(happened.event, happened.data, happened.member.id, self._standing)
        for (task, period), amount in touched.items():
            rule = self._rules[task][0]
            change, now = self._completing.settle_period(
                rule, happened.member, book, period, happened.event.id, happened.at, undoes=True
            )
            self._completing.tell_progress(rule, book, happened.event.id, now, period)
            figures = {"taken": amount, "value": now.value, "target": now.target, "period": period}
            judge(self._work, happened.event.id, task, "counted", **figures, reversed=max(-change, 0))


def _types(rules: Mapping[str, tuple[TaskRule, str, Mapping[str, Any]]]) -> set[str]:
    return {name for rule, _, _ in rules.values() for step in rule.steps for name in step.events}


def _triggers(rule: TaskRule, type_: str) -> bool:
    return any(type_ in step.events for step in rule.steps)
