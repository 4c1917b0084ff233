"""The section `tasks` of a campaign file: how it is read, checked, published and amended (C2).

A running task may become easier, last longer and be completed more often, never the other way round.
"""

from collections.abc import Iterator, Sequence

from engage.campaigns import (
    ANY_LOOK,
    FEWER,
    FIRST_PICTURE,
    MORE,
    MORE_OR_ENDLESS,
    AmendmentRules,
    CampaignDefinition,
    Offer,
    Place,
    Section,
    Shelf,
    reward_plan,
    reward_promise,
)
from engage.tasks.checks import check_tasks
from engage.tasks.definition import TASK, TaskDefinition
from engage.tasks.documents import task_document
from engage.tasks.standing import KIND

TASK_RULES: AmendmentRules = {
    "target": FEWER,
    "steps[].target": FEWER,
    "cooldown_hours": FEWER,
    "per_window": MORE,
    "in_all": MORE_OR_ENDLESS,
    "streak.freezes": MORE,
    "streak.freezes_max": MORE,
    "streak.restorations": MORE,
    "reward.units": MORE_OR_ENDLESS,
    "reward.use_by_days": MORE_OR_ENDLESS,
    "reward.picture": FIRST_PICTURE,
    "reward.art": ANY_LOOK,
}


def _offers(tasks: Sequence[TaskDefinition], campaign: CampaignDefinition) -> Iterator[Offer]:
    """What tasks promise: whatever is done, a target is reached by doing, not by chance."""
    for number, task in enumerate(tasks):
        path = ("tasks", number)
        promise = reward_promise((*path, "reward"), task.title, task.reward, campaign)
        yield Offer(path, by_chance=False, per_purchase=0, limited=True, prizes=(promise,) if promise else ())


def _pictures(section: Place) -> Iterator[Place]:
    return (task["reward"]["picture"] for task in section.items())


TASKS: Section[TaskDefinition] = Section("tasks", TASK, check_tasks, _offers, ("kind",), _pictures)
TASK_SHELF = Shelf(
    TASKS,
    KIND,
    lambda task: task.task_id,
    task_document,
    lambda task, file: reward_plan(task.task_id, task.reward, file.definition),
    rules=TASK_RULES,
)
