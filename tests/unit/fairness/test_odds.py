"""Published odds: exact, and in the long run as the chain of misses says when it is solved the long way."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.fairness.odds import guaranteed_share, long_run_odds, long_run_slot_odds, prize_odds, slot_odds
from tests.support.exports import CARDS, WHEEL
from tests.support.honest_house import Document, prize, rules, slot

half = Fraction(1, 2)


def wheel(weights: list[int], misses: int, guaranteed: list[int] | None = None) -> Document:
    """Slots that pay prizes of class 1, 2, … and a last one that pays nothing; the guarantee is for class 1."""
    ids = [f"prz_{i}" for i in range(len(weights) - 1)]
    prizes = [prize(id_, **dict[str, Any]({"class": i + 1})) for i, id_ in enumerate(ids)]
    usual = [slot(f"s{i}", weight, id_) for i, (weight, id_) in enumerate(zip(weights, [*ids, "none"], strict=True))]
    sure = [slot(f"s{i}", weight, id_) for i, (weight, id_) in enumerate(zip(guaranteed or [1], ids, strict=False))]
    return rules("gam_1", prizes, usual, sure, guarantee={"class": 1, "misses": misses, "table": 1})


def share_the_long_way(q: Fraction, misses: int) -> Fraction:
    """How often the count stands at `misses`: the stationary distribution of the chain, by elimination."""
    n = misses + 1
    step = [[Fraction(0)] * n for _ in range(n)]
    for count in range(misses):
        step[count][0] += 1 - q
        step[count][count + 1] += q
    step[misses][0] += 1
    rows = [[step[j][i] - (i == j) for j in range(n)] + [Fraction(0)] for i in range(n)]
    rows[0] = [Fraction(1)] * (n + 1)
    for i in range(n):
        pivot = next(k for k in range(i, n) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(n):
            if k != i and rows[k][i]:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return rows[misses][n]


def test_the_odds_of_a_slot_are_its_weight_among_all_weights() -> None:
    assert slot_odds(WHEEL["tables"][0]) == {"s1": Fraction(1, 5), "s2": Fraction(3, 10), "s3": half}


def test_a_prize_has_the_odds_of_all_slots_that_pay_it_first() -> None:
    table = {"slots": [slot("s1", 1, "prz_a"), slot("s2", 2, "none", "prz_a"), slot("s3", 1, "prz_a")]}
    assert prize_odds(table) == {"prz_a": half, "none": half}


def test_without_a_guarantee_the_long_run_is_every_play() -> None:
    document = WHEEL | {"guarantee": None}
    assert long_run_odds(document) == {"prz_a": Fraction(1, 5), "prz_t": Fraction(3, 10), "none": half}
    assert long_run_slot_odds(document) == slot_odds(WHEEL["tables"][0])


def test_in_a_deck_the_long_run_is_what_it_holds() -> None:
    assert long_run_odds(CARDS) == {"prz_gold": Fraction(1, 17), "prz_cup": Fraction(4, 17), "none": Fraction(12, 17)}


def test_a_guarantee_after_each_miss_is_easily_told() -> None:
    """Half of the first plays miss, then a win is sure: cycles of 1 and of 2 plays, of which 1 in 3 plays misses."""
    document = wheel([1, 1], misses=1)
    assert guaranteed_share(document) == Fraction(1, 3)
    assert long_run_odds(document) == {"prz_0": Fraction(2, 3), "none": Fraction(1, 3)}


@given(st.lists(st.integers(1, 50), min_size=2, max_size=4), st.integers(1, 6))
def test_the_long_run_is_the_chain_s_stationary_distribution(weights: list[int], misses: int) -> None:
    document = wheel(weights, misses, [1] * (len(weights) - 1))
    q = Fraction(weights[-1], sum(weights))
    share = share_the_long_way(q, misses)
    assert guaranteed_share(document) == share
    usual, sure = (slot_odds(table) for table in document["tables"])
    assert long_run_slot_odds(document) == {
        name: (1 - share) * odds + share * sure.get(name, 0) for name, odds in usual.items()
    }


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=4), st.integers(1, 40))
def test_the_odds_of_all_prizes_add_up_to_one(weights: list[int], misses: int) -> None:
    document = wheel(weights, misses)
    assert sum(long_run_odds(document).values()) == sum(long_run_slot_odds(document).values()) == 1


def test_the_guarantee_counts_only_prizes_of_its_class() -> None:
    document = wheel([1, 1, 2], misses=2, guaranteed=[0])
    document["guarantee"]["class"] = 2
    document["tables"][1]["slots"] = [slot("s1", 1, "prz_1")]
    assert guaranteed_share(document) == share_the_long_way(Fraction(3, 4), 2)


def test_a_guarantee_is_all_there_is_where_nothing_else_can_win() -> None:
    document = wheel([1, 1], misses=4)
    document["tables"][0]["slots"] = [slot("s0", 5, "none")]
    assert long_run_odds(document) == {"none": Fraction(4, 5), "prz_0": Fraction(1, 5)}


@pytest.mark.timeout(5)
def test_a_thousand_misses_are_exact_too() -> None:
    odds = long_run_odds(wheel([3, 2**31 - 3], misses=1000))
    assert sum(odds.values()) == 1
    assert odds["prz_0"] > Fraction(3, 2**31)


def test_the_longest_guarantee_that_can_be_published_has_odds_that_can_be_written_down() -> None:
    slots = [{"slot": "s1", "prize": "prz_a", "else": [], "weight": 1}]
    slots.append({"slot": "s2", "prize": "none", "else": [], "weight": 2**32 - 2})
    rules = {
        "prizes": [{"id": "prz_a", "class": 1}],
        "tables": [{"id": 0, "slots": slots}, {"id": 1, "slots": slots[:1]}],
        "guarantee": {"class": 1, "misses": 400, "table": 1},
        "deck": None,
    }
    assert all(str(odds.numerator) and str(odds.denominator) for odds in long_run_odds(rules).values())
