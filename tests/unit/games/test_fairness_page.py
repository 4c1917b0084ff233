"""What the fairness page says of numbers: exact, without powers of ten, and never more than the counts can."""

from fractions import Fraction

import pytest

from games.fairness_page import tell_odds, tell_percent, tell_usual, tell_weight


@pytest.mark.parametrize(
    ("odds", "percent"),
    [
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(1, 3), "33.33%"),
        (Fraction(999, 1000), "99.9%"),
        (Fraction(2, 3), "66.66%"),
        (Fraction(99_999, 100_000), "99.99%"),
        (Fraction(1, 200_000), "0.0005%"),
        (Fraction(10**40 + 1, 10**44), "0.01%"),
    ],
)
def test_a_share_is_told_in_percent_and_never_rounded_up(odds: Fraction, percent: str) -> None:
    assert tell_percent(odds) == percent


@pytest.mark.parametrize(
    ("odds", "told"),
    [
        (Fraction(1, 20), "1 in 20"),
        (Fraction(5, 1000), "1 in 200"),
        (Fraction(189, 1000), "189 in 1,000"),
        (Fraction(0), ""),
        (Fraction(10**40 + 1, 10**44), ""),
    ],
)
def test_odds_are_exact_or_left_to_programs(odds: Fraction, told: str) -> None:
    assert tell_odds(odds) == told


def test_odds_of_a_slot_are_told_as_its_rules_write_them() -> None:
    assert tell_weight({"numerator": 20, "denominator": 1000}) == "20 in 1,000"
    assert tell_weight({"numerator": 0, "denominator": 1000}) == ""


@pytest.mark.parametrize(
    ("draws", "odds", "usual"),
    [
        (0, Fraction(1, 2), "–"),
        (1, Fraction(1, 2), "0 to 1"),
        (100, Fraction(1, 2), "40 to 60"),
        (10_000, Fraction(1, 10), "941 to 1,059"),
        (10, Fraction(1), "10 to 10"),
        (1000, Fraction(1, 10_000), "0 to 1"),
    ],
)
def test_what_is_usual_lies_around_what_the_odds_say(draws: int, odds: Fraction, usual: str) -> None:
    assert tell_usual(draws, odds) == usual
