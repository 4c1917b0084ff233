"""A million draws come as their odds say. The seeds are fixed, so what fails here fails because of a change.

A chi-square test with an even number of degrees of freedom, whose tail is a finite sum: no library, no table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from math import exp

import pytest

from engage.fairness.verifier import draw_ticket
from games.revisions import Table

EPOCHS, PLAYS = 1000, 1000
ALPHA = 1e-6
RULES = sha256(b"rules").digest()
WEIGHTS = {"s1": 1, "s2": 300, "s3": 20, "s4": 150, "s5": 100, "s6": 200, "s7": 40, "s8": 180, "s9": 9}


def tail(statistic: float, degrees: int) -> float:
    """The chance that chi-square with an even number of degrees of freedom is larger: e^(−x/2) · Σ (x/2)^i / i!."""
    assert degrees % 2 == 0
    term = total = 1.0
    for i in range(1, degrees // 2):
        term *= statistic / 2 / i
        total += term
    return exp(-statistic / 2) * total


def chance_of(counts: Mapping[str, int], weights: Mapping[str, int]) -> float:
    """How likely draws by these weights are to lie at least this far off (Pearson's statistic)."""
    draws, total = sum(counts.values()), sum(weights.values())
    expected = {slot: draws * weight / total for slot, weight in weights.items()}
    statistic = sum((counts[slot] - mean) ** 2 / mean for slot, mean in expected.items())
    return tail(statistic, len(weights) - 1)


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    """How often each slot came in a thousand epochs of a thousand plays."""
    slots = [{"slot": slot, "prize": "none", "else": [], "weight": weight} for slot, weight in WEIGHTS.items()]
    table, counts = Table({"id": 0, "slots": slots}), Counter[str]()
    for number in range(EPOCHS):
        epoch = f"epo_{number}"
        server, client = sha256(b"server" + epoch.encode()).digest(), sha256(b"client" + epoch.encode()).digest()
        counts.update(
            table.slot_at(draw_ticket(server, RULES, epoch, client, nonce, table.total)).slot for nonce in range(PLAYS)
        )
    return counts


def test_a_million_draws_match_the_published_odds(counts: Counter[str]) -> None:
    assert sum(counts.values()) == EPOCHS * PLAYS
    assert chance_of(counts, WEIGHTS) > ALPHA


@pytest.mark.parametrize("slot", ["s1", "s9"])
def test_one_weight_that_is_off_by_one_is_seen(counts: Counter[str], slot: str) -> None:
    assert chance_of(counts, WEIGHTS | {slot: WEIGHTS[slot] + 1}) < ALPHA


def test_the_tail_is_what_the_tables_of_chi_square_say() -> None:
    for statistic, degrees, chance in [(5.991, 2, 0.05), (9.488, 4, 0.05), (20.090, 8, 0.01), (26.124, 8, 0.001)]:
        assert tail(statistic, degrees) == pytest.approx(chance, rel=1e-3)
