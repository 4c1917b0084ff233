"""What the published vectors leave open: each further way to cheat, and the step by which it is named."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from engage.fairness import verifier as v
from engage.fairness.keys import SigningKey
from tests.support.exports import CARDS, DECK_SEED, WHEEL, Change, add, drop, first_failed, played, put
from tests.support.honest_house import CLOSES, OPENS, Document, House, deck_rules, instant, prize, seal_again

HOUSE = played(House())
WHOLE = HOUSE.export()
OPEN_GAME = HOUSE.export(closed=False)
HIDDEN = HOUSE.export(closed=False, revealed=False)
BOB = HOUSE.export(member="mem_bob")

DRAW, CARD = "pla_gam_wheel_1", "pla_gam_cards_1"
DRAW_AT, CARD_AT = ([one["play"] for one in WHOLE["receipts"]].index(play) for play in (DRAW, CARD))
SALES = WHOLE["decks"][0]["sales"]
UNSOLD = next(serial for serial in range(17) if serial not in {sold for _, sold in SALES})


def case(name: str, change: Change, *first: str, of: Document = OPEN_GAME, sealed_again: bool = False) -> Any:
    """A row of the table below: a change, and the subject and the step that it makes fail first."""
    return pytest.param(of, change, sealed_again, first, id=name)


def in_draw(*path: Any, to: Any) -> Change:
    return put("receipts", DRAW_AT, *path, to=to)


def in_card(*path: Any, to: Any) -> Change:
    return put("receipts", CARD_AT, *path, to=to)


CASES = [
    # the file as a whole
    case("another format", put("format", to="engage-export/2"), "export", "format"),
    case("an unknown part", put("notes", to=[]), "export", "format"),
    case("no receipts", drop("receipts"), "export", "format"),
    case("a list that is none", put("decks", to={}), "export", "format"),
    case("an impossible day", put("exported_at", to="2026-02-30T00:00:00.000Z"), "export", "format"),
    case("a key that is too short", put("keys", "keys", 0, "x", to="AAAA"), "export", "format"),
    case("a key that is no object", put("keys", "keys", to=[7]), "export", "format"),
    case("no key at all", put("keys", to={"keys": []}), DRAW, "signature"),
    case("a key that is no point", put("keys", "keys", 0, "x", to="Ag" + "A" * 41), DRAW, "signature"),
    case("a key in another spelling", put("keys", "keys", 0, "x", to="A" * 42 + "B"), DRAW, "signature"),
    # receipts
    case("exported before the play", put("exported_at", to=WHOLE["epochs"][0]["answer"]["opened_at"]), DRAW, "format"),
    case("exported before the epoch", put("exported_at", to=instant(OPENS)), DRAW, "format"),
    case("a receipt twice", add("receipts", item=WHOLE["receipts"][CARD_AT]), CARD, "format"),
    case("a receipt that is none", put("receipts", 0, to=7), "receipts[0]", "format"),
    case("true for one", in_draw("v", to=True), DRAW, "format"),
    case("a number that is too great", in_draw("game_seq", to=2**53), DRAW, "format"),
    case("an id of nothing", in_draw("member", to=""), DRAW, "format", sealed_again=True),
    case("an id that is not Unicode", in_draw("member", to="\ud800"), DRAW, "format"),
    case("a ticket beyond the weights", in_draw("ticket", to=10), DRAW, "format", sealed_again=True),
    case("another revision", in_draw("revision", to=2), DRAW, "format", sealed_again=True),
    case("a table that is not there", in_draw("table", to=9), DRAW, "format", sealed_again=True),
    case("a prize that is not there", in_draw("prize", to="prz_x"), DRAW, "format", sealed_again=True),
    case("no count of misses", in_draw("guarantee", to=None), DRAW, "format", sealed_again=True),
    case("a card in a draw", in_draw("deck", to=WHOLE["receipts"][CARD_AT]["deck"]), DRAW, "format", sealed_again=True),
    case("a card from a table", in_card("table", to=0), CARD, "format", sealed_again=True),
    case("a card without a deck", in_card("deck", to=None), CARD, "format", sealed_again=True),
    case("a serial beyond the deck", in_card("ticket", to=17), CARD, "format", sealed_again=True),
    case("a start beyond the deck", in_card("deck", "start", to=17), CARD, "format", sealed_again=True),
    case("a card that the deck has not", in_card("prize", to="prz_x"), CARD, "format", sealed_again=True),
    case("a signature that is none", in_draw("seal", "signature", to="A" * 85), DRAW, "format"),
    case("a signature in another spelling", in_draw("seal", "signature", to="A" * 85 + "B"), DRAW, "signature"),
    case("an index beyond the commit", in_draw("seal", "index", to=9), DRAW, "signature"),
    case("another member's epoch", in_draw("epoch", to="epo_1"), DRAW, "commitment", sealed_again=True),
    # epochs
    case("an epoch twice", add("epochs", item=WHOLE["epochs"][0]), DRAW, "format"),
    case("an epoch that is none", put("epochs", 0, to=None), "epochs[0]", "format"),
    case("no epoch", drop("epochs", 0), DRAW, "format"),
    case("a played epoch without client_seed", put("epochs", 0, "client_seed", to=None), DRAW, "format"),
    # decks
    case("a deck that is none", put("decks", 0, "seed", to=None), CARD, "format"),
    case("a sale from nowhere", put("decks", 0, "sales", 0, 0, to=None), CARD, "format"),
    case("a sale of nothing", put("decks", 0, "sales", 0, 1, to=None), CARD, "format"),
    case("a sale of two cards", put("decks", 0, "sales", 0, to=[*SALES[0], 3]), CARD, "format"),
    case("a sale that is a text", put("decks", 0, "sales", 0, to="12"), CARD, "format"),
    case("a deck twice", add("decks", item=WHOLE["decks"][0]), CARD, "format"),
    case("a deck twice, once broken", add("decks", item={"id": "dck_1", "sales": []}), CARD, "format"),
    case("a deck of no game", put("decks", to=[{"id": "dck_x", "seed": "00" * 32, "sales": []}]), "dck_x", "format"),
    case("a card that was not sold here", put("decks", 0, "sales", 0, to=[UNSOLD, UNSOLD]), CARD, "deck"),
    case("a sale that is missing", drop("decks", 0, "sales", -1), f"pla_gam_cards_{len(SALES)}", "deck"),
    case("a wrong sale after all plays", add("decks", 0, "sales", item=[17, 0]), "dck_1", "deck"),
    case("a deck withheld past the close", put("decks", to=[]), CARD, "overdue", of=WHOLE),
    case("seeds withheld", put("exported_at", to="2027-01-08T00:00:00.000Z"), DRAW, "overdue", of=HIDDEN),
    # rules
    case("rules that nothing refers to", add("rules", item={"alg": "draw/1"}), "rules[2]", "format"),
    # closes
    case("a close that is none", put("closes", 1, "plays", to=-1), "gam_cards", "format", of=WHOLE),
    case("a close twice", add("closes", item=WHOLE["closes"][0]), "gam_wheel", "format", of=WHOLE),
    case(
        "a close later than the export",
        put("closes", 0, "ended_at", to=instant(CLOSES)),
        "gam_wheel",
        "format",
        of=WHOLE,
    ),
    case("a close of another play", put("closes", 0, "head", to="00" * 32), "gam_wheel", "signature", of=WHOLE),
    case(
        "played later than the end",
        put("closes", 0, "ended_at", to=instant(OPENS)),
        "gam_wheel",
        "sequence",
        of=WHOLE,
        sealed_again=True,
    ),
    case(
        "an epoch not counted", put("closes", 1, "epochs", to=3), "gam_cards", "sequence", of=WHOLE, sealed_again=True
    ),
]


@pytest.mark.parametrize(("export", "change", "sealed_again", "first"), CASES)
def test_what_is_wrong_is_named(export: Document, change: Change, sealed_again: Any, first: tuple[str, str]) -> None:
    copy = deepcopy(export)
    change(copy)
    if sealed_again:
        seal_again(copy, HOUSE.key)
    assert first_failed(copy) == first


def test_a_client_seed_must_be_what_was_committed_to() -> None:
    document = deepcopy(OPEN_GAME)
    document["epochs"][0]["client_seed"] = "11" * 32
    for receipt in document["receipts"]:
        if receipt["epoch"] == document["epochs"][0]["answer"]["epoch"]:
            receipt["client_seed"] = "11" * 32
    seal_again(document, HOUSE.key)
    assert first_failed(document) == (DRAW, "commitment")


def test_keys_of_other_kinds_are_passed_over() -> None:
    document = deepcopy(WHOLE)
    document["keys"]["keys"].insert(0, {"kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "sig"})
    assert not v.verify_export(document).failed


def test_the_unchanged_exports_are_proven() -> None:
    assert v.verify_export(WHOLE).counts == {"proven": 12}
    assert v.verify_export(OPEN_GAME).counts == {"proven": 12}
    assert v.verify_export(HIDDEN).counts == {"card proven": 6, "not yet revealed": 6}
    assert v.verify_export(BOB, WHOLE).counts == {"proven": 6}


# ---- time


@pytest.mark.parametrize(("late", "steps"), [(0, []), (1, ["sequence"])])
def test_an_epoch_lasts_30_days_and_not_a_millisecond_longer(late: int, steps: list[str]) -> None:
    house = House()
    house.publish(WHEEL)
    epoch = house.open("mem_alice", "gam_wheel")
    house.now += timedelta(days=30, seconds=-1, milliseconds=late)
    house.play(epoch)
    house.commit()
    assert [result.step for result in v.verify_export(house.export()).failed] == steps


def test_a_play_may_come_in_the_millisecond_in_which_its_epoch_opened() -> None:
    house = House()
    house.publish(WHEEL)
    epoch = house.open("mem_alice", "gam_wheel")
    house.now -= timedelta(seconds=1)
    house.play(epoch)
    house.commit()
    assert v.verify_export(house.export()).counts == {"proven": 1}


def test_a_game_opens_and_closes_to_the_millisecond() -> None:
    for moment, steps in ((CLOSES, ["sequence"]), (CLOSES - timedelta(milliseconds=1), [])):
        house = House(now=moment - timedelta(seconds=2))
        house.publish(WHEEL | {"opens_at": instant(moment - timedelta(seconds=1))})
        house.play(house.open("mem_alice", "gam_wheel"))
        house.commit()
        assert [result.step for result in v.verify_export(house.export()).failed] == steps


def test_nothing_happens_before_the_game_opens() -> None:
    house = House(now=OPENS - timedelta(seconds=1, milliseconds=500))
    house.publish(WHEEL)
    epoch = house.open("mem_alice", "gam_wheel")
    assert first_failed(house.export()) == (epoch, "sequence")
    house.now += timedelta(seconds=5)
    house.play(epoch)
    house.commit()
    assert first_failed(house.export()) == (DRAW, "sequence")


def test_seeds_are_shown_within_seven_days_after_the_closing_time() -> None:
    house = House()
    house.publish(WHEEL)
    epoch = house.open("mem_alice", "gam_wheel")
    document = house.export(closed=False, revealed=False)
    document["exported_at"] = instant(CLOSES + timedelta(days=7))
    assert not v.verify_export(document).failed
    document["exported_at"] = instant(CLOSES + timedelta(days=7, milliseconds=1))
    assert first_failed(document) == (epoch, "overdue")


def test_rules_that_no_play_refers_to_put_nothing_off() -> None:
    document = deepcopy(HIDDEN)
    document["rules"].append(WHEEL | {"revision": 2, "closes_at": "2099-01-01T00:00:00.000Z"})
    document["exported_at"] = "2027-01-08T00:00:00.000Z"
    assert first_failed(document) == (DRAW, "overdue")


# ---- rules and decks


def test_a_deck_is_for_life() -> None:
    house = played(House())
    house.publish(deck_rules("gam_cards", "dck_1", CARDS["deck"]["counts"], bytes(32)) | {"revision": 2})
    assert first_failed(house.export(closed=False)) == (CARD, "format")


def test_an_epoch_without_a_play_knows_its_rules_by_their_hash_only() -> None:
    house = played(House())
    epoch = house.open("mem_carol", "gam_wheel")
    document = house.export(closed=False)
    document["rules"].append(WHEEL | {"texts_hash": "11" * 32})
    report = v.verify_export(document)
    assert epoch not in {result.subject for result in report.results}
    assert report.failed[0][:3] == (DRAW, "FAILED", "format")
    assert report.failed[-1][:3] == ("gam_wheel revision 1", "FAILED", "format")


def test_an_export_is_not_older_than_an_epoch_without_a_play() -> None:
    house = House()
    house.publish(WHEEL)
    epoch = house.open("mem_alice", "gam_wheel")
    assert first_failed(house.export(closed=False) | {"exported_at": instant(OPENS)}) == (epoch, "format")


def test_after_a_failure_the_check_goes_on_with_what_was_claimed() -> None:
    document = deepcopy(WHOLE)
    document["receipts"][DRAW_AT]["note"] = "hello"
    seal_again(document, HOUSE.key)
    assert [result.subject for result in v.verify_export(document).failed] == [DRAW]


def test_a_deck_without_a_play_is_checked_at_itself() -> None:
    house = House()
    house.publish(CARDS, DECK_SEED)
    document = house.export()
    assert not v.verify_export(document).failed
    assert first_failed(document | {"decks": []}) == ("gam_cards", "overdue")
    assert first_failed(document | {"decks": document["decks"] * 2}) == ("dck_1", "format")
    assert first_failed(document | {"decks": [document["decks"][0] | {"sales": None}]}) == ("dck_1", "format")
    assert first_failed(document | {"decks": [document["decks"][0] | {"seed": "00" * 32}]}) == ("dck_1", "deck")


@pytest.mark.parametrize("name", ["root", "seed_commitment"])
def test_a_deck_that_was_made_up_is_found_out_at_the_reveal(name: str) -> None:
    house = House()
    house.publish(CARDS | {"deck": CARDS["deck"] | {name: "00" * 32}}, DECK_SEED)
    assert first_failed(house.export()) == ("dck_1", "deck")


def test_a_game_may_end_with_its_last_play() -> None:
    document = deepcopy(WHOLE)
    last = max(receipt["played_at"] for receipt in document["receipts"] if receipt["game"] == "gam_wheel")
    document["closes"][0]["ended_at"] = last
    seal_again(document, HOUSE.key)
    assert not v.verify_export(document).failed


def test_a_close_names_the_last_receipt() -> None:
    document = deepcopy(WHOLE)
    close = document["closes"][0] | {"head": "00" * 32}
    unsigned = {name: value for name, value in close.items() if name != "signature"}
    document["closes"][0] = unsigned | {"signature": HOUSE.key.sign("engage close", v.canonical(unsigned))}
    assert first_failed(document) == ("gam_wheel", "sequence")


# ---- the bundle


def test_a_receipt_that_the_bundle_does_not_have_is_named() -> None:
    bundle = played(House(), plays=8).export()
    assert first_failed(BOB, bundle) == (BOB["receipts"][-2]["play"], "bundle")


def test_an_epoch_that_the_bundle_does_not_have_is_named() -> None:
    house = played(House())
    bundle = house.export()
    epoch = house.open("mem_bob", "gam_wheel")
    assert first_failed(house.export(member="mem_bob"), bundle) == (epoch, "bundle")


def test_rules_that_the_bundle_does_not_have_are_named() -> None:
    house = House(seed=HOUSE.seed)
    house.publish(WHEEL)
    bundle = house.export()
    house.publish(WHEEL | {"revision": 2})
    epoch = house.open("mem_bob", "gam_wheel")
    assert first_failed(house.export(member="mem_bob"), bundle) == (epoch, "bundle")


def test_a_game_that_the_bundle_does_not_close_is_not_covered() -> None:
    report = v.verify_export(BOB, WHOLE | {"closes": WHOLE["closes"][:1]})
    assert (report.failed, report.not_covered) == ([], ["gam_cards"])


def test_a_doubled_receipt_is_one_failure() -> None:
    receipts = WHOLE["receipts"]
    doubled = WHOLE | {"receipts": [*receipts[:3], receipts[0], *receipts[3:]]}
    assert [str(one) for one in v.verify_export(doubled).failed] == [
        f"FAILED {receipts[0]['play']}, step format: there are two receipts of this play."
    ]


def test_a_bundle_must_check_out_itself() -> None:
    broken = deepcopy(WHOLE)
    broken["receipts"][0]["play"] = "pla_another"
    assert first_failed(BOB, broken) == ("bundle", "bundle")


def test_a_bundle_must_be_signed_by_the_same_key() -> None:
    stranger, key = deepcopy(WHOLE), SigningKey(bytes(32))
    seal_again(stranger, key)
    stranger["keys"]["keys"] = [key.jwk()]
    assert not v.verify_export(stranger).failed
    assert first_failed(BOB, stranger) == ("bundle", "bundle")


def test_old_and_new_keys_may_both_have_signed() -> None:
    document, new = deepcopy(WHOLE), SigningKey(bytes(32))
    seal_again(document, new)
    document["epochs"] = deepcopy(WHOLE["epochs"])
    document["keys"]["keys"].append(new.jwk())
    report = v.verify_export(document)
    assert (report.failed, report.fingerprints) == ([], [HOUSE.key.fingerprint, new.fingerprint])
    assert {result.step for result in v.verify_export(document, key=new.fingerprint).failed} == {"signature"}


# ---- what is out, and what is left out


def test_a_limit_may_have_been_reached_in_receipts_that_are_not_here() -> None:
    house = House(seed=b"limit")
    house.publish(WHEEL | {"guarantee": None, "tables": WHEEL["tables"][:1]})
    epoch = house.open("mem_alice", "gam_wheel")
    while not any({"prize": "prz_a", "why": "limit"} in one["passed"] for one in house.receipts):
        if house.nonces[epoch] == 3:
            epoch = house.open("mem_alice", "gam_wheel")
        house.play(epoch)
        house.commit()
    document = house.export(closed=False)
    assert not v.verify_export(document).failed
    of_win = next(one["epoch"] for one in document["receipts"] if one["prize"] == "prz_a")
    assert of_win != epoch, "the limit is met in a later epoch than the win"
    document["receipts"] = [one for one in document["receipts"] if one["epoch"] != of_win]
    assert not v.verify_export(document).failed


def test_a_prize_that_was_out_was_not_passed_over_for_the_limit() -> None:
    house = House(seed=b"out")
    house.publish(WHEEL | {"prizes": [prize("prz_a", units=1, per_member=1), *WHEEL["prizes"][1:]]})
    epoch = house.open("mem_alice", "gam_wheel")
    while not any({"prize": "prz_a", "why": "out"} in one["passed"] for one in house.receipts):
        house.play(epoch)
        house.commit()
    document = house.export()
    assert not v.verify_export(document).failed
    document["receipts"][-1]["passed"][0]["why"] = "limit"
    seal_again(document, house.key)
    assert first_failed(document) == (document["receipts"][-1]["play"], "stock")
