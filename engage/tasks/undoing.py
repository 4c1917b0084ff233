"""Orders that tasks have counted, what refunds have left of them, and what is taken from the counts for it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
import sqlalchemy as sa

from engage.catalogue import find_entry
from engage.events import OutsideEvent, read_outside_by_id
from engage.storage.work import Work
from engage.tasks.orders import after_refunds
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing, rule_of
from engage.tasks.tables import TASK_REFUND, TASK_UNDO, TaskCount, TaskRefund, TaskUndo, task_count, task_refund


class Orders:
    """The orders that a batch of events is about."""

    def __init__(self, work: Work, names: Iterable[str]) -> None:
        self._work, wanted = work, sorted(set(names))
        self._counts: dict[str, list[TaskCount]] = defaultdict(list)
        self._refunds: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._said: dict[str, dict[str, Any]] = {}
        self._rules: dict[tuple[str, int], TaskRule] = {}
        if not wanted:
            return
        found = work.connection.execute(sa.select(task_count).where(task_count.c.order_id.in_(wanted)))
        for row in found:
            self.add(TaskCount(*row))
        rows = list(work.connection.execute(sa.select(task_refund).where(task_refund.c.order_id.in_(wanted))))
        counted = (row.event for of_order in self._counts.values() for row in of_order)
        self._read({*counted, *(row.event for row in rows)})
        for row in rows:
            if row.event in self._said:
                self._refunds[row.order_id, row.member].append(self._said[row.event])

    def _read(self, events: set[str]) -> None:
        """Know what these events say. Those that are known are not read again, those that were erased say nothing."""
        if unknown := sorted(events - self._said.keys()):
            found = read_outside_by_id(self._work.connection, unknown)
            self._said |= {id_: orjson.loads(event.data) for id_, event in found.items() if event.data}

    def add(self, row: TaskCount) -> None:
        """Know that an order was counted."""
        self._counts[row.order_id or ""].append(row)

    def is_counted(self, task: str, order: str) -> bool:
        """Whether a task has counted an order before, under whatever name of its event."""
        return any(row.task == task for row in self._counts[order])

    def left_of(self, order: dict[str, Any], member: str) -> dict[str, Any] | None:
        """An order less what of it went back to this member."""
        return after_refunds(order, self._refunds[order["order"], member])

    def undo(
        self, event: OutsideEvent, data: dict[str, Any], member: str, standing: Standing
    ) -> Counter[tuple[str, str]]:
        """Record a refund, and take from what counted what the order would not have counted; by task and period."""
        order = data["order"]
        self._work.insert(TASK_REFUND, TaskRefund(event.id, order, member, self._work.now_ms))
        self._refunds[order, member].append(data)
        mine = [row for row in self._counts[order] if row.member == member]
        self._read({row.event for row in mine})
        touched: Counter[tuple[str, str]] = Counter()
        for row in (each for each in mine if each.event in self._said):
            left = self.left_of(self._said[row.event], member)
            now = 0 if left is None else self._rule_of(row).steps[row.step].measure(left)[1]
            key = row.event, row.task, row.step
            less = row.amount - standing.undone[key] - now
            if less > 0:
                self._work.insert(TASK_UNDO, TaskUndo(event.id, *key, less, self._work.now_ms))
                standing.undone[key] += less
                touched[row.task, row.period] += less
        return touched

    def _rule_of(self, row: TaskCount) -> TaskRule:
        """The rule by which something counted."""
        key = row.task, row.revision
        if key not in self._rules:
            entry = find_entry(self._work.connection, *key)
            assert entry is not None, "what counts was published"
            self._rules[key] = rule_of(entry)
        return self._rules[key]
