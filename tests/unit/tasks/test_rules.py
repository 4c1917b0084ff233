"""What a task counts, each kind of rule beside a slow and obvious way to say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.tasks.filters import Passed
from engage.tasks.rules import Aggregate, Count, Step, TaskRule, WindowKind, progress_of

FIRST = date(2026, 11, 1)
ORDERS = ("order.completed",)


def task(*steps: Step, window: WindowKind = "campaign", **changes: Any) -> TaskRule:
    plain = TaskRule(
        "tsk_a",
        1,
        "cmp_a",
        0,
        10**15,
        steps,
        in_order=False,
        window=window,
        days=7,
        per_window=100,
        in_all=None,
        cooldown_ms=0,
        requires=(),
        audience=(),
        opt_in=False,
        by_hand=False,
        streak=None,
        reward={},
    )
    return replace(plain, **changes)


def step(aggregate: Aggregate = "count", target: int = 3, field: str | None = None) -> Step:
    return Step(ORDERS, aggregate, target, field)


COUNTS = st.lists(
    st.builds(
        lambda n, day, amount, which: Count(f"e{n}", which, day * 10 + n, FIRST + timedelta(days=day), "UTC", amount),
        st.integers(0, 9),
        st.integers(0, 12),
        st.integers(1, 9),
        st.integers(0, 1),
    ),
    max_size=10,
    unique_by=lambda one: one.event,
)


@settings(max_examples=60)
@given(COUNTS)
def test_a_sum_is_completed_as_often_as_its_target_fits(counts: list[Count]) -> None:
    mine = [one for one in counts if one.step == 0]
    found = progress_of(task(step("sum", 7)), mine, FIRST)
    assert found.rounds * 7 + found.value == sum(one.amount for one in mine)


@settings(max_examples=60)
@given(COUNTS)
def test_different_values_count_once_each(counts: list[Count]) -> None:
    mine = [replace(one, step=0, amount=1, value=str(one.amount)) for one in counts]
    found = progress_of(task(step("distinct", 2)), mine, FIRST)
    assert found.rounds * 2 + found.value == len({one.amount for one in counts})


@settings(max_examples=60)
@given(COUNTS)
def test_steps_in_any_order_are_completed_when_each_is(counts: list[Count]) -> None:
    found = progress_of(task(step("sum", 5), step("sum", 8)), counts, FIRST)
    totals = [sum(one.amount for one in counts if one.step == n) for n in (0, 1)]
    assert found.rounds == min(totals[0] // 5, totals[1] // 8)
    assert (found.target, found.value) == (2, sum(value >= target for value, target in found.steps))


@settings(max_examples=60)
@given(COUNTS)
def test_steps_in_order_count_only_after_the_one_before(counts: list[Count]) -> None:
    found = progress_of(task(step("sum", 5), step("sum", 8), in_order=True), counts, FIRST)
    rounds, left = 0, [5, 8]
    for one in sorted(counts, key=lambda each: (each.at, each.event)):
        if one.step == 0 and left[0] > 0:
            left[0] -= one.amount
        elif one.step == 1 and left[0] <= 0:
            left[1] -= one.amount
        if left[1] <= 0:
            rounds, left = rounds + 1, [5, 8]
    assert found.rounds == rounds


def most_stretches(days: dict[int, int], length: int, target: int, first: int = 0) -> int:
    """The most stretches of days without a common day that reach a target, by trying all of them."""
    best = 0
    for start in range(first, 13):
        for end in range(start, min(start + length, 13)):
            if sum(days.get(day, 0) for day in range(start, end + 1)) >= target:
                best = max(best, 1 + most_stretches(days, length, target, end + 1))
                break
    return best


@settings(max_examples=40)
@given(COUNTS)
def test_a_rolling_window_is_completed_as_often_as_any_choice_of_stretches_is(counts: list[Count]) -> None:
    mine = [replace(one, step=0) for one in counts]
    days: dict[int, int] = {}
    for one in mine:
        days[(one.day - FIRST).days] = days.get((one.day - FIRST).days, 0) + one.amount
    found = progress_of(task(step("sum", 9), window="rolling", days=3), mine, FIRST)
    assert found.rounds == most_stretches(days, 3, 9)


RULES = (
    task(step("sum", 7)),
    task(step("distinct", 2)),
    task(step("sum", 5), step("sum", 8), in_order=True),
    task(step("sum", 9), window="rolling", days=3),
)


@settings(max_examples=60)
@given(COUNTS, st.integers(0, 9), st.sampled_from(RULES))
def test_what_counts_besides_never_takes_a_completion_away(counts: list[Count], cut: int, rule: TaskRule) -> None:
    mine = counts if len(rule.steps) > 1 else [replace(one, step=0, value=str(one.amount)) for one in counts]
    assert progress_of(rule, mine[:cut], FIRST).rounds <= progress_of(rule, mine, FIRST).rounds


def test_the_order_in_which_events_come_in_does_not_matter() -> None:
    counts = [Count(f"e{n}", n % 2, n, FIRST, "UTC", 4) for n in range(5)]
    rule = task(step("sum", 5), step("sum", 4), in_order=True)
    assert len({progress_of(rule, each, FIRST) for each in permutations(counts)}) == 1


def test_a_task_that_can_t_be_completed_again_is_full() -> None:
    counts = [Count(f"e{n}", 0, n, FIRST, "UTC", 4) for n in range(5)]
    found = progress_of(task(step("sum", 7), per_window=2), counts, FIRST)
    assert (found.rounds, found.value, found.target) == (2, 7, 7)


def test_windows_are_calendar_windows_of_the_member() -> None:
    sunday = date(2026, 11, 29)
    names = {"once": "once", "day": "2026-11-29", "week": "2026-W48", "month": "2026-11", "campaign": "campaign"}
    ends = {"day": date(2026, 11, 30), "week": date(2026, 11, 30), "month": date(2026, 12, 1)}
    for window, name in names.items():
        rule = task(step(), window=window)  # type: ignore[arg-type]  # one of them
        assert (rule.period_of(sunday), rule.first_day_after(sunday)) == (name, ends.get(window))


def test_what_an_event_counts_is_what_its_step_measures() -> None:
    data = {"net_fen": 1200, "visitor": "v-1", "flag": True}
    assert step("sum", 1, "net_fen").measure(data) == (Passed.YES, 1200, "")
    assert step("sum", 1, "flag").measure(data)[0] is Passed.FAILED
    assert step("distinct", 1, "visitor").measure(data) == step("distinct", 1, "visitor").measure(data | {"x": 1})
    assert step("distinct", 1, "nobody").measure(data)[0] is Passed.FAILED
    assert Step(ORDERS, "count", 1, None, "event.net_fen > 1200").measure(data) == (Passed.NO, 0, "")


def test_an_audience_is_met_by_values_of_the_same_type() -> None:
    rule = task(step(), audience=(("tier", ("gold", 1)),))
    assert [rule.admits({"tier": value}) for value in ("gold", 1, True, "silver")] == [True, True, False, False]
    assert not rule.admits({})


@pytest.mark.parametrize(
    ("aggregate", "field", "unit"),
    [
        ("sum", "net_fen", "fen"),
        ("sum", "lines.net_fen", "fen"),
        ("sum", "grams", None),
        ("distinct", "net_fen", None),
        ("count", None, None),
    ],
)
def test_amounts_are_money_where_money_is_added_up(aggregate: Aggregate, field: str | None, unit: str | None) -> None:
    assert Step(ORDERS, aggregate, 1, field).unit == unit
