"""Tasks: what members do, how far they have come, and what they get for it."""

from engage.tasks.completions import find_live_completions, find_reward_badge, gives_badge_still
from engage.tasks.counting import task_subscriber
from engage.tasks.orders import after_refunds
from engage.tasks.own_steps import (
    CheckIn,
    answer,
    check_in,
    claim,
    erase_answers,
    opt_in,
    read_answers,
    restore,
)
from engage.tasks.proof import TASK_INVARIANTS
from engage.tasks.section import TASK_SHELF, TASKS
from engage.tasks.tables import TASK_HOTS
from engage.tasks.telling import tell_tasks
from engage.tasks.view import describe_questions, describe_tasks, get_task
from engage.tasks.words import amount_in_words, events_in_words, field_in_words

__all__ = [
    "TASKS",
    "TASK_HOTS",
    "TASK_INVARIANTS",
    "TASK_SHELF",
    "CheckIn",
    "after_refunds",
    "amount_in_words",
    "answer",
    "check_in",
    "claim",
    "describe_questions",
    "describe_tasks",
    "erase_answers",
    "events_in_words",
    "field_in_words",
    "find_live_completions",
    "find_reward_badge",
    "get_task",
    "gives_badge_still",
    "opt_in",
    "read_answers",
    "restore",
    "task_subscriber",
    "tell_tasks",
]
