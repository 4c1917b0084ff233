"""A task as it is published: JSON with texts by language, complete in itself. `rule` is what counts."""

from typing import Any

from engage.campaigns import CampaignFile, Condition, prize_terms, reward_document, reward_prizes
from engage.tasks.definition import Counted, TaskDefinition
from engage.tasks.filters import source_of


def task_document(task: TaskDefinition, file: CampaignFile) -> dict[str, Any]:
    """All that is published of a task."""
    return {
        "title": task.title.by_language(),
        "description": task.description.by_language() if task.description else None,
        "how": task.how.by_language(),
        "languages": list(file.definition.languages),
        "template": task.template,
        "step_titles": [step.title.by_language() for step in task.steps],
        "rule": _rule(task, file),
        "questions": [question.model_dump(mode="json") for question in task.questions],
        "prizes": reward_prizes(task.reward, file),
        "terms": prize_terms(file.definition),
    }


def _rule(task: TaskDefinition, file: CampaignFile) -> dict[str, Any]:
    return {
        "steps": [_step(part, task) for part in task.counted()],
        "in_order": task.order == "in_order",
        "window": task.said("window"),
        "days": task.days,
        "per_window": task.per_window,
        "in_all": task.in_all,
        "cooldown_hours": task.cooldown_hours,
        "requires": [f"tsk_{name}" for name in task.requires],
        "audience": [_condition(each) for each in (*file.definition.audience.only, *task.only)],
        "opt_in": task.opt_in,
        "by_hand": task.claim == "by_hand",
        "streak": task.streak.model_dump() if task.streak else None,
        "reward": reward_document(task.reward, file),
    }


def _step(part: Counted, task: TaskDefinition) -> dict[str, Any]:
    conditions = [*(each.condition() for each in part.where), *task.own_conditions()]
    return {
        "events": list(part.on or ()),
        "aggregate": part.aggregate,
        "target": part.target,
        "field": part.field,
        "filter": source_of(conditions, part.cel),
    }


def _condition(each: Condition) -> dict[str, Any]:
    return {"attribute": each.attribute, "values": list(each.values)}
