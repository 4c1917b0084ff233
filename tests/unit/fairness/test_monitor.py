"""The e-process: true odds leave it low, and what it catches it catches as soon as is published."""

from collections.abc import Mapping
from fractions import Fraction
from math import exp, isclose, log
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.fairness.monitor import ALARM_AT, KAPPA, EProcess, eprocess, log_growth

TABLE = {"grand": 1, "big": 49, "small": 450, "none": 500}


def chance(seed: int) -> Random:
    """Chance that is the same each time."""
    return Random(seed)  # noqa: S311  nothing is kept secret here


def drawn(rng: Random, weights: Mapping[str, float], n: int) -> list[str]:
    return rng.choices(list(weights), list(weights.values()), k=n)


def first_alarm(p: Fraction, rng: Random) -> int:
    """How many draws it takes to see that a fifth of a slot's weight is missing."""
    process = EProcess({"slot": p.numerator, "rest": p.denominator - p.numerator})
    true = {"slot": 0.8 * float(p), "rest": 1 - 0.8 * float(p)}
    while not process.is_alarming:
        for slot in drawn(rng, true, 100):
            process.add(slot)
    return process.draws


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_draw_adds_what_the_formula_says(weight: int, rest: int, came: int, others: int) -> None:
    total, n = weight + rest, came + others
    p = Fraction(weight, total)
    assert isclose(log_growth(weight, total, came, n), log((KAPPA * p + came) / (KAPPA + n) / p), abs_tol=1e-12)


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_under_true_odds_the_next_draw_is_a_fair_bet(counts: list[int]) -> None:
    total = sum(TABLE.values())
    growth = [log_growth(w, total, c, sum(counts)) for w, c in zip(TABLE.values(), counts, strict=True)]
    assert isclose(sum(w / total * exp(g) for w, g in zip(TABLE.values(), growth, strict=True)), 1)


def test_it_can_be_put_down_and_taken_up_again() -> None:
    slots = drawn(chance(7), TABLE, 1000)
    process = EProcess(TABLE)
    for slot in slots[:400]:
        process.add(slot)
    again = EProcess(TABLE, process.counts, process.log_e)
    for slot in slots[400:]:
        again.add(slot)
    assert again.draws == len(slots)
    assert isclose(again.log_e, eprocess(TABLE, slots))


def test_a_slot_that_the_table_does_not_have_is_no_draw() -> None:
    with pytest.raises(KeyError):
        EProcess(TABLE).add("jackpot")


def test_true_odds_raise_no_alarm() -> None:
    for seed in range(20):
        process = EProcess(TABLE)
        for slot in drawn(chance(seed), TABLE, 3000):
            process.add(slot)
            assert process.log_e < ALARM_AT


@pytest.mark.parametrize(
    ("p", "published"), [(Fraction(1, 5), 2500), (Fraction(1, 20), 8000), (Fraction(1, 200), 67_000)]
)
def test_a_missing_fifth_is_seen_as_soon_as_published(p: Fraction, published: int) -> None:
    needed = median(first_alarm(p, chance(seed)) for seed in range(15))
    assert 0.6 * published < needed < 1.6 * published


def test_a_prize_that_never_comes_is_seen() -> None:
    assert eprocess(TABLE, drawn(chance(1), TABLE | {"grand": 0}, 25_000)) > ALARM_AT
