"""The published vectors: every draw, hash, signature and verdict in them, and where each tampered export fails."""

from copy import deepcopy
from typing import Any

import pytest

from engage.fairness import verifier as v
from engage.fairness.keys import SigningKey
from tests.support.honest_house import SETS, Document, rules_hash

TAMPERED = [
    pytest.param(one["export"], case, id=f"{one['name']}: {case['name']}") for one in SETS for case in one["tampered"]
]
each_set = pytest.mark.parametrize("world", SETS, ids=lambda world: world["name"])


def changed(export: Document, changes: list[tuple[list[Any], Any]]) -> Document:
    """A copy of an export with new values at some places."""
    copy = deepcopy(export)
    for path, value in changes:
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = deepcopy(value)
    return copy


def before_the_close(export: Document) -> Document:
    """The export as it was while the game went on: no seed is shown."""
    hidden = [epoch | {"server_seed": None} for epoch in export["epochs"]]
    return export | {"decks": [], "closes": [], "epochs": hidden}


def of_member(export: Document, member: str) -> Document:
    """What one member has of an export."""
    return export | {
        "closes": [],
        "epochs": [epoch for epoch in export["epochs"] if epoch["answer"]["member"] == member],
        "receipts": [receipt for receipt in export["receipts"] if receipt["member"] == member],
    }


@each_set
def test_the_rules_have_their_hashes(world: Document) -> None:
    assert [rules_hash(document) for document in world["export"]["rules"]] == world["rules_hash"]


@each_set
def test_the_pointer_rests_where_the_seeds_say(world: Document) -> None:
    seeds = {epoch["answer"]["epoch"]: bytes.fromhex(epoch["server_seed"]) for epoch in world["export"]["epochs"]}
    looks = {
        receipt["play"]: v.look_ppm(
            seeds[receipt["epoch"]],
            bytes.fromhex(receipt["rules_hash"]),
            receipt["epoch"],
            bytes.fromhex(receipt["client_seed"]),
            receipt["nonce"],
        )
        for receipt in world["export"]["receipts"]
    }
    assert looks == dict(world["looks"])


@each_set
def test_the_deck_is_shuffled_as_published(world: Document) -> None:
    deck = next(rules["deck"] for rules in world["export"]["rules"] if rules["deck"])
    seed = bytes.fromhex(world["export"]["decks"][0]["seed"])
    digest = v.deck_rules_hash(deck["id"], deck["counts"], deck["n"])
    key = v.deck_key(digest, seed)
    order = v.deck_order(key, deck["id"], deck["counts"])
    leaves = [v.card_leaf(deck["id"], i, prize, v.card_salt(key, i)) for i, prize in enumerate(order)]
    assert (digest.hex(), order) == (world["deck"]["rules_hash"], world["deck"]["order"])
    assert v.deck_commitment(deck["id"], digest, seed).hex() == deck["seed_commitment"]
    assert v.tree_head(leaves).hex() == deck["root"]


@each_set
def test_every_seal_can_be_signed_again_to_the_byte(world: Document) -> None:
    key = SigningKey(bytes.fromhex(world["signing_key"]))
    for receipt in world["export"]["receipts"]:
        seal = receipt["seal"]
        leaf = v.receipt_leaf({name: value for name, value in receipt.items() if name != "seal"})
        root = v.path_head(leaf, seal["index"], seal["size"], [bytes.fromhex(node) for node in seal["path"]])
        assert root is not None
        assert key.sign("engage receipts", seal["size"].to_bytes(4, "big") + root) == seal["signature"]


@each_set
def test_the_whole_export_is_proven(world: Document) -> None:
    report = v.verify_export(world["export"])
    assert (report.counts, report.failed) == ({"proven": world["verdicts"]["proven"]}, [])
    assert report.receipts == world["verdicts"]["proven"]


@each_set
def test_before_the_close_nothing_more_is_claimed_than_is_proven(world: Document) -> None:
    report = v.verify_export(before_the_close(world["export"]))
    assert (report.counts, report.failed) == (world["verdicts"]["before_the_close"], [])


@each_set
def test_one_member_s_part_is_proven_and_stands_in_the_bundle(world: Document) -> None:
    wanted, export = world["verdicts"]["one_member"], world["export"]
    bundle = export if export["closes"] else None
    report = v.verify_export(of_member(export, wanted["member"]), bundle)
    assert (report.counts, report.failed, report.not_covered) == ({"proven": wanted["proven"]}, [], [])


@each_set
def test_the_true_key_can_be_pinned_and_no_other_signs_for_it(world: Document) -> None:
    key = SigningKey(bytes.fromhex(world["signing_key"]))
    pinned = v.verify_export(world["export"], key=key.fingerprint)
    assert (pinned.failed, pinned.fingerprints, pinned.is_pinned) == ([], [key.fingerprint], True)
    other = v.verify_export(world["export"], key=SigningKey(bytes(32)).fingerprint)
    assert {result.step for result in other.failed} == {"signature"}
    assert other.counts["FAILED"] >= world["verdicts"]["proven"]


@pytest.mark.parametrize(("export", "case"), TAMPERED)
def test_a_tampered_export_fails_where_it_was_tampered_with(export: Document, case: Document) -> None:
    first = v.verify_export(changed(export, case["changes"])).failed[0]
    assert (first.subject, first.step) == (case["at"], case["step"]), first
    assert first.detail
