"""What the rules of a task say in words: every sentence in both languages, and every number in them."""

from __future__ import annotations

from typing import Any

from engage.tasks.words import EN, ZH, rule_words

STEP = {"events": ["order.completed"], "aggregate": "sum", "target": 10000, "field": "net_fen", "filter": "true"}
RULE: dict[str, Any] = {
    "steps": [STEP],
    "in_order": False,
    "window": "rolling",
    "days": 9,
    "per_window": 2,
    "in_all": 7,
    "cooldown_hours": 5,
    "opt_in": True,
    "by_hand": True,
    "streak": {"grace_hours": 3, "freezes": 4, "freeze_every": 6, "freezes_max": 8, "restorations": 1},
}


def test_both_languages_have_every_sentence_with_the_same_numbers() -> None:
    assert EN.keys() == ZH.keys()
    for locale in ("en", "zh-CN"):
        said = " ".join(rule_words(RULE, 55, locale))
        for number in ("100", "9", "2", "7", "5", "3", "4", "6", "8", "24", "55"):
            assert number in said, (locale, number)
        assert "{" not in said
    assert len(rule_words(RULE, 55, "en")) == len(rule_words(RULE, 55, "zh-CN"))


def test_one_is_said_as_one() -> None:
    first = STEP | {"aggregate": "distinct", "target": 1, "field": "product"}
    assert rule_words(RULE | {"steps": [first]}, None, "en")[0].startswith("Reached with one value of the product")
    once = RULE | {"per_window": 1, "in_all": 1, "cooldown_hours": 1}
    streak = {"grace_hours": 1, "freezes": 1, "freeze_every": 1, "freezes_max": 8, "restorations": 1}
    said = rule_words(once | {"streak": streak}, 1, "en")
    assert "At most once in that time." in said
    assert not [sentence for sentence in said if " 1 " in sentence or sentence.startswith("1 ")]


def test_what_does_not_apply_is_not_said() -> None:
    plain = RULE | {"window": "once", "in_all": None, "cooldown_hours": 0, "opt_in": False, "streak": None}
    assert rule_words(plain | {"by_hand": False, "steps": [STEP | {"filter": None}]}, None, "en") == [
        "Reached when the amount paid (after refunds and coupons) of these adds up to 100 yuan: paid orders.",
        "Everything counts that happens while the task is open.",
        "At most 2 times in that time.",
        "What is refunded is taken off again, and with it a reward that it was given for.",
        "The reward is given at once.",
    ]
