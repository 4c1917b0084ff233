"""How members stand with tasks: what has counted, completions and debts, with what a transaction adds to them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engage.catalogue import KEPT, Entry, Pauses, read_entries, read_pauses
from engage.kernel.clock import local_date
from engage.tasks.rules import Count, Progress, TaskRule, progress_of, render_progress, rule_from
from engage.tasks.streaks import Streak, StreakTerms, Visit, day_for, fold
from engage.tasks.tables import (
    TaskCompletion,
    TaskCount,
    TaskReversal,
    TaskSetOff,
    TaskSettlement,
    task_completion,
    task_count,
    task_opt_in,
    task_restoration,
    task_reversal,
    task_set_off,
    task_settlement,
    task_undo,
)

KIND = "task"


@dataclass(frozen=True, slots=True)
class Debt:
    """What is left to pay for a reversed completion: points, or 1 of what its task gives."""

    completion: TaskCompletion
    kind: str
    left: int


class Standing:
    """What the tables say of some members; of what counted only that for the tasks that are named of each."""

    def __init__(self, connection: sa.Connection, tasks: Mapping[str, Collection[str]]) -> None:
        self._connection = connection
        self._members, self._tasks = sorted(tasks), tasks
        self.counts: dict[tuple[str, str], list[TaskCount]] = defaultdict(list)
        self.undone: Counter[tuple[str, str, int]] = Counter()
        self.completions: dict[tuple[str, str], list[TaskCompletion]] = defaultdict(list)
        self.settled: dict[str, TaskSettlement] = {}
        self.reversed: dict[str, TaskReversal] = {}
        self.set_offs: list[TaskSetOff] = []
        self.opted: dict[tuple[str, str], int] = {}
        self.restored: dict[tuple[str, str], set[date]] = defaultdict(set)
        self._pauses: dict[str, Pauses] | None = None
        self._read_counts()
        self._read_completions()
        self._read_own_steps()

    def _read_counts(self) -> None:
        alike: dict[frozenset[str], list[str]] = defaultdict(list)
        for member, tasks in self._tasks.items():
            alike[frozenset(tasks)].append(member)
        keys = [task_count.c[name] == task_undo.c[name] for name in ("event", "task", "step")]
        for tasks, members in alike.items():
            mine = sa.and_(task_count.c.member.in_(sorted(members)), task_count.c.task.in_(sorted(tasks)))
            for row in self._connection.execute(sa.select(task_count).where(mine)).all():
                self.counts[row.task, row.member].append(TaskCount(*row))
            query = sa.select(task_undo).join(task_count, sa.and_(*keys)).where(mine)
            for row in self._connection.execute(query).all():
                self.undone[row.event, row.task, row.step] += row.amount

    def _read_completions(self) -> None:
        mine = task_completion.c.member.in_(self._members)
        query = sa.select(task_completion).where(mine).order_by(task_completion.c.recorded_at, task_completion.c.number)
        for row in self._connection.execute(query):
            self.completions[row.task, row.member].append(TaskCompletion(*row))
        ids = sa.select(task_completion.c.id).where(mine)
        for row in self._connection.execute(sa.select(task_settlement).where(task_settlement.c.completion.in_(ids))):
            self.settled[row.completion] = TaskSettlement(*row)
        for row in self._connection.execute(sa.select(task_reversal).where(task_reversal.c.completion.in_(ids))):
            self.reversed[row.completion] = TaskReversal(*row)
        for row in self._connection.execute(sa.select(task_set_off).where(task_set_off.c.against.in_(ids))):
            self.set_offs.append(TaskSetOff(*row))

    def _read_own_steps(self) -> None:
        for row in self._connection.execute(self._own_rows(task_opt_in)):
            self.opted[row.task, row.member] = row.recorded_at
        for row in self._connection.execute(self._own_rows(task_restoration)):
            self.restored[row.task, row.member].add(date.fromisoformat(row.day))

    def _own_rows(self, table: sa.Table) -> sa.Select[Any]:
        return sa.select(table).where(table.c.task.in_(self._all_tasks()), table.c.member.in_(self._members))

    def _all_tasks(self) -> list[str]:
        return sorted(set().union(*self._tasks.values()))

    def counts_of(self, task: str, member: str, period: str) -> list[Count]:
        """What counts in a period, less what was undone."""
        assert task in self._tasks[member], f"what counts of {member} for {task} was not asked for"
        return [self._live(row) for row in self.counts[task, member] if row.period == period]

    def _live(self, row: TaskCount) -> Count:
        amount = row.amount - self.undone[row.event, row.task, row.step]
        return Count(row.event, row.step, row.occurred_at, date.fromisoformat(row.day), row.zone, amount, row.value)

    def live(self, task: str, member: str, period: str | None = None) -> list[TaskCompletion]:
        """The completions that were not reversed, oldest first; of all periods, or of one."""
        found = (row for row in self.completions[task, member] if row.id not in self.reversed)
        return [row for row in found if period is None or row.period == period]

    def unsettled(self, task: str, member: str) -> list[TaskCompletion]:
        """The completions whose reward nobody has had yet, oldest first."""
        return [row for row in self.live(task, member) if row.id not in self.settled]

    def debts(self, member: str) -> list[Debt]:
        """What a member owes for completions that were taken back, oldest first."""
        paid: Counter[str] = Counter()
        for row in self.set_offs:
            paid[row.against] += row.amount
        mine = [row for (_, of), rows in self.completions.items() if of == member for row in rows]
        found = ((row, self.reversed.get(row.id)) for row in sorted(mine, key=lambda each: (each.recorded_at, each.id)))
        return [
            Debt(row, reversal.kind, reversal.owed - paid[row.id])
            for row, reversal in found
            if reversal is not None and reversal.owed > paid[row.id]
        ]

    def pauses(self, task: str) -> Pauses:
        """When a task was paused."""
        if self._pauses is None:
            self._pauses = read_pauses(self._connection, self._all_tasks())
        return self._pauses.get(task, [])

    def streak(self, rule: TaskRule, member: str, now_ms: int, zone: str) -> Streak:
        """How a member's streak stands."""
        terms, restored = rule.streak or StreakTerms(), self.restored[rule.id, member]
        return fold(self._visits(rule, member), terms, now_ms, zone, self.pauses(rule.id), restored)

    def streak_day(self, rule: TaskRule, member: str, at_ms: int, zone: str) -> date:
        """The day of a streak that something counts for, as far as is known now."""
        terms, restored = rule.streak or StreakTerms(), self.restored[rule.id, member]
        return day_for(self._visits(rule, member), terms, Visit(at_ms, zone), self.pauses(rule.id), restored)

    def _visits(self, rule: TaskRule, member: str) -> list[Visit]:
        counts = self.counts_of(rule.id, member, rule.window)
        return [Visit(one.at, one.zone, one.day) for one in counts if one.amount > 0]

    def most_rounds(self, rule: TaskRule, member: str, period: str) -> int:
        """How often a period can have been completed. Of a streak: by the days that counted, wherever it broke."""
        if rule.steps[0].aggregate != "streak":
            return progress_of(rule, self.counts_of(rule.id, member, period), date.max).rounds
        days = {one.day for one in self._visits(rule, member)}
        return min(len(days) // rule.steps[0].target, rule.per_window)

    def progress(self, rule: TaskRule, member: str, period: str, now_ms: int, zone: str) -> Progress:
        """How far a member has come in a period."""
        if rule.steps[0].aggregate != "streak":
            return progress_of(rule, self.counts_of(rule.id, member, period), local_date(now_ms, zone))
        streak, target = self.streak(rule, member, now_ms, zone), rule.steps[0].target
        value = streak.length % target or (target if streak.length else 0)
        return render_progress(rule, streak.rounds(target), [value])


def read_rules(connection: sa.Connection) -> dict[str, tuple[TaskRule, str, Mapping[str, Any]]]:
    """Every task by id: its rule, its state, and all that was published of it."""
    return {entry.id: (rule_of(entry), entry.state, entry.document) for entry in read_entries(connection, KIND)}


@lru_cache(maxsize=KEPT)
def rule_of(entry: Entry) -> TaskRule:
    """The rule that a revision of a task is."""
    return rule_from(entry.id, entry.n, entry.campaign, entry.opens_at, entry.closes_at, entry.document)
