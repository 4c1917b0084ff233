"""An operator who holds the signing key and every seed, and signs whatever they like: each lie is caught and named.

The bundle is a real one, of a campaign that was played and ended; each test tells one lie in it and signs it all again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from engage import campaigns
from engage.fairness import verifier as v
from engage.fairness.keys import SigningKey
from engage.fairness.verifier import verify_export
from games.exports import bundle
from tests.support.bureau import AFTER, CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.honest_house import Document, seal_again
from tests.support.sample_campaign import changed

TEXT = changed(
    "units: 5000",
    "units: 6",
    changed("per_day: 3\n", "per_day: 500\n", changed("per_campaign: 60", "per_campaign: 500", PLAYABLE)),
)
"""The sample with so few points that most plays of the wheel have to pass them over."""
WHEEL_PLAYS, BUYERS = 80, 6
DECK_CARDS = 100


@dataclass(frozen=True)
class Truth:
    """The honest bundle, and the key that signs lies as well."""

    bundle: Document
    key: SigningKey

    def lie(self, tell: Callable[[Lie], str]) -> tuple[str, str | None, str]:
        """Tell a lie and sign everything again: what the verifier says first, and the play that it is about."""
        lie = Lie(deepcopy(self.bundle))
        play = tell(lie)
        seal_again(lie.bundle, self.key)
        report = verify_export(lie.bundle)
        assert report.failed, "the lie was believed"
        return report.failed[0].subject, report.failed[0].step, play


@dataclass(frozen=True)
class Lie:
    """A bundle in which a lie is being told."""

    bundle: Document

    def receipts(self, game: str) -> list[Document]:
        """A game's receipts in their order."""
        return [one for one in self.bundle["receipts"] if one["game"] == game]

    def rules(self, game: str) -> Document:
        """A game's rules document."""
        document: Document = next(one for one in self.bundle["rules"] if one["game"] == game)
        return document

    def draw(self, receipt: Document, table: int) -> None:
        """Draw a play of the wheel by another table, with the true seeds, as the rules would for that table."""
        epoch = next(one for one in self.bundle["epochs"] if one["answer"]["epoch"] == receipt["epoch"])
        slots = next(one["slots"] for one in self.rules(WHEEL)["tables"] if one["id"] == table)
        seeds = bytes.fromhex(epoch["server_seed"]), bytes.fromhex(receipt["rules_hash"])
        total = sum(slot["weight"] for slot in slots)
        client = bytes.fromhex(receipt["client_seed"])
        ticket = v.draw_ticket(*seeds, receipt["epoch"], client, receipt["nonce"], total)
        left = ticket
        for slot in slots:
            if left < slot["weight"]:
                break
            left -= slot["weight"]
        receipt |= {"table": table, "ticket": ticket, "slot": slot["slot"], "passed": [], "prize": slot["prize"]}


@pytest.fixture(scope="module")
def truth(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    """A season of the sample campaign, ended: its bundle proves every play."""
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("truth") / "engage.db")
    bureau = Bureau(f"sqlite:///{path}")
    bureau.publish_campaign(TEXT)
    alice = bureau.adult("alice", WHEEL, WHEEL_PLAYS)
    for _ in range(WHEEL_PLAYS):
        alice.play()
    for number in range(BUYERS):
        buyer = bureau.adult(f"buyer{number}", CARDS, 2)
        buyer.play()
        buyer.play()
    bureau.go_to(AFTER)
    campaigns.end(bureau.office, CAMPAIGN, "Carol")
    with bureau.services.reader.connect() as connection:
        document = orjson.loads(b"".join(bundle(connection, bureau.services, CAMPAIGN)))
    yield Truth(document, bureau.services.keyring.current)
    bureau.prove()
    bureau.close()


def test_the_truth_signed_again_is_still_proven(truth: Truth) -> None:
    again = deepcopy(truth.bundle)
    seal_again(again, truth.key)
    for document in (truth.bundle, again):
        assert verify_export(document).counts == {"proven": WHEEL_PLAYS + 2 * BUYERS}


def test_a_swapped_prize_is_named_by_its_outcome(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = next(one for one in lie.receipts(WHEEL) if one["prize"] == "prz_few")
        receipt["prize"] = "none"
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "outcome")


def test_a_hidden_substitution_is_named_by_its_outcome(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = substituted(lie)
        receipt["passed"] = []
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "outcome")


