"""Any game that is played by the rules is proven, and whoever changes a claim and signs it again is caught."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.fairness import verifier as v
from tests.support.exports import CARDS, DECK_SEED
from tests.support.honest_house import Document, House, prize, rules, seal_again, slot

MEMBERS = ["mem_alice", "mem_bob", "mem_卡罗尔"]
PRIZES = ["prz_a", "prz_b"]


@st.composite
def wheels(draw: st.DrawFn) -> Document:
    """A wheel whose prizes run out soon, perhaps with limits and a guarantee."""
    kinds = st.sampled_from(["points", "voucher", "goods"])
    limits = st.none() | st.integers(1, 2)
    prizes = [prize(id_, draw(kinds), draw(st.integers(1, 4)), per_member=draw(limits)) for id_ in PRIZES]
    chains = st.lists(st.sampled_from(PRIZES), unique=True, max_size=2)
    ends = st.sampled_from(["none", "prz_t"])
    slots = [slot(f"s{i}", draw(st.integers(1, 9)), *draw(chains), draw(ends)) for i in range(draw(st.integers(1, 3)))]
    misses = draw(st.none() | st.integers(1, 3))
    guarantee = None if misses is None else {"class": 1, "misses": misses, "table": 1}
    guaranteed = [slot("s0", 1, *draw(chains), "prz_t")]
    return rules("gam_转盘", [*prizes, prize("prz_t", "turns", None)], slots, guaranteed, guarantee=guarantee)


@st.composite
def houses(draw: st.DrawFn) -> House:
    """Members who play a wheel in two revisions, and a deck, in any order, in commits of any size."""
    house, wheel = House(seed=draw(st.binary(max_size=4))), draw(wheels())
    house.publish(wheel)
    house.publish(CARDS, DECK_SEED)
    epochs: dict[tuple[str, str], str] = {}
    happenings = st.sampled_from(["wheel", "wheel", "wheel", "card", "new page", "revision", "commit"])
    for happening, member in draw(st.lists(st.tuples(happenings, st.sampled_from(MEMBERS)), max_size=25)):
        game = "gam_cards" if happening == "card" else wheel["game"]
        if happening == "commit":
            house.commit()
        elif happening == "revision" and wheel["revision"] == 1:
            wheel = wheel | {"revision": 2}
            house.publish(wheel)
            epochs = {}
        elif happening == "new page" or (member, game) not in epochs:
            epochs[member, game] = house.open(member, game)
        else:
            house.play(epochs[member, game])
    house.commit()
    return house


@settings(max_examples=60)
@given(houses(), st.sampled_from(MEMBERS))
def test_an_honest_house_is_always_proven(house: House, member: str) -> None:
    whole = house.export()
    assert v.verify_export(whole).counts.keys() <= {"proven"}
    hidden = v.verify_export(house.export(closed=False, revealed=False))
    assert hidden.counts.keys() <= {"card proven", "not yet revealed"}
    report = v.verify_export(house.export(member=member), whole)
    assert report.counts.keys() <= {"proven"}
    assert report.not_covered == []


def other_values(export: Document, receipt: Document, name: str) -> list[Any]:
    """What a dishonest house might claim instead."""
    value = receipt[name]
    others = [one[name] for one in export["receipts"] if one[name] != value]
    near = [value + 1, value - 1] if type(value) is int else []
    return [*others, *near, 1 if value is None else None]


@settings(max_examples=100)
@given(houses().filter(lambda house: house.receipts), st.data())
def test_a_house_that_changes_one_claim_is_always_caught(house: House, data: st.DataObject) -> None:
    """Times can be moved a little, and a play renamed, before anything of it is signed; nothing else can."""
    export = house.export()
    receipt = data.draw(st.sampled_from(export["receipts"]))
    name = data.draw(st.sampled_from(sorted(receipt.keys() - {"seal", "prev", "play", "played_at"})))
    receipt[name] = data.draw(st.sampled_from(other_values(export, receipt, name)))
    seal_again(export, house.key)
    assert v.verify_export(export).failed


@pytest.mark.timeout(30)
def test_thousands_of_receipts_take_seconds() -> None:
    house = House()
    house.publish(rules("gam_1", [prize("prz_t", "turns", None)], [slot("s1", 1, "prz_t"), slot("s2", 3, "none")]))
    epochs = [house.open(f"mem_{i}", "gam_1") for i in range(50)]
    for i in range(3000):
        house.play(epochs[i % 50])
        if i % 2:
            house.commit()
    assert v.verify_export(house.export()).counts == {"proven": 3000}
