"""Rules documents that are not as published rules must be: they fail wherever something refers to them."""

from typing import Any

import pytest

from tests.support.exports import CARDS, WHEEL, first_failed
from tests.support.honest_house import Document, House, prize, slot


def table(*slots: Document) -> Document:
    return {"tables": [{"id": 0, "slots": list(slots)}], "guarantee": None}


def prizes(changed: Document) -> Document:
    return {"prizes": [changed, *WHEEL["prizes"][1:]]}


def guarantee(class_: Any, misses: Any, number: Any) -> Document:
    return {"guarantee": {"class": class_, "misses": misses, "table": number}}


WHEELS = {
    "a table without slots": table(),
    "a weight of nothing": table(slot("s1", 0, "none")),
    "weights of 2^32": table(slot("s1", 2**31, "none"), slot("s2", 2**31, "prz_t")),
    "a slot twice": table(slot("s1", 1, "none"), slot("s1", 1, "prz_t")),
    "a prize of the chain is not there": table(slot("s1", 1, "none", "prz_x")),
    "no table 0": {"tables": [{"id": 1, "slots": [slot("s1", 1, "none")]}]},
    "a table twice": {"tables": [*WHEEL["tables"], WHEEL["tables"][1]]},
    "a guarantee by no table": guarantee(1, 2, 7),
    "a guarantee that does not hold": guarantee(2, 2, 1),
    "a guarantee after no miss": guarantee(1, 0, 1),
    "a prize twice": {"prizes": [*WHEEL["prizes"], WHEEL["prizes"][0]]},
    "a prize called none": {"prizes": [*WHEEL["prizes"], prize("none")]},
    "points without end": prizes(prize("prz_a", units=None)),
    "another kind": prizes(prize("prz_a", "cash")),
    "a class of nothing": prizes(prize("prz_a") | {"class": 0}),
    "a deck beside the odds": {"deck": CARDS["deck"]},
    "no deck in a deck game": {"alg": "deck/1"},
    "another algorithm": {"alg": "draw/2"},
    "another end": {"when_out": "renormalise"},
    "a time without milliseconds": {"opens_at": "2026-12-01T02:00:00Z"},
    "a number that is none": {"turns": {"free_per_day": True}},
    "an unknown key": {"segment": "gold"},
}
DECKS = {
    "units that are not the count": {"prizes": [prize("prz_gold", "goods", 2), prize("prz_cup", "goods", 4)]},
    "a prize that the deck has not": {"prizes": [*CARDS["prizes"], prize("prz_x", "goods", 0)]},
    "a limit per member": {"prizes": [prize("prz_gold", "goods", 1, per_member=1), prize("prz_cup", "goods", 4)]},
    "counts that do not add up": {"deck": CARDS["deck"] | {"n": 18}},
    "a count twice": {"deck": CARDS["deck"] | {"counts": [["prz_gold", 1], ["prz_cup", 4], ["none", 6], ["none", 6]]}},
    "too many cards": {"deck": CARDS["deck"] | {"n": 1_000_001, "counts": [["none", 1_000_001]]}, "prizes": []},
    "a guarantee": guarantee(1, 2, 0),
    "a table": table(slot("s1", 1, "none")),
}


@pytest.mark.parametrize(
    "document",
    [WHEEL | bad for bad in WHEELS.values()] + [CARDS | bad for bad in DECKS.values()],
    ids=[*WHEELS, *(f"deck: {name}" for name in DECKS)],
)
def test_rules_that_are_not_as_published_rules_fail(document: Document) -> None:
    house = House()
    house.publish(document)
    assert first_failed(house.export(closed=False))[1] == "format"
    epoch = house.open("mem_alice", document["game"])
    assert first_failed(house.export(closed=False)) == (epoch, "format")


@pytest.mark.parametrize("bad", [1.5, float("nan"), 2**53, "\ud800", {"\u00e9": 1}], ids=repr)
def test_rules_without_a_canonical_form_have_no_hash_that_anything_could_refer_to(bad: object) -> None:
    export = House().export(closed=False)
    export["rules"].append(WHEEL | {"texts_hash": bad})
    assert first_failed(export) == ("rules[0]", "format")


FULL = WHEEL | table(slot("s1", 2**31, "none"), slot("s2", 2**31 - 1, "prz_t"))


@pytest.mark.parametrize("document", [WHEEL, CARDS, FULL], ids=["wheel", "deck", "weights of 2^32 - 1"])
def test_the_rules_that_these_were_made_from_are_sound(document: Document) -> None:
    house = House()
    house.publish(document)
    with pytest.raises(AssertionError):
        first_failed(house.export(closed=False))
