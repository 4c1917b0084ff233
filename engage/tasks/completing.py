"""Brings completions to what has counted: a new one for each time that a target was reached, and none too many."""

from typing import Any

import orjson

from engage.kernel.clock import render_ms
from engage.kernel.ids import new_id
from engage.ledger import BOOK, Book
from engage.members import Member
from engage.rewards import GiveTurns
from engage.storage.work import Work
from engage.tasks.rewarding import BADGE, reverse, settle
from engage.tasks.rules import Progress, TaskRule
from engage.tasks.standing import Standing
from engage.tasks.tables import TASK_COMPLETION, TaskCompletion


class Completing:
    """Completes and takes back, for some members in one transaction; their books are locked."""

    def __init__(self, work: Work, standing: Standing, turns: GiveTurns) -> None:
        self._work, self._standing, self._turns = work, standing, turns

    def settle_period(  # noqa: PLR0913  what has happened, to whom, by which rule
        self, rule: TaskRule, member: Member, book: Book, period: str, event: str, at_ms: int, *, undoes: bool = False
    ) -> tuple[int, Progress]:
        """Complete as often as the period asks for, or take back what was undone; the difference, and the progress."""
        now = self._standing.progress(rule, member.id, period, max(at_ms, self._work.now_ms), member.time_zone)
        live = self._standing.live(rule.id, member.id, period)
        change = now.rounds - len(live) if undoes else max(now.rounds - len(live), 0)
        if change > 0 and rule.in_all is not None:
            change = min(change, max(rule.in_all - len(self._standing.live(rule.id, member.id)), 0))
        for _ in range(change):
            self._complete(rule, member, book, period, event, at_ms)
        for row in reversed(live[len(live) + min(change, 0) :]):
            reverse(self._work, self._standing, book, rule, row, event)
            self._tell(book, "task.reversed", f"uncompletion:{row.id}", task=rule.id, completion=row.id)
        return change, now

    def tell_progress(self, rule: TaskRule, book: Book, event: str, progress: Progress, period: str) -> None:
        """Append `task.progressed`."""
        steps = [{"value": value, "target": target} for value, target in progress.steps]
        told = {"task": rule.id, "value": progress.value, "target": progress.target, "steps": steps, "period": period}
        self._tell(book, "task.progressed", f"progress:{event}:{rule.id}", **told)

    def _complete(self, rule: TaskRule, member: Member, book: Book, period: str, event: str, at_ms: int) -> None:  # noqa: PLR0913  the same
        known = self._standing.completions[rule.id, member.id]
        number = 1 + sum(row.period == period for row in known)
        id_ = new_id("tcp", self._work.now_ms)
        row = TaskCompletion(id_, rule.id, rule.n, member.id, period, number, event, at_ms, self._work.now_ms)
        self._work.insert(TASK_COMPLETION, row)
        known.append(row)
        reward = {name: rule.reward.get(name) for name in ("kind", "amount", "game")}
        told: dict[str, Any] = {"task": rule.id, "completion": id_, "period": period, "reward": reward}
        told["at"] = render_ms(at_ms)
        told["claimable"] = rule.by_hand
        if rule.reward["kind"] == BADGE:
            told["badge"] = rule.reward["badge"]
        self._tell(book, "task.completed", f"completion:{id_}", **told)
        if not rule.by_hand:
            settle(self._work, self._standing, book, rule, row, self._turns, claimed=False)

    def _tell(self, book: Book, name: str, subject: str, **data: Any) -> None:  # noqa: ANN401  JSON
        self._work.append(name, subject, orjson.dumps(data).decode(), member=book)
        self._work.change(BOOK, book)
