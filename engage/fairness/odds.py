"""The odds that are published: exact fractions, computed from the rules and never sampled. Pure."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

Document = Mapping[str, Any]


def slot_odds(table: Document) -> dict[str, Fraction]:
    """The odds of each slot of a table: its weight divided by the sum of the weights."""
    total = sum(slot["weight"] for slot in table["slots"])
    return {slot["slot"]: Fraction(slot["weight"], total) for slot in table["slots"]}


def prize_odds(table: Document) -> dict[str, Fraction]:
    """The odds of each prize of a table while units last: the sum over the slots that pay it first."""
    each, sums = slot_odds(table), dict[str, Fraction]()
    for slot in table["slots"]:
        sums[slot["prize"]] = sums.get(slot["prize"], Fraction(0)) + each[slot["slot"]]
    return sums


def long_run_slot_odds(rules: Document) -> dict[str, Fraction]:
    """The share of all plays in which each slot comes, in the long run, under the guarantee and while units last."""
    return _long_run(rules, slot_odds)


def long_run_odds(rules: Document) -> dict[str, Fraction]:
    """The share of all plays that win each prize, in the long run, under the guarantee and while units last.

    The reserved prize `none` stands for no prize. Of a deck: how much of it each prize is.
    """
    if rules["deck"] is not None:
        return {prize: Fraction(k, rules["deck"]["n"]) for prize, k in rules["deck"]["counts"]}
    return _long_run(rules, prize_odds)


def _long_run(rules: Document, odds_of: Callable[[Document], dict[str, Fraction]]) -> dict[str, Fraction]:
    """The odds of table 0 and of the guarantee's table, each as often as its table is played."""
    tables = {table["id"]: table for table in rules["tables"]}
    usual = odds_of(tables[0])
    if rules["guarantee"] is None:
        return usual
    guaranteed = odds_of(tables[rules["guarantee"]["table"]])
    share = guaranteed_share(rules)
    zero = Fraction(0)
    return {
        name: (1 - share) * usual.get(name, zero) + share * guaranteed.get(name, zero)
        for name in dict.fromkeys([*usual, *guaranteed])
    }


def guaranteed_share(rules: Document) -> Fraction:
    """The share of all plays that are played by the guarantee's table, in the long run.

    The count of misses is a Markov chain over 0 … m that begins anew at 0 with each prize of the guarantee's class, so
    the share follows from one cycle (renewal reward theorem). Let q be the odds of a miss by table 0. A play of the
    cycle is its j-th by table 0 with probability q^(j − 1), for j = 1 … m, and the cycle comes to the guarantee's
    table, whose every prize ends it, with probability q^m: share = q^m / (1 + q + … + q^(m − 1) + q^m).
    """
    guarantee = rules["guarantee"]
    classes = {prize["id"]: prize["class"] for prize in rules["prizes"]}
    table = next(table for table in rules["tables"] if table["id"] == 0)
    usual = prize_odds(table)
    q = sum((odds for prize, odds in usual.items() if classes.get(prize, 0) < guarantee["class"]), start=Fraction(0))
    m: int = guarantee["misses"]
    comes_to_it = Fraction(q**m)
    by_table_0 = Fraction(m) if q == 1 else (1 - comes_to_it) / (1 - q)
    return comes_to_it / (by_table_0 + comes_to_it)
