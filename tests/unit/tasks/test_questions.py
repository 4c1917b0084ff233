"""Answers to questions: each kind takes what it asks for and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from engage.tasks.questions import find_wrong

CHOICES = [{"id": name} for name in ("sweet", "sour", "salty")]
ONE = {"id": "q", "kind": "choice", "choices": CHOICES, "several": False}
SEVERAL = ONE | {"several": True}
SCALE = {"id": "q", "kind": "scale", "least": 2, "most": 4}
TEXT = {"id": "q", "kind": "text", "longest": 3}


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (ONE, ["sweet", ["sour"]], ["bitter", ["sweet", "sour"], [], 1]),
        (SEVERAL, ["sweet", ["sweet", "sour"]], [["sweet", "sweet"], ["sweet", "bitter"], []]),
        (SCALE, [2, 4], [1, 5, "3", True]),
        (TEXT, ["a", "甜的很"], ["", "abcd", 7]),
    ],
)
def test_a_question_takes_what_it_asks_for(question: dict[str, Any], right: list[Any], wrong: list[Any]) -> None:
    asked = [question | {"optional": False}]
    assert all(find_wrong(asked, {"q": answer}) == [] for answer in right)
    assert all(find_wrong(asked, {"q": answer}) for answer in wrong)


def test_only_what_is_optional_may_be_left_out_and_nothing_may_be_added() -> None:
    assert find_wrong([TEXT | {"optional": True}], {}) == []
    assert find_wrong([TEXT | {"optional": False}], {}) == [("q", "is not answered")]
    assert find_wrong([], {"q": "a"}) == [("q", "is no question here")]
