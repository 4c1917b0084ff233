"""Filters: what a form or an expression lets through, and that no event and no expression makes one raise or crawl."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.tasks.filters import Condition, Passed, find_fault, find_type_fault, passes, source_of

ORDER: dict[str, Any] = {
    "order": "o-1",
    "store": None,
    "net_fen": 1200,
    "labels": ["new"],
    "lines": [{"category": "tea", "net_fen": 300, "labels": ["green"]}, {"category": None, "net_fen": 900}],
}
CASES = [
    ("net_fen", "at_least", 1200, True),
    ("net_fen", "at_least", 1201, False),
    ("net_fen", "at_most", 1199, False),
    ("store", "is", "north", False),
    ("store", "is_not", "north", True),
    ("nothing", "is", 1, False),
    ("nothing", "is_not", 1, True),
    ("net_fen", "one_of", [1, 1200], True),
    ("labels", "contains", "new", True),
    ("order", "contains", "-1", True),
    ("lines.category", "is", "tea", True),
    ("lines.category", "one_of", ["coffee"], False),
    ("lines.category", "is_not", "tea", False),
    ("lines.net_fen", "at_least", 900, True),
    ("order", "is", 'o-1" || true || "', False),
]


@pytest.mark.parametrize(("field", "operator", "value", "expected"), CASES)
def test_a_condition_says_what_it_reads_like(field: str, operator: str, value: Any, expected: bool) -> None:  # noqa: FBT001  a column of the table above
    source = source_of([Condition(field, operator, value)], None)
    assert passes(source, ORDER) is (Passed.YES if expected else Passed.NO)


def test_conditions_and_an_expression_all_have_to_be_met() -> None:
    dear = Condition("net_fen", "at_least", 1000)
    assert passes(source_of([dear], "event.labels.size() == 1 || false"), ORDER) is Passed.YES
    assert passes(source_of([dear], "event.labels.size() == 2 || false"), ORDER) is Passed.NO
    assert passes(source_of([], None), ORDER) is Passed.YES


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("event.net_fen >=", "does not parse"),
        ("net_fen >= 3", "names net_fen"),
        ("(" * 13 + "true" + ")" * 13, "brackets"),
        ("true" + " || true" * 200, "longer"),
        ("event.lines.exists(a, event.lines.exists(b, a == b))", "again within a list"),
        ("event.lines.exists(a, a.x.exists(b, b.y.exists(c, c == 1)))", "more than two lists"),
        (" && ".join(["event.lines.exists(a, true)"] * 5), "at most 4"),
    ],
)
def test_an_expression_that_can_t_be_used_is_named(raw: str, says: str) -> None:
    assert says in (find_fault(raw) or "")


@pytest.mark.parametrize(
    ("raw", "says"),
    [("event.nett >= 3", "nett"), ("event.net_fen", "true or false"), ('event.net_fen >= "3"', "fails on an event")],
)
def test_an_expression_of_the_wrong_type_is_named(raw: str, says: str) -> None:
    assert find_fault(raw) is None
    assert says in (find_type_fault(raw, ORDER) or "")
    assert find_type_fault("event.net_fen >= 3", ORDER) is None


def test_what_fails_on_an_event_has_not_let_it_through() -> None:
    for raw in ("event.nothing == 1", "event.store >= 1", "event.net_fen / 0 == 1", "event.net_fen"):
        assert passes(raw, ORDER) is Passed.FAILED


def test_the_longest_way_through_a_large_order_is_short() -> None:
    lines = [{"category": f"c{n}", "labels": [f"l{m}" for m in range(50)]} for n in range(500)]
    raw = " || ".join(['event.lines.exists(a, a.labels.exists(b, b == "no"))'] * 2)
    assert find_fault(raw) is None
    started = time.perf_counter()
    assert passes(raw, {"lines": lines}) is Passed.NO
    assert time.perf_counter() - started < 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(
    raw=st.text(alphabet="event.abc()[]{}!-?:<>=&|+ 1\"'in,", max_size=40),
    data=st.dictionaries(st.sampled_from("abc"), JSON),
)
def test_nothing_is_raised_whatever_is_written_and_sent(raw: str, data: dict[str, Any]) -> None:
    find_fault(raw)
    passes(raw, data)
    for operator in ("is", "is_not", "at_least", "at_most", "contains"):
        passes(Condition("a", operator, data.get("b")).source(), data)
