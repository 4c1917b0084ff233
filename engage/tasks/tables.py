"""Tasks, as facts: what counted and what was taken from it again, completions, and what became of their rewards.

How far a member has come follows from what counted; nothing is counted twice.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

task_count = sa.Table(
    "task_count",
    metadata,
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("task", TEXT, primary_key=True),
    sa.Column("step", BIG, primary_key=True, autoincrement=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("period", TEXT, nullable=False),
    sa.Column("day", TEXT, nullable=False),
    sa.Column("zone", TEXT, nullable=False),
    sa.Column("occurred_at", BIG, nullable=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("value", TEXT, nullable=False),
    sa.Column("order_id", TEXT),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("amount >= 0", name="amount"),
    sa.Index("ix_task_count_member", "member", "task", "period"),
    sa.Index("ix_task_count_order_id", "order_id"),
)
"""An event that counted for a step of a task. `value` is what `distinct` counts, as a hash; `day` is the member's."""

task_undo = sa.Table(
    "task_undo",
    metadata,
    sa.Column("undone_by", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("event", TEXT, primary_key=True),
    sa.Column("task", TEXT, primary_key=True),
    sa.Column("step", BIG, primary_key=True, autoincrement=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(["event", "task", "step"], ["task_count.event", "task_count.task", "task_count.step"]),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.Index("ix_task_undo_event", "event", "task", "step"),
)
"""So much less of what an event counted, by a later one: money that went back."""

task_refund = sa.Table(
    "task_refund",
    metadata,
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("order_id", TEXT, nullable=False, index=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)
"""A refund, be it before its order came in or after."""

task_completion = sa.Table(
    "task_completion",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("task", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("period", TEXT, nullable=False),
    sa.Column("number", BIG, nullable=False),
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), nullable=False),
    sa.Column("occurred_at", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.UniqueConstraint("task", "member", "period", "number"),
    sa.CheckConstraint("number > 0", name="number"),
    sa.Index("ix_task_completion_member", "member", "task"),
)
"""That a member completed a task, by the event that did it. `number` counts in the period, those reversed included."""

task_settlement = sa.Table(
    "task_settlement",
    metadata,
    sa.Column("completion", TEXT, sa.ForeignKey("task_completion.id"), primary_key=True),
    sa.Column("outcome", TEXT, nullable=False),
    sa.Column("claimed", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("outcome IN ('given', 'gone', 'set_off')", name="outcome"),
    sa.CheckConstraint("claimed IN (0, 1)", name="claimed"),
)
"""What became of a completion's reward: given, gone (no unit was left), or set off whole against what was owed."""

task_reversal = sa.Table(
    "task_reversal",
    metadata,
    sa.Column("completion", TEXT, sa.ForeignKey("task_completion.id"), primary_key=True),
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("taken", BIG, nullable=False),
    sa.Column("owed", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("taken >= 0 AND owed >= 0", name="amounts"),
)
"""That a completion is none any more; of its reward (points, or 1 of all else) so much was taken back and is owed."""

task_set_off = sa.Table(
    "task_set_off",
    metadata,
    sa.Column("completion", TEXT, sa.ForeignKey("task_settlement.completion"), primary_key=True),
    sa.Column("against", TEXT, sa.ForeignKey("task_reversal.completion"), primary_key=True),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.Index("ix_task_set_off_against", "against"),
)
"""So much less is owed for a reversed completion, by the reward of a later one."""

task_opt_in = sa.Table(
    "task_opt_in",
    metadata,
    sa.Column("task", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("recorded_at", BIG, nullable=False),
)

task_restoration = sa.Table(
    "task_restoration",
    metadata,
    sa.Column("task", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("day", TEXT, primary_key=True),
    sa.Column("recorded_at", BIG, nullable=False),
)
"""A day that a member has restored, so that it did not break a streak."""

questionnaire_answer = sa.Table(
    "questionnaire_answer",
    metadata,
    sa.Column("questionnaire", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("sealed_answers", sa.LargeBinary),
    sa.Column("recorded_at", BIG, nullable=False),
)
"""What a member answered, sealed; it may be erased."""


@dataclass(slots=True)
class TaskCount:
    """That an event counted. Instants are milliseconds since 1970; `day` is ISO 8601 in `zone`."""

    event: str
    task: str
    step: int
    revision: int
    member: str
    period: str
    day: str
    zone: str
    occurred_at: int
    amount: int
    value: str
    order_id: str | None
    recorded_at: int


@dataclass(slots=True)
class TaskUndo:
    """That `undone_by` took so much of what `event` counted."""

    undone_by: str
    event: str
    task: str
    step: int
    amount: int
    recorded_at: int


@dataclass(slots=True)
class TaskRefund:
    """A refund of an order."""

    event: str
    order_id: str
    member: str
    recorded_at: int


@dataclass(slots=True)
class TaskCompletion:
    """A completion by `event`, which happened at `occurred_at`."""

    id: str
    task: str
    revision: int
    member: str
    period: str
    number: int
    event: str
    occurred_at: int
    recorded_at: int


@dataclass(slots=True)
class TaskSettlement:
    """`given`, `gone` or `set_off`; `claimed` is 1 where the member asked for it."""

    completion: str
    outcome: str
    claimed: int
    recorded_at: int


@dataclass(slots=True)
class TaskReversal:
    """A completion taken back by `event`. `kind` is that of its reward; empty if there was none yet."""

    completion: str
    event: str
    kind: str
    taken: int
    owed: int
    recorded_at: int


@dataclass(slots=True)
class TaskSetOff:
    """`completion` paid so much of what is owed for the reversed one `against`."""

    completion: str
    against: str
    amount: int
    recorded_at: int


@dataclass(slots=True)
class QuestionnaireAnswer:
    """That a member answered the questions of a task's revision."""

    questionnaire: str
    member: str
    event: str
    revision: int
    sealed_answers: bytes | None
    recorded_at: int


TASK_COUNT = Hot(task_count, TaskCount)
TASK_UNDO = Hot(task_undo, TaskUndo)
TASK_REFUND = Hot(task_refund, TaskRefund)
TASK_COMPLETION = Hot(task_completion, TaskCompletion)
TASK_SETTLEMENT = Hot(task_settlement, TaskSettlement)
TASK_REVERSAL = Hot(task_reversal, TaskReversal)
TASK_SET_OFF = Hot(task_set_off, TaskSetOff)
ANSWER = Hot(questionnaire_answer, QuestionnaireAnswer)
TASK_HOTS = (
    TASK_COUNT,
    TASK_UNDO,
    TASK_REFUND,
    TASK_COMPLETION,
    TASK_SETTLEMENT,
    TASK_REVERSAL,
    TASK_SET_OFF,
    ANSWER,
)
