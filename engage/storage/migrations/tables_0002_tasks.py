"""The tables of tasks in the second step, as they were on that day."""

import sqlalchemy as sa
from alembic import op

from engage.storage.migrations.columns import columns

FACTS = (
    "task_count",
    "task_undo",
    "task_refund",
    "task_completion",
    "task_settlement",
    "task_reversal",
    "task_set_off",
    "task_opt_in",
    "task_restoration",
)
TASK_TABLES = (*FACTS, "questionnaire_answer")


def create_task_tables() -> None:
    """Create them, those that others refer to first."""
    _create_counts()
    _create_completions()
    _create_own_steps()


def _refers_to_event(table: str, column: str = "event") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["outside_event.id"], name=f"fk_{table}_{column}")


def _create_counts() -> None:
    op.create_table(
        "task_count",
        *columns(
            "event text, task text, step bigint, revision bigint, member text, period text, day text, zone text, "
            "occurred_at bigint, amount bigint, value text, order_id text null, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("event", "task", "step", name="pk_task_count"),
        _refers_to_event("task_count"),
        sa.CheckConstraint("amount >= 0", name="ck_task_count_amount"),
    )
    op.create_index("ix_task_count_member", "task_count", ["member", "task", "period"])
    op.create_index("ix_task_count_order_id", "task_count", ["order_id"])
    op.create_table(
        "task_undo",
        *columns("undone_by text, event text, task text, step bigint, amount bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("undone_by", "event", "task", "step", name="pk_task_undo"),
        _refers_to_event("task_undo", "undone_by"),
        sa.ForeignKeyConstraint(
            ["event", "task", "step"],
            ["task_count.event", "task_count.task", "task_count.step"],
            name="fk_task_undo_event_task_step",
        ),
        sa.CheckConstraint("amount > 0", name="ck_task_undo_positive"),
    )
    op.create_index("ix_task_undo_event", "task_undo", ["event", "task", "step"])
    op.create_table(
        "task_refund",
        *columns("event text, order_id text, member text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("event", name="pk_task_refund"),
        _refers_to_event("task_refund"),
    )
    op.create_index("ix_task_refund_order_id", "task_refund", ["order_id"])


def _create_completions() -> None:
    op.create_table(
        "task_completion",
        *columns(
            "id text, task text, revision bigint, member text, period text, number bigint, event text, "
            "occurred_at bigint, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task_completion"),
        _refers_to_event("task_completion"),
        sa.UniqueConstraint("task", "member", "period", "number", name="uq_task_completion_task_member_period_number"),
        sa.CheckConstraint("number > 0", name="ck_task_completion_number"),
    )
    op.create_index("ix_task_completion_member", "task_completion", ["member", "task"])
    op.create_table(
        "task_settlement",
        *columns("completion text, outcome text, claimed bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("completion", name="pk_task_settlement"),
        sa.ForeignKeyConstraint(["completion"], ["task_completion.id"], name="fk_task_settlement_completion"),
        sa.CheckConstraint("outcome IN ('given', 'gone', 'set_off')", name="ck_task_settlement_outcome"),
        sa.CheckConstraint("claimed IN (0, 1)", name="ck_task_settlement_claimed"),
    )
    op.create_table(
        "task_reversal",
        *columns("completion text, event text, kind text, taken bigint, owed bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("completion", name="pk_task_reversal"),
        sa.ForeignKeyConstraint(["completion"], ["task_completion.id"], name="fk_task_reversal_completion"),
        _refers_to_event("task_reversal"),
        sa.CheckConstraint("taken >= 0 AND owed >= 0", name="ck_task_reversal_amounts"),
    )
    op.create_table(
        "task_set_off",
        *columns("completion text, against text, amount bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("completion", "against", name="pk_task_set_off"),
        sa.ForeignKeyConstraint(["completion"], ["task_settlement.completion"], name="fk_task_set_off_completion"),
        sa.ForeignKeyConstraint(["against"], ["task_reversal.completion"], name="fk_task_set_off_against"),
        sa.CheckConstraint("amount > 0", name="ck_task_set_off_positive"),
    )
    op.create_index("ix_task_set_off_against", "task_set_off", ["against"])


def _create_own_steps() -> None:
    """What members do about tasks themselves."""
    op.create_table(
        "task_opt_in",
        *columns("task text, member text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("task", "member", name="pk_task_opt_in"),
    )
    op.create_table(
        "task_restoration",
        *columns("task text, member text, day text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("task", "member", "day", name="pk_task_restoration"),
    )
    op.create_table(
        "questionnaire_answer",
        *columns(
            "questionnaire text, member text, event text, revision bigint, sealed_answers bytes null, "
            "recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("questionnaire", "member", name="pk_questionnaire_answer"),
        _refers_to_event("questionnaire_answer"),
    )
