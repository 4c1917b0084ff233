"""What a marketer can get wrong in `tasks`: each mistake is named with its field and the way out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engage.campaigns import Level, check
from engage.tasks import TASKS
from games.section import SECTION
from tests.support.sample_campaign import changed

BASE = {
    "id": "one",
    "title": "{zh-CN: 任务, en: Task}",
    "how": "{zh-CN: 做, en: Do}",
    "template": "orders",
    "target": "3",
    "reward": "{kind: points, points: 5, units: 10}",
}
TEXT, QUESTIONS = "text: {zh-CN: 问, en: Ask}", "tasks[0].questions"
SCALE, NO_SCALE = f"{{kind: scale, id: q, {TEXT}}}", f"{{kind: scale, id: q, {TEXT}, least: 5}}"
TWINS = f"{{kind: choice, id: q, {TEXT}, choices: [{{id: a, {TEXT}}}, {{id: a, {TEXT}}}]}}"
FAULT, BLOCK = Level.FAULT, Level.BLOCK
MISTAKES = [
    ({"requires": "[nobody]"}, FAULT, "unknown_task", "tasks[0].requires[0]", "nobody"),
    ({"requires": "[two]"}, FAULT, "cycle", "tasks[0].requires[0]", "neither could ever"),
    ({"target": "0"}, FAULT, "zero_target", "tasks[0].target", "target of 0"),
    ({"target": None}, FAULT, "missing", "tasks[0]", "`target` is missing"),
    ({"template": None}, FAULT, "missing", "tasks[0]", "is missing"),
    ({"cel": "'event.net_fen >='"}, FAULT, "bad_filter", "tasks[0].cel", "does not parse"),
    ({"cel": "event.nett > 3"}, FAULT, "bad_filter", "tasks[0].cel", "nett"),
    ({"cel": "event.net_fen"}, FAULT, "bad_filter", "tasks[0].cel", "true or false"),
    ({"where": "[{field: nett, is: 1}]"}, FAULT, "unknown_field", "tasks[0].where[0].field", "nett"),
    ({"where": "[{field: lines.colour, is: 1}]"}, FAULT, "unknown_field", "tasks[0].where[0].field", "lines.colour"),
    ({"where": "[{field: net_fen}]"}, FAULT, "condition", "tasks[0].where[0]", "exactly one"),
    ({"template": "spend", "field": "store"}, FAULT, "not_a_number", "tasks[0].field", "no number"),
    ({"on": "[order.refunded]"}, FAULT, "undoes", "tasks[0].on", "refund"),
    ({"on": "[share.visited]"}, BLOCK, "C22", "tasks[0].on", "Clicks"),
    ({"window": "rolling", "template": "check_in"}, FAULT, "streak_window", "tasks[0].window", "whole campaign"),
    ({"streak": "{freezes: 1}"}, FAULT, "no_streak", "tasks[0].streak", "no streak"),
    ({"template": "questionnaire"}, FAULT, "no_questions", "tasks[0]", "asks nothing"),
    (
        {"template": "questionnaire", "questions": f"[{SCALE}, {SCALE}]"},
        FAULT,
        "duplicate_id",
        QUESTIONS,
        "Two questions",
    ),
    (
        {"template": "questionnaire", "questions": f"[{NO_SCALE}]"},
        FAULT,
        "empty_scale",
        f"{QUESTIONS}[0].most",
        "5 to 5",
    ),
    (
        {"template": "questionnaire", "questions": f"[{TWINS}]"},
        FAULT,
        "duplicate_id",
        f"{QUESTIONS}[0].choices",
        "choices",
    ),
    ({"reward": "{kind: turns, turns: 1, game: whell}"}, FAULT, "unknown_game", "tasks[0].reward.game", "whell"),
    ({"reward": "{kind: badge, badge: none}"}, FAULT, "unknown_badge", "tasks[0].reward.badge", "none"),
]
TWO = {**BASE, "id": "two", "requires": "[one]"}


def file_of(*tasks: Mapping[str, str | None]) -> str:
    """The sample campaign with tasks, a field a line."""
    entries = ("\n    ".join(f"{name}: {value}" for name, value in each.items() if value) for each in tasks)
    return changed("games:\n", "tasks:\n" + "".join(f"  - {entry}\n" for entry in entries) + "games:\n")


@pytest.mark.parametrize(("change", "level", "code", "path", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_field_and_a_way_out(
    change: dict[str, str | None], level: Level, code: str, path: str, says: str
) -> None:
    found = [
        item for item in check(file_of({**BASE, **change}, TWO), [SECTION, TASKS]).items if item.level in (FAULT, BLOCK)
    ]
    mine = [item for item in found if (item.level, item.code, item.path) == (level, code, path)]
    assert mine, found
    assert says in mine[0].sentence
    assert mine[0].way_out


@pytest.mark.parametrize(
    "template", ["check_in", "first_order", "spend", "orders", "review", "profile", "green", "friends_visit"]
)
def test_a_template_needs_a_target_and_a_reward_only(template: str) -> None:
    found = check(file_of({**BASE, "template": template}), [SECTION, TASKS])
    assert not [item for item in found.items if item.path.startswith("tasks")], found.items
