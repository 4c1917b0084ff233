"""What a member can read of the past: the statement and the feed page by page, and proofs that hold."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import orjson
import pytest

from engage.campaigns import end
from engage.fairness.verifier import verify_export
from tests.support.bureau import ADULT, CAMPAIGN, CARDS, Bureau
from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50", "none")])


@pytest.fixture
def alice(client: Client) -> Page:
    return page_of(client, "alice", client.world.publish(PLAIN), turns=10)


def play_slowly(page: Page, count: int) -> list[dict[str, Any]]:
    """So many plays, no two of them in the same millisecond."""
    played = []
    for _ in range(count):
        page.client.world.clock.move(timedelta(milliseconds=1))
        played.append(page.play())
    return played


def read_all(client: Client, path: str) -> list[dict[str, Any]]:
    """Every item of a list, two at a time."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"{path}?limit=2{cursor}").get_json()
        items += page["items"]
        if page["next"] is None:
            return items
        assert len(page["items"]) == 2
        cursor = f"&cursor={page['next']}"


def test_the_statement_has_every_posting_once_and_adds_up(alice: Page) -> None:
    for _ in range(5):
        alice.play()
    postings = read_all(alice.client, "/v1/statement")
    assert len({each["posting"] for each in postings}) == len(postings) == 11
    assert [each["at"] for each in postings] == sorted((each["at"] for each in postings), reverse=True)
    assert sum(each["amount"] for each in postings if each["asset"] == "PTS") == 250
    assert sum(each["amount"] for each in postings if each["asset"] == "TURN:gam_w") == 5
    assert {(each["reason"], each["source"]) for each in postings if each["asset"] == "PTS"} == {("grant", "gam_w")}
    me = alice.client.get("/v1/me").get_json()
    assert me["balances"] == {"points": 250, "held": 0, "turns": {"gam_w": 5}}
    lots = alice.client.get("/v1/statement").get_json()["lots"]
    assert sum(lot["left"] for lot in lots) == 250
    assert alice.client.brand("support").get("/v1/members/alice/statement?limit=100").get_json()["items"] == postings


def test_the_feed_is_the_members_own_sequence_without_gaps(alice: Page) -> None:
    played = [alice.play() for _ in range(3)]
    seen: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = alice.client.get(f"/v1/feed?after={after}&limit=2").get_json()
        seen += page["items"]
        after = page["next"]
    assert [event["position"] for event in seen] == list(range(1, len(seen) + 1))
    assert [event["data"]["play"] for event in seen if event["name"] == "play.settled"] == [
        each["play"] for each in played
    ]
    assert alice.client.get("/v1/me").get_json()["position"] == seen[-1]["position"] == played[-1]["position"]
    assert alice.client.get(f"/v1/feed?after={seen[-1]['position']}").get_json() == {"items": [], "next": None}


def test_plays_are_listed_newest_first_and_shown_to_their_member_only(client: Client, alice: Page) -> None:
    played = play_slowly(alice, 5)
    listed = read_all(alice.client, "/v1/plays")
    assert [each["play"] for each in listed] == [each["play"] for each in reversed(played)]
    assert alice.client.get(f"/v1/plays/{played[0]['play']}").get_json()["receipt"] == played[0]["receipt"]
    bob = page_of(client, "bob", "gam_w")
    assert code_of(bob.client.get(f"/v1/plays/{played[0]['play']}")) == (404, "not_found")
    assert bob.client.get("/v1/plays").get_json() == {"items": [], "next": None}
    assert client.brand("support").get("/v1/members/alice/plays?limit=100").get_json()["items"] == listed


def test_the_rules_hash_covers_the_very_bytes_that_are_served(client: Client, alice: Page) -> None:
    served = client.get("/v1/games/gam_w/rules")
    rules_hash = hashlib.sha256(b"draw/1 rules\0" + served.get_data()).hexdigest()
    assert rules_hash == alice.client.get("/v1/games/gam_w").get_json()["rules_hash"]
    assert rules_hash == alice.play()["receipt"]["rules_hash"]
    assert code_of(client.get("/v1/games/gam_none/rules")) == (404, "not_found")


