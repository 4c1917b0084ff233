"""When so much was reached follows from when things happened, not from the order in which they were told."""

from __future__ import annotations

import pytest

from badges.steps import reached_at
from badges.tables import Step

CASES: list[tuple[list[tuple[str, int, int]], int, int | None]] = [
    ([], 1, None),
    ([("a", 1, 10), ("b", 1, 20)], 2, 20),
    ([("a", 1, 10), ("c", 1, 30), ("b", 1, 20)], 2, 20),
    ([("b", 1, 20), ("a", 1, 10)], 1, 10),
    ([("a", 1, 10), ("a", -1, 90), ("b", 1, 20), ("c", 1, 30)], 2, 30),
    ([("a", 5, 10), ("a", -2, 90), ("b", 2, 20)], 5, 20),
    ([("a", 1, 10), ("a", -1, 90), ("a", 1, 40)], 1, 40),
    ([("a", 1, 10), ("a", -1, 90)], 1, None),
]


@pytest.mark.parametrize(("told", "target", "reached"), CASES)
def test_what_is_left_counts_by_when_it_happened(
    told: list[tuple[str, int, int]], target: int, reached: int | None
) -> None:
    steps = [
        Step("bdg_a", "mem_a", "", n, 1, what, f"event:{n}", some, 0, at, 0) for n, (what, some, at) in enumerate(told)
    ]
    assert reached_at(steps, target) == reached
