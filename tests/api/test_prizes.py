"""Prizes: the list, a voucher's code for its owner only, goods claimed once, and what the brand says became of them."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from engage.ledger import lift, quarantine_subject
from tests.support.bureau import ADULT, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, Page, code_of, open_client, page_of

TO = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai", "consent": True}


def play_until(page: Page, wanted: str) -> str:
    """Play, day after day, until a prize of this kind is won; its grant."""
    for _ in range(200):
        page.client.world.clock.move(timedelta(milliseconds=1))
        lift_limits(page)
        won = page.play()["prize"]
        if won and won["kind"] == wanted:
            grant: str = won["grant"]
            return grant
    raise AssertionError("nothing was won")


def lift_limits(page: Page) -> None:
    """As if a new day had begun, without the campaign coming to its end."""
    statement = sa.text("UPDATE member_game SET plays_today = 0")
    page.client.world.services.writer.run(lambda work: work.connection.execute(statement))


@pytest.fixture
def wheel(house: Client) -> Page:
    return page_of(house, "alice", WHEEL, turns=60, **ADULT)


@pytest.fixture
def cards(house: Client) -> Page:
    return page_of(house, "alice", CARDS, turns=100, **ADULT)


def test_a_voucher_is_listed_and_its_code_shown_to_its_owner_alone(
    wheel: Page, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    alice, bob = wheel.client, page_of(wheel.client, "bob", WHEEL, **ADULT).client
    grant = play_until(wheel, "voucher")
    (listed,) = [one for one in alice.get("/v1/prizes").get_json()["items"] if one["grant"] == grant]
    assert (listed["state"], listed["kind"], listed["name"], listed["use_by"][:4]) == (
        "won",
        "voucher",
        "套餐券",
        "2027",
    )
    assert code_of(bob.get(f"/v1/prizes/{grant}")) == (404, "not_found")
    assert code_of(bob.post(f"/v1/prizes/{grant}/reveal")) == (404, "not_found")
    shown = alice.post(f"/v1/prizes/{grant}/reveal", key="look")
    code = shown.get_json()["code"]
    assert code.startswith("MEAL-")
    assert shown.get_json()["qr_svg"].startswith("<svg")
    assert alice.post(f"/v1/prizes/{grant}/reveal").get_data() == shown.get_data()
    assert alice.get(f"/v1/prizes/{grant}").get_json()["state"] == "revealed"
    assert not where_it_is_kept(wheel.client.world, code)
    assert code not in caplog.text + "".join(capsys.readouterr())
    support = alice.brand("support").get("/v1/members/alice/prizes").get_data(as_text=True)
    assert code not in support + alice.get("/v1/feed").get_data(as_text=True) + alice.get("/v1/receipts").get_data(
        as_text=True
    )


def where_it_is_kept(world: Any, text: str) -> list[str]:
    """The tables in whose rows a text can be read."""
    tables = sa.MetaData()
    tables.reflect(world.services.reader)
    with world.services.reader.connect() as connection:
        return [
            table.name
            for table in tables.sorted_tables
            if any(text in str(value) for row in connection.execute(sa.select(table)) for value in row)
        ]


def test_a_voucher_is_no_goods_and_goods_no_voucher(wheel: Page, bureau: Bureau) -> None:
    voucher = play_until(wheel, "voucher")
    assert code_of(wheel.client.post(f"/v1/prizes/{voucher}/claim", TO)) == (409, "conflict")
    goods = play_until(page_of(wheel.client, "bob", CARDS, turns=100, **ADULT), "goods")
    bob = wheel.client.member("mem_bob")
    assert code_of(bob.post(f"/v1/prizes/{goods}/reveal")) == (409, "conflict")
    assert code_of(bob.post("/v1/prizes/grt_none/claim", TO)) == (404, "not_found")


def test_goods_are_claimed_once_sent_and_delivered(cards: Page) -> None:
    grant = play_until(cards, "goods")
    alice, brand = cards.client, cards.client.brand("prizes")
    for wrong in ({"consent": False}, {"phone": "call me"}, {"address": "x"}):
        assert code_of(alice.post(f"/v1/prizes/{grant}/claim", TO | wrong)) == (422, "invalid_request")
    claimed = alice.post(f"/v1/prizes/{grant}/claim", TO, key="claim")
    assert (claimed.status_code, claimed.get_json()["state"]) == (200, "claimed")
    assert b"Pine Lane" not in claimed.get_data()
    assert alice.post(f"/v1/prizes/{grant}/claim", TO, key="claim").get_data() == claimed.get_data()
    assert code_of(alice.post(f"/v1/prizes/{grant}/claim", TO)) == (409, "conflict")
    (to_send,) = brand.get("/v1/prizes?state=claimed").get_json()["items"]
    assert to_send["address"] == {name: TO[name] for name in ("name", "phone", "address")}
    assert not where_it_is_kept(alice.world, "Pine Lane, Shanghai")
    states = [("delivered", 409), ("shipped", 200), ("shipped", 409), ("declined", 409), ("delivered", 200)]
    for state, status in states:
        assert brand.post(f"/v1/prizes/{grant}/states", {"state": state}).status_code == status, state
    assert alice.get(f"/v1/prizes/{grant}").get_json()["state"] == "delivered"
    assert alice.get("/v1/me").get_json()["consents"] == {"delivery of a prize": True}
    assert brand.get("/v1/prizes?state=claimed").get_json()["items"] == []


def test_who_takes_the_consent_back_has_the_address_erased_and_may_claim_again(cards: Page) -> None:
    grant = play_until(cards, "goods")
    alice, brand = cards.client, cards.client.brand("prizes")
    back = {"purpose": "delivery of a prize", "granted": False}
    alice.post(f"/v1/prizes/{grant}/claim", TO)
    assert alice.post("/v1/me/consents", back).status_code == 201
    assert alice.get(f"/v1/prizes/{grant}").get_json()["state"] == "withdrawn"
    assert addresses(alice) == [None]
    assert brand.get("/v1/prizes?state=claimed").get_json()["items"] == []
    (withdrawn,) = brand.get("/v1/prizes?state=withdrawn").get_json()["items"]
    assert withdrawn["address"] is None
    assert code_of(brand.post(f"/v1/prizes/{grant}/states", {"state": "shipped"})) == (409, "conflict")
    again = alice.post(f"/v1/prizes/{grant}/claim", TO | {"address": "2 Oak Lane, Shanghai"})
    assert again.get_json()["state"] == "claimed"
    (to_send,) = brand.get("/v1/prizes?state=claimed").get_json()["items"]
    assert to_send["address"]["address"] == "2 Oak Lane, Shanghai"
    assert alice.get("/v1/me").get_json()["consents"] == {"delivery of a prize": True}


def addresses(client: Client) -> list[Any]:
    """The sealed addresses that are kept."""
    with client.world.services.reader.connect() as connection:
        return list(connection.execute(sa.text("SELECT sealed_address FROM claim ORDER BY recorded_at, n")).scalars())


def test_an_address_is_kept_while_goods_are_on_their_way_and_can_be_erased_afterwards(cards: Page) -> None:
    grant = play_until(cards, "goods")
    alice, brand = cards.client, cards.client.brand("prizes")
    back = {"purpose": "delivery of a prize", "granted": False}
    alice.post(f"/v1/prizes/{grant}/claim", TO)
    brand.post(f"/v1/prizes/{grant}/states", {"state": "shipped", "note": "SF 1234"})
    alice.post("/v1/me/consents", back)
    assert addresses(alice) != [None]
    seen = alice.get(f"/v1/prizes/{grant}").get_json()
    assert (seen["state"], seen["note"]) == ("shipped", "SF 1234")
    brand.post(f"/v1/prizes/{grant}/states", {"state": "delivered"})
    alice.post("/v1/me/consents", back)
    assert addresses(alice) == [None]
    assert alice.get(f"/v1/prizes/{grant}").get_json()["state"] == "delivered"


def test_goods_are_claimed_until_the_day_that_the_rules_say(cards: Page) -> None:
    grant = play_until(cards, "goods")
    alice, clock = cards.client, cards.client.world.clock
    prize = alice.get(f"/v1/prizes/{grant}").get_json()
    assert (prize["claim_by"][:10], prize["use_by"], prize["needs_address"]) == ("2026-12-10", None, True)
    clock.move(timedelta(days=30))
    refused = alice.post(f"/v1/prizes/{grant}/claim", TO)
    assert (code_of(refused), refused.get_json()["expired_at"]) == ((409, "expired"), prize["claim_by"])
    clock.move(-timedelta(milliseconds=1))
    assert alice.post(f"/v1/prizes/{grant}/claim", TO).status_code == 200


def test_a_winner_is_told_how_to_claim_and_how_to_reach_a_human_in_their_language(cards: Page) -> None:
    grant = play_until(cards, "goods")
    told = cards.client.get(f"/v1/prizes/{grant}").get_json()
    names = ("name", "how", "organiser", "contact", "tax_note", "conditions")
    assert [told[name] for name in names] == ["轮胎", "到店", "松间", "电话 400", "主办方承担", ""]
    cards.client.patch("/v1/me", {"locale": "en"})
    told = cards.client.get(f"/v1/prizes/{grant}").get_json()
    assert [told[name] for name in names] == ["Tyre", "In the shop", "Pine Lane", "Telephone 400", "Paid by us", ""]


def test_goods_that_are_handed_over_need_no_address(bureau: Bureau) -> None:
    bureau.publish_campaign(changed("address: true", "address: false", PLAYABLE))
    alice = page_of(open_client(bureau), "alice", CARDS, turns=100, **ADULT)
    grant = play_until(alice, "goods")
    assert alice.client.get(f"/v1/prizes/{grant}").get_json()["needs_address"] is False
    assert alice.client.post(f"/v1/prizes/{grant}/claim", {**TO, "address": None}).status_code == 200


def test_goods_that_are_sent_need_an_address(cards: Page) -> None:
    grant = play_until(cards, "goods")
    refused = cards.client.post(f"/v1/prizes/{grant}/claim", {**TO, "address": None})
    assert code_of(refused) == (422, "invalid_request")
    assert refused.get_json()["errors"][0]["field"] == "address"


def test_goods_can_be_declined_before_they_are_sent(cards: Page) -> None:
    grant = play_until(cards, "goods")
    brand = cards.client.brand("prizes")
    answer = brand.post(f"/v1/prizes/{grant}/states", {"state": "declined", "note": "not eligible"}, key="no")
    assert answer.get_json()["state"] == "declined"
    assert code_of(cards.client.post(f"/v1/prizes/{grant}/claim", TO)) == (409, "conflict")
    assert code_of(brand.post("/v1/prizes/grt_none/states", {"state": "declined"})) == (404, "not_found")
    assert code_of(cards.client.brand("support").get("/v1/prizes")) == (403, "forbidden")


def test_an_insider_claims_nothing(cards: Page) -> None:
    grant = play_until(cards, "goods")
    cards.client.brand().put("/v1/members/alice", {"insider": True})
    answer = cards.client.post(f"/v1/prizes/{grant}/claim", TO)
    assert (code_of(answer), answer.get_json()["reason"]) == ((403, "not_eligible"), "insider")


def test_prizes_are_listed_a_page_at_a_time(cards: Page) -> None:
    won = {play_until(cards, "goods") for _ in range(3)}
    seen, path = [], "/v1/prizes?limit=2"
    while path:
        page = cards.client.get(path).get_json()
        seen += [one["grant"] for one in page["items"]]
        path = page["next"] and f"/v1/prizes?limit=2&cursor={page['next']}"
    assert seen == sorted(won, reverse=True)


def test_changes_of_a_prize_are_told_in_the_members_feed(cards: Page) -> None:
    grant = play_until(cards, "goods")
    cards.client.post(f"/v1/prizes/{grant}/claim", TO)
    told = [
        event
        for event in cards.client.get("/v1/feed?limit=1000").get_json()["items"]
        if event["name"] == "prize.changed"
    ]
    assert [event["data"] for event in told] == [{"grant": grant, "state": "claimed"}]
    assert "Pine" not in str(told)


def test_nothing_is_handed_over_while_the_members_books_are_looked_at(wheel: Page) -> None:
    alice, writer = wheel.client, wheel.client.world.services.writer
    grant = play_until(wheel, "voucher")
    writer.run(partial(quarantine_subject, kind="member", subject="mem_alice", reason="a test"))
    assert code_of(alice.post(f"/v1/prizes/{grant}/reveal")) == (409, "under_review")
    writer.run(lambda work: lift(work, "member", "mem_alice", "Carol", "Dan"))
    assert alice.post(f"/v1/prizes/{grant}/reveal").status_code == 200
