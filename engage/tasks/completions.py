"""What others ask of completed tasks: which ones still are, and which badge they give."""

import sqlalchemy as sa

from engage.catalogue import find_entry
from engage.tasks.standing import KIND
from engage.tasks.tables import task_completion, task_reversal, task_settlement

_LIVE = (
    sa.select(task_completion.c.task, task_completion.c.occurred_at)
    .outerjoin(task_reversal, task_reversal.c.completion == task_completion.c.id)
    .where(task_reversal.c.completion.is_(None))
    .order_by(task_completion.c.id)
)
_GIVEN = _LIVE.join(task_settlement, task_settlement.c.completion == task_completion.c.id)


def find_live_completions(connection: sa.Connection, member: str, task: str) -> list[int]:
    """When what completed a task for a member had happened, as often as it was not taken back (milliseconds)."""
    query = _LIVE.where(task_completion.c.member == member, task_completion.c.task == task)
    return [at for _, at in connection.execute(query)]


def find_reward_badge(connection: sa.Connection, task: str) -> str | None:
    """The badge that a task gives; None if it gives something else, or is none."""
    entry = find_entry(connection, task)
    if entry is None or entry.kind != KIND:
        return None
    badge: str | None = entry.document["rule"]["reward"].get("badge")
    return badge


def gives_badge_still(connection: sa.Connection, member: str, badge: str) -> bool:
    """Whether a member was given a badge by a completion that was not taken back."""
    tasks = {row.task for row in connection.execute(_GIVEN.where(task_completion.c.member == member))}
    return any(find_reward_badge(connection, task) == badge for task in tasks)
