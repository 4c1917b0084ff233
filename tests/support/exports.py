"""Small exports to check, and the ways in which tests change them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

from engage.fairness.verifier import verify_export
from tests.support.honest_house import Document, House, deck_rules, prize, rules, slot

Change: TypeAlias = Callable[[Document], None]

DECK_SEED = bytes(range(32))
WHEEL = rules(
    "gam_wheel",
    [prize("prz_a", units=2, per_member=1), prize("prz_b", units=9), prize("prz_t", "turns", None)],
    [slot("s1", 2, "prz_a", "prz_b", "none"), slot("s2", 3, "prz_t"), slot("s3", 5, "none")],
    [slot("s1", 1, "prz_b", "prz_t"), slot("s2", 1, "prz_t")],
    guarantee={"class": 1, "misses": 2, "table": 1},
)
CARDS = deck_rules("gam_cards", "dck_1", [["prz_gold", 1], ["prz_cup", 4], ["none", 12]], DECK_SEED)


def played(house: House, plays: int = 12) -> House:
    """Alice and Bob play both games."""
    house.publish(WHEEL)
    house.publish(CARDS, DECK_SEED)
    epochs = [house.open(member, game) for game in ("gam_wheel", "gam_cards") for member in ("mem_alice", "mem_bob")]
    for i in range(plays):
        house.play(epochs[i % 4])
        if i % 3:
            house.commit()
    house.commit()
    return house


def first_failed(export: Document, bundle: Document | None = None, key: str | None = None) -> tuple[str, str | None]:
    """Subject and step of the first that fails; something must."""
    report = verify_export(export, bundle, key)
    assert report.failed, report.counts
    return report.failed[0].subject, report.failed[0].step


def put(*path: Any, to: Any) -> Change:
    """A new value at one place."""

    def change(export: Document) -> None:
        _find(export, path[:-1])[path[-1]] = deepcopy(to)

    return change


def drop(*path: Any) -> Change:
    """Take one place out."""

    def change(export: Document) -> None:
        del _find(export, path[:-1])[path[-1]]

    return change


def add(*path: Any, item: Any) -> Change:
    """One more item at the end of a list."""

    def change(export: Document) -> None:
        _find(export, path).append(deepcopy(item))

    return change


def _find(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document
