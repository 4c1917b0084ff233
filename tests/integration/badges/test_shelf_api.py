"""The shelf over HTTP: what a member sees, takes away and shows, and what the brand does by hand."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from PIL import Image

from badges.baking import unbake
from badges.credentials import CredentialRefused, read_credential
from engage.kernel.clock import DAY_MS
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of
from tests.support.shelf import ALICE, CAMPAIGN_WITH_BADGES, Shelf, shelf_of

BASE = "http://localhost:8000"


def mine(shelf: Shelf, member: str = ALICE) -> Client:
    """A member's own client."""
    return shelf.client.member(member)


def badges_of(client: Client) -> dict[str, Any]:
    """What a member is shown, by badge."""
    return {badge["id"]: badge for badge in client.get("/v1/badges").get_json()["items"]}


def keys(shelf: Shelf) -> list[dict[str, Any]]:
    """The keys that anybody can read."""
    found: list[dict[str, Any]] = shelf.client.get("/.well-known/jwks.json").get_json()["keys"]
    return [key for key in found if key["kty"] == "RSA"]


def test_held_and_locked_badges_with_tiers_progress_and_rarity(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.member("bob")
    shelf.cups(4)
    shown = badges_of(mine(shelf))
    assert set(shown) == {"bdg_green", "bdg_critic"}
    green = shown["bdg_green"]
    assert (green["state"], green["tier"], green["rarity_percent"]) == ("held", "silver", 50.0)
    assert [(tier["id"], tier["name"], tier["held"]) for tier in green["tiers"]] == [
        ("bronze", "铜", True),
        ("silver", "银", True),
        ("gold", "金", False),
    ]
    assert green["progress"] == {"value": 4, "target": 5, "unit": None, "tier": "gold"}
    critic = shown["bdg_critic"]
    assert (critic["state"], critic["award"], critic["progress"]["target"]) == ("locked", None, 1)
    picture = shelf.client.get(green["art"])
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert "绿手指 · 银" in picture.get_data(as_text=True) or "Green hand" in picture.get_data(as_text=True)


def test_a_secret_badge_is_there_once_it_is_held(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    assert shelf.client.get("/badges/bdg_guest.svg").status_code == 404
    gift = {"badge": "bdg_guest", "by": "Carol", "reason": "her help"}
    answer = shelf.client.post("/v1/members/alice/badges", gift, key="once")
    assert answer.status_code == 201, answer.get_json()
    assert shelf.client.post("/v1/members/alice/badges", gift, key="once").get_json() == answer.get_json()
    assert code_of(shelf.client.post("/v1/members/alice/badges", gift, key="twice")) == (409, "conflict")
    guest = badges_of(mine(shelf))["bdg_guest"]
    assert (guest["secret"], guest["award"], guest["progress"]) == (True, answer.get_json()["award"], None)
    assert shelf.client.get(guest["art"]).status_code == 200
    taken = shelf.client.post(f"/v1/badges/{guest['award']}/revocations", {"by": "Carol", "reason": "a mistake"})
    assert taken.get_json()["revoked"] is True
    assert "bdg_guest" not in badges_of(mine(shelf))


def test_what_a_secret_badge_made_of_an_event_is_told_once_it_is_held(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, changed("    icon: leaf\n", "    icon: leaf\n    secret: true\n", CAMPAIGN_WITH_BADGES))
    bag = shelf.cups(what="bag")
    assert shelf.verdict(bag)[0] == "filtered_out"

    def told() -> list[list[str]]:
        events = mine(shelf).get("/v1/me/events").get_json()["items"]
        with ZipFile(BytesIO(mine(shelf).get("/v1/me/export").get_data())) as export:
            assert orjson.loads(export.read("events.json"))["items"] == events
        return [[rule["rule"] for rule in event["rules"]] for event in events]

    assert told() == [[]]
    shelf.cups()
    assert told() == [["badge:bdg_green"], ["badge:bdg_green"]]


def test_a_credential_can_be_taken_away_and_holds_until_it_is_revoked(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.member("bob")
    shelf.review()
    award, now_ms = shelf.award("bdg_critic"), bureau.clock.now_ms()
    token = mine(shelf).get(f"/v1/badges/{award}/credential").get_data(as_text=True)
    document = read_credential(token, keys(shelf), [], now_ms)
    assert document["name"] == "评论家"
    assert ALICE not in str(document)
    assert "alice" not in str(document)
    baked = mine(shelf).get(f"/v1/badges/{award}/credential.png")
    assert read_credential(unbake(baked.get_data()), keys(shelf), [], now_ms)["id"] == document["id"]
    issuer = shelf.client.get(document["issuer"]["id"].removeprefix(BASE)).get_json()
    assert (issuer["id"], issuer["name"]) == (document["issuer"]["id"], "松间")
    assert code_of(mine(shelf, "mem_bob").get(f"/v1/badges/{award}/credential")) == (404, "not_found")
    shelf.client.post(f"/v1/badges/{award}/revocations", {"by": "Carol", "reason": "a mistake"})
    assert code_of(mine(shelf).get(f"/v1/badges/{award}/credential")) == (409, "conflict")
    listed = shelf.client.get(document["credentialStatus"]["id"].removeprefix(BASE)).get_json()
    revoked = [each["id"] for each in listed["revokedCredential"]]
    with pytest.raises(CredentialRefused, match="revoked"):
        read_credential(token, keys(shelf), revoked, now_ms)
    with pytest.raises(CredentialRefused, match="not valid"):
        read_credential(token, keys(shelf), [], now_ms + 31 * DAY_MS)


def test_a_shared_badge_shows_no_more_than_was_said(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.member("bob", nickname="Bobby Tables", external_id="ext-secret-77")
    shelf.cups(member="ext-secret-77")
    award, bob = shelf.award("bdg_green", "bronze", "mem_bob"), mine(shelf, "mem_bob")
    page, anybody = f"/b/{award}", Client(bureau, shelf.client.app)
    for address in (page, f"{page}.png", f"{page}/credential"):
        assert anybody.get(address).status_code == 404
    assert code_of(mine(shelf).put(f"/v1/badges/{award}/sharing", {"public": True})) == (404, "not_found")
    for name in (False, True):
        said = bob.put(f"/v1/badges/{award}/sharing", {"public": True, "name": name}).get_json()
        assert said == {"award": award, "public": True, "name": name, "address": page}
        text = anybody.get(page, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert 'property="og:image"' in text
        assert ("Bobby Tables" in text) is name
        assert "ext-secret-77" not in text
        assert "mem_bob" not in text
    with Image.open(BytesIO(anybody.get(f"{page}.png").get_data())) as card:
        assert (card.size, card.format) == ((1200, 630), "PNG")
    assert "mem_bob" not in anybody.get(f"{page}/credential").get_data(as_text=True)
    assert badges_of(bob)["bdg_green"]["sharing"]["public"] is True
    bob.put(f"/v1/badges/{award}/sharing", {"public": False})
    assert anybody.get(page).status_code == 404


def test_a_collection_tells_what_is_missing_and_gives_its_prize_once(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.cups(3)
    (year,) = mine(shelf).get("/v1/collections").get_json()["items"]
    assert (year["state"], year["have"], year["of"]) == ("open", 1, 2)
    present, missing = year["badges"]
    assert (present["held"], present["award"]) == (True, shelf.award("bdg_green", "silver"))
    assert (missing["id"], missing["held"], missing["how"]) == ("bdg_critic", False, "写一条评论")
    assert year["reward"] | {"art": ""} == {
        "kind": "voucher", "amount": 1, "game": None, "name": "套餐券", "art": "", "units": 2, "left": 2,
    }  # fmt: skip
    refused = mine(shelf).post("/v1/collections/col_year/claims")
    assert (code_of(refused), refused.get_json()["have"]) == ((409, "conflict"), 1)
    shelf.review()
    assert mine(shelf).get("/v1/collections").get_json()["items"][0]["state"] == "claimable"
    claimed = mine(shelf).post("/v1/collections/col_year/claims", key="k")
    assert claimed.status_code == 201, claimed.get_json()
    assert mine(shelf).post("/v1/collections/col_year/claims", key="k").get_json() == claimed.get_json()
    assert code_of(mine(shelf).post("/v1/collections/col_year/claims")) == (409, "conflict")
    (after,) = mine(shelf).get("/v1/collections").get_json()["items"]
    assert (after["state"], after["reward"]["left"]) == ("claimed", 1)
    assert mine(shelf).get(f"/v1/prizes/{claimed.get_json()['grant']}").get_json()["name"] == "套餐券"


def test_a_green_year_is_a_credential_of_its_own(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    assert mine(shelf).get("/v1/me/green-year/2026").status_code == 404
    shelf.cups(3)
    shelf.send("item.recycled", {"what": "bag", "quantity": 1, "grams": 40})
    year = mine(shelf).get("/v1/me/green-year/2026").get_json()
    assert (year["actions"], year["grams"], year["quantities"]) == (2, 40, {"cup": 3, "bag": 1})
    document = read_credential(year["credential"], keys(shelf), [], bureau.clock.now_ms())
    assert [each["name"] for each in document["evidence"]] == ["cup", "bag"]
    assert ALICE not in str(document)
    assert "credentialStatus" not in document


def test_who_is_forgotten_shows_nothing_any_more(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.cups()
    award = shelf.award("bdg_green", "bronze")
    mine(shelf).put(f"/v1/badges/{award}/sharing", {"public": True, "name": True})
    assert shelf.client.get(f"/b/{award}").status_code == 200
    assert mine(shelf).send("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    assert shelf.client.get(f"/b/{award}").status_code == 404
    assert mine(shelf).put(f"/v1/badges/{award}/sharing", {"public": True}).status_code == 401


def test_who_was_erased_is_awarded_nothing_that_was_not_read_before(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.tell_completed("tsk_help", "bdg_guest")
    assert mine(shelf).send("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    shelf.read()
    assert shelf.awards() == []


def test_an_expired_badge_is_not_held_any_more(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.review()
    bureau.clock.move(timedelta(days=31))
    critic = badges_of(mine(shelf))["bdg_critic"]
    assert (critic["state"], critic["tiers"][0]["held"]) == ("expired", False)