def test_an_export_proves_every_play_offline(alice: Page) -> None:
    played = [alice.play() for _ in range(3)]
    open_export = alice.client.get("/v1/receipts").get_json()
    assert [epoch["server_seed"] for epoch in open_export["epochs"]] == [None]
    shown = alice.client.post(f"/v1/epochs/{alice.epoch}/reveal").get_json()
    assert [receipt["play"] for receipt in shown["receipts"]] == [each["play"] for each in played]
    export = alice.client.get("/v1/receipts").get_data()
    report = verify_export(orjson.loads(export))
    assert not report.failed
    assert {each["play"] for each in played} <= {subject for subject, *_ in report.results}


def test_an_export_of_nothing_is_an_export(client: Client) -> None:
    alice = client.member(client.world.member("alice"))
    export = alice.get("/v1/receipts").get_json()
    assert (export["epochs"], export["receipts"]) == ([], [])


def test_anyone_may_know_how_a_game_went(client: Client, alice: Page) -> None:
    alice.play()
    alice.open()
    refused = page_of(client, "bob", "gam_w", turns=0)
    refused.send_play()
    fairness = client.get("/v1/games/gam_w/fairness").get_json()
    assert (fairness["plays"], fairness["epochs"], fairness["unplayed_epochs"]) == (1, 3, 2)
    assert fairness["refused"] == {"out_of_turns": 1}
    assert code_of(client.get("/v1/games/gam_w/deck")) == (404, "not_found")


def test_a_member_who_is_not_there_has_nothing(client: Client) -> None:
    ghost = client.member("mem_ghost")
    for path in ("/v1/me", "/v1/prizes", "/v1/plays/pla_none", "/v1/prizes/grt_none"):
        assert code_of(ghost.get(path)) == (404, "not_found"), path
    assert code_of(ghost.post("/v1/me/consents", {"purpose": "marketing", "granted": True})) == (404, "not_found")
    assert code_of(ghost.post("/v1/epochs/epo_none/reveal")) == (404, "not_found")


def test_a_deck_shows_its_seal_before_the_close_and_its_seed_and_sales_after(house: Client, bureau: Bureau) -> None:
    alice = page_of(house, "alice", CARDS, turns=2, **ADULT)
    receipts = [alice.play()["receipt"] for _ in range(2)]
    before = house.get(f"/v1/games/{CARDS}/deck").get_json()
    assert (before["n"], before["left"], before["seed"], before["sales"]) == (100, 98, None, None)
    end(bureau.office, CAMPAIGN, "Carol", "Dan")
    after = house.get(f"/v1/games/{CARDS}/deck").get_json()
    assert (after["root"], after["seed_commitment"]) == (before["root"], before["seed_commitment"])
    assert len(bytes.fromhex(after["seed"])) == 32
    assert after["sales"] == [[receipt["deck"]["start"], receipt["ticket"]] for receipt in receipts]
    assert not verify_export(alice.client.get("/v1/receipts").get_json()).failed


@pytest.mark.parametrize(
    "cursor", ["zzz", "99999999999999999999999~a~0", "1~a~99999999999999999999999", "1~a", "pla_1"]
)
def test_a_cursor_that_no_list_gave_is_refused(alice: Page, cursor: str) -> None:
    brand = alice.client.brand("support", "prizes")
    for client, path in (
        (alice.client, "/v1/statement"),
        (alice.client, "/v1/plays"),
        (alice.client, "/v1/prizes"),
        (brand, "/v1/prizes"),
        (brand, "/v1/members/alice/plays"),
        (brand, "/v1/members/alice/statement"),
        (brand, "/v1/members/alice/prizes"),
    ):
        assert code_of(client.get(f"{path}?cursor={cursor}")) == (422, "invalid_request"), path