def test_a_substitution_hidden_behind_another_slot_is_named_by_its_outcome(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = substituted(lie)
        receipt |= {"slot": "s3", "passed": []}
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "outcome")


def test_a_substitution_hidden_behind_another_ticket_is_named_by_its_ticket(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = substituted(lie)
        receipt |= {"ticket": 99, "slot": "s3", "passed": []}
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "ticket")


def substituted(lie: Lie) -> Document:
    """A play of the first table that got nothing because the points were out."""
    out = [{"prize": "prz_few", "why": "out"}]
    return next(one for one in lie.receipts(WHEEL) if one["slot"] == "s2" and one["passed"] == out)


def test_a_prize_said_to_be_out_while_units_were_left_is_named_by_the_stock(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = next(one for one in lie.receipts(WHEEL) if one["slot"] == "s2" and one["prize"] == "prz_few")
        receipt |= {"passed": [{"prize": "prz_few", "why": "out"}], "prize": "none"}
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "stock")


def test_a_guarantee_that_was_withheld_is_named_by_its_table(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = guaranteed(lie)
        lie.draw(receipt, table=0)
        receipt["guarantee"] = {"before": 9, "after": 0 if receipt["prize"] == "prz_meal" else 10}
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "table")


def test_a_guarantee_whose_counter_was_turned_back_is_named_by_the_sequence(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        receipt = guaranteed(lie)
        lie.draw(receipt, table=0)
        receipt["guarantee"] = {"before": 0, "after": 1}
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "sequence")


def guaranteed(lie: Lie) -> Document:
    """A play that came after nine misses in a row."""
    return next(one for one in lie.receipts(WHEEL) if one["guarantee"]["before"] == 9 and one["table"] == 1)


def test_nonces_in_another_order_are_named_by_the_sequence(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        first, second = lie.receipts(WHEEL)[3:5]
        first["nonce"], second["nonce"] = second["nonce"], first["nonce"]
        return str(first["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "sequence")


def test_results_that_changed_places_are_named_by_their_ticket(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        first, second = different(lie)
        for name in ("ticket", "slot", "passed", "prize"):
            first[name], second[name] = second[name], first[name]
        return str(first["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "ticket")


def different(lie: Lie) -> tuple[Document, Document]:
    """Two plays in a row by the first table that both won nothing, so that no counter tells them apart."""
    receipts = lie.receipts(WHEEL)
    return next(
        (one, other)
        for one, other in pairwise(receipts)
        if (one["table"], other["table"], one["prize"], other["prize"]) == (0, 0, "none", "none")
        and one["ticket"] != other["ticket"]
    )


def test_deck_sales_in_another_order_are_named_by_the_deck(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        sales = lie.bundle["decks"][0]["sales"]
        sales[2], sales[3] = sales[3], sales[2]
        return str(lie.receipts(CARDS)[2]["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "deck")


def test_another_card_than_the_next_unsold_one_is_named_by_the_deck(truth: Truth) -> None:
    def tell(lie: Lie) -> str:
        deck, receipt = lie.bundle["decks"][0], lie.receipts(CARDS)[-1]
        serial = next(i for i in range(DECK_CARDS) if i not in {sold for _, sold in deck["sales"]})
        deck["sales"][-1] = [receipt["deck"]["start"], serial]
        receipt |= card(lie.rules(CARDS)["deck"], bytes.fromhex(deck["seed"]), serial, receipt["deck"]["start"])
        return str(receipt["play"])

    subject, step, play = truth.lie(tell)
    assert (subject, step) == (play, "deck")


def card(deck: Document, seed: bytes, serial: int, start: int) -> dict[str, Any]:
    """What a receipt says of any card of the deck, proven by its true path."""
    key = v.deck_key(v.deck_rules_hash(deck["id"], deck["counts"], deck["n"]), seed)
    order = v.deck_order(key, deck["id"], [(prize, k) for prize, k in deck["counts"]])
    salts = [v.card_salt(key, i) for i in range(deck["n"])]
    leaves = [v.card_leaf(deck["id"], i, prize, salts[i]) for i, prize in enumerate(order)]
    path = [node.hex() for node in v.audit_path(leaves, serial)]
    return {
        "ticket": serial,
        "prize": order[serial],
        "deck": {"start": start, "salt": salts[serial].hex(), "path": path},
    }
