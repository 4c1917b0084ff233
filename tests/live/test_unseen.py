"""A play that its member has not seen gives nothing away on any page; a program with the member's token is told all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engage.fairness.verifier import verify_export
from games.seen import HOLD_MS, WINDOW
from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import prize, rules, slot

PAGE = {"X-Engage-Page": "1"}
ALWAYS = rules("gam_w", [prize("prz_p50", units=3)], [slot("s1", 1, "prz_p50", "none")])
MEALS = rules("gam_m", [prize("prz_meal", "voucher", units=5, per_member=1)], [slot("s1", 1, "prz_meal", "none")])
LOST = rules("gam_l", [prize("prz_p50")], [slot("s1", 1, "none"), slot("s2", 1, "none")])
AGAIN = rules("gam_t", [prize("prz_t", "turns", units=None)], [slot("s1", 1, "prz_t", "none")])
LAST = rules("gam_o", [prize("prz_p50", units=1)], [slot("s1", 1, "prz_p50")])
SURE = rules(
    "gam_g",
    [prize("prz_p50")],
    [slot("s1", 1, "none")],
    [slot("s1", 1, "prz_p50", "none")],
    guarantee={"class": 1, "misses": 3, "table": 1},
)
PATHS = ("/v1/me", "/v1/games", "/v1/feed", "/v1/prizes", "/v1/statement", "/v1/plays", "/v1/receipts")


def alice_in(client: Client, document: dict[str, Any]) -> Page:
    return page_of(client, "alice", client.world.publish(document), turns=5)


def as_page(page: Page, path: str) -> Any:
    return page.client.get(path, PAGE).get_json()


def as_program(page: Page, path: str) -> Any:
    return page.client.get(path).get_json()


def see(page: Page, play: str) -> dict[str, Any]:
    answer = page.client.post(f"/v1/plays/{play}/seen")
    document: dict[str, Any] = answer.get_json()
    assert answer.status_code == 200, document
    return document


def shown(page: Page) -> dict[str, Any]:
    """All that a page can be told, but for what says no more than that somebody tapped."""
    told = {path: as_page(page, path) for path in PATHS}
    me, export = told["/v1/me"], told["/v1/receipts"]
    me["balances"].pop("turns")
    games = told["/v1/games"]["items"]
    return {
        "me": {name: me[name] for name in me.keys() - {"position", "unseen"}},
        "games": [{name: game[name] for name in game.keys() - {"turns", "unseen"}} for game in games],
        "feed": [item["data"]["prize"] for item in told["/v1/feed"]["items"] if "prize" in item["data"]],
        "prizes": told["/v1/prizes"]["items"],
        "postings": [line for line in told["/v1/statement"]["items"] if not line["reason"].endswith("_turn")],
        "lots": told["/v1/statement"]["lots"],
        "receipts": [item["receipt"] for item in told["/v1/plays"]["items"] if item["receipt"]] + export["receipts"],
        "seeds": [epoch["server_seed"] for epoch in export["epochs"]],
        "decks": export["decks"],
    }


@pytest.mark.parametrize("document", [ALWAYS, MEALS, LOST, SURE], ids=["points", "voucher", "nothing", "guarantee"])
def test_a_page_sees_no_difference_before_the_play_was_seen(client: Client, document: dict[str, Any]) -> None:
    alice = alice_in(client, document)
    alice.open()
    before = shown(alice)
    play = alice.play()["play"]
    assert shown(alice) == before
    assert as_page(alice, f"/v1/plays/{play}") == {
        "play": play,
        "game": alice.game,
        "unseen": True,
        "receipt": None,
        "prize": None,
        "show": None,
    }
    see(alice, play)
    assert shown(alice) != before


def test_a_program_is_told_at_once(client: Client) -> None:
    alice = alice_in(client, MEALS)
    played = alice.play()
    grant = played["prize"]["grant"]
    assert [item["grant"] for item in as_program(alice, "/v1/prizes")["items"]] == [grant]
    assert as_program(alice, f"/v1/plays/{played['play']}")["prize"] == played["prize"]
    assert [receipt["play"] for receipt in as_program(alice, "/v1/receipts")["receipts"]] == [played["play"]]
    assert as_page(alice, "/v1/prizes")["items"] == []
    assert code_of(alice.client.get(f"/v1/prizes/{grant}", PAGE)) == (404, "not_found")
    see(alice, played["play"])
    assert as_page(alice, f"/v1/prizes/{grant}")["grant"] == grant


def test_the_feed_tells_of_the_play_and_of_its_result_once_it_was_seen(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    played = alice.play()
    play, at = played["play"], played["position"]
    (item,) = as_program(alice, f"/v1/feed?after={at - 1}")["items"]
    assert (item["name"], item["unseen"], item["data"].keys()) == (
        "play.settled",
        play,
        {"play", "turns", "until", "until_position"},
    )
    assert item["data"]["turns"] == 4
    seen = see(alice, play)
    assert seen["prize"] == played["prize"]
    assert seen["show"] == played["show"]
    settled, told = as_program(alice, f"/v1/feed?after={at - 1}")["items"]
    assert (told["name"], told["position"]) == ("play.seen", at + 1)
    result = {"play": play, "prize": played["prize"], "show": played["show"], "points": 50, "held": 0, "turns": 4}
    assert told["data"] == settled["data"] == result
    assert "unseen" not in settled | told


def test_a_play_is_seen_once_however_often_that_is_said(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    play = alice.play()["play"]
    assert see(alice, play) == see(alice, play)
    names = [item["name"] for item in as_program(alice, "/v1/feed")["items"]]
    assert names.count("play.seen") == 1


def test_nobody_sees_for_another_member(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    play = alice.play()["play"]
    bob = page_of(client, "bob", alice.game)
    assert code_of(bob.client.post(f"/v1/plays/{play}/seen")) == (404, "not_found")
    assert code_of(bob.client.post("/v1/plays/pla_unknown/seen")) == (404, "not_found")
    assert code_of(client.post(f"/v1/plays/{play}/seen")) == (401, "unauthenticated")
    assert as_page(alice, "/v1/me")["unseen"][0]["play"] == play


def test_what_nobody_saw_is_shown_after_half_an_hour(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    play = alice.play()["play"]
    (waiting,) = as_page(alice, "/v1/me")["unseen"]
    assert (waiting["play"], waiting["game"]) == (play, "gam_w")
    client.world.clock.move(timedelta(milliseconds=HOLD_MS - 1))
    assert as_page(alice, "/v1/me")["balances"]["points"] == 0
    client.world.clock.move(timedelta(milliseconds=1))
    me = as_page(alice, "/v1/me")
    assert (me["balances"]["points"], me["unseen"]) == (50, [])
    position = me["position"]
    see(alice, play)
    assert as_page(alice, "/v1/me")["position"] == position, "there is nothing more to tell"


def test_what_nobody_saw_is_shown_once_the_member_did_much_else(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    play = alice.play()
    (waiting,) = as_page(alice, "/v1/me")["unseen"]
    assert waiting["until_position"] == play["position"] + WINDOW
    for number in range(WINDOW):
        assert as_page(alice, "/v1/me")["balances"]["points"] == 0
        client.world.clock.move(timedelta(milliseconds=20))
        alice.client.post("/v1/me/consents", {"purpose": "marketing", "granted": bool(number % 2)})
    assert as_page(alice, "/v1/me")["position"] == waiting["until_position"]
    assert as_page(alice, "/v1/me")["balances"]["points"] == 50


def test_won_turns_are_hidden_and_the_used_one_is_not(client: Client) -> None:
    alice = page_of(client, "alice", client.world.publish(AGAIN, turns={"prz_t": 2}), turns=3)
    play = alice.play()["play"]
    assert as_page(alice, "/v1/me")["balances"]["turns"] == {"gam_t": 2}
    assert as_page(alice, "/v1/games/gam_t")["turns"]["left"] == 2
    assert as_program(alice, "/v1/me")["balances"]["turns"] == {"gam_t": 4}
    see(alice, play)
    assert as_page(alice, "/v1/me")["balances"]["turns"] == {"gam_t": 4}
    assert as_page(alice, "/v1/games/gam_t")["turns"]["left"] == 4


def test_two_unseen_plays_are_seen_in_any_order(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    first, second = alice.play()["play"], alice.play()["play"]
    assert [each["play"] for each in as_page(alice, "/v1/me")["unseen"]] == [first, second]
    see(alice, second)
    assert as_page(alice, "/v1/me")["balances"]["points"] == 50
    assert as_page(alice, "/v1/games/gam_w")["pools"][0]["left"] == 2
    see(alice, first)
    assert as_page(alice, "/v1/me")["balances"]["points"] == 100
    assert as_page(alice, "/v1/games/gam_w")["pools"][0]["left"] == 1


def test_the_winner_of_the_last_unit_is_not_told_by_the_games_end(client: Client) -> None:
    alice = alice_in(client, LAST)
    play = alice.play()["play"]
    game = as_page(alice, "/v1/games/gam_o")
    assert (game["state"], game["refusal"], game["epoch"]) == ("live", None, alice.epoch)
    assert as_page(page_of(client, "bob", "gam_o", turns=0), "/v1/games/gam_o")["state"] == "sold_out"
    see(alice, play)
    assert as_page(alice, "/v1/games/gam_o")["state"] == "sold_out"


def test_a_pages_export_leaves_out_what_is_unseen_and_still_verifies(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    see(alice, alice.play()["play"])
    hidden = alice.play()
    for _ in range(2):
        export = as_page(alice, "/v1/receipts")
        assert hidden["play"] not in str(export["receipts"])
        assert len(export["receipts"]) == 1
        assert [epoch["server_seed"] for epoch in export["epochs"] if epoch["client_seed"]] == [None]
        assert verify_export(export).failed == []
        alice.open()  # ends the epoch, whose seed would tell
    see(alice, hidden["play"])
    export = as_page(alice, "/v1/receipts")
    assert len(export["receipts"]) == 2
    assert all(epoch["server_seed"] for epoch in export["epochs"] if epoch["client_seed"])


def test_whoever_reveals_an_epoch_has_seen_its_plays(client: Client) -> None:
    alice = alice_in(client, ALWAYS)
    play = alice.play()["play"]
    assert alice.client.post(f"/v1/epochs/{alice.epoch}/reveal").status_code == 200
    assert as_page(alice, "/v1/me")["unseen"] == []
    told = as_program(alice, "/v1/feed")["items"][-1]
    assert (told["name"], told["data"]["play"]) == ("play.seen", play)


def test_whoever_takes_a_prize_has_seen_it(client: Client) -> None:
    alice = alice_in(client, MEALS)
    grant = alice.play()["prize"]["grant"]
    assert alice.client.post(f"/v1/prizes/{grant}/reveal").status_code == 200
    names = [item["name"] for item in as_program(alice, "/v1/feed")["items"]]
    assert names[-2:] == ["play.seen", "prize.changed"]
    assert as_page(alice, "/v1/prizes")["items"][0]["grant"] == grant


def test_what_the_brand_does_with_an_unseen_prize_is_held_back_too(client: Client) -> None:
    goods = rules("gam_c", [prize("prz_car", "goods", units=1)], [slot("s1", 1, "prz_car", "none")])
    alice = alice_in(client, goods)
    played = alice.play()
    grant = played["prize"]["grant"]
    client.brand("prizes").post(f"/v1/prizes/{grant}/states", {"state": "declined"})
    (item,) = as_program(alice, f"/v1/feed?after={played['position']}")["items"]
    assert (item["name"], item["data"], item["unseen"]) == ("prize.changed", {}, played["play"])
    see(alice, played["play"])
    (item, _) = as_program(alice, f"/v1/feed?after={played['position']}")["items"]
    assert item["data"] == {"grant": grant, "state": "declined"}


def test_support_is_told_everything(client: Client) -> None:
    alice = alice_in(client, MEALS)
    played = alice.play()
    support = client.brand("support")
    assert support.get("/v1/members/alice/plays").get_json()["items"][0]["prize"] == played["prize"]
    assert support.get("/v1/members/alice/prizes").get_json()["items"][0]["grant"] == played["prize"]["grant"]
