"""What points buy: exactly the price out of the earliest lots, held while it can be given back, given once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
import sqlalchemy as sa

from engage.campaigns import pause, resume
from engage.kernel.clock import from_ms, parse, render
from engage.kernel.refusals import Conflict
from engage.ledger import quarantine_subject
from engage.rewards import capture_due
from engage.rewards.proof_redemptions import prove_redemptions
from tests.support.bureau import CAMPAIGN, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of
from tests.support.till import Till, item, shop_text

MEAL = item("meal", 200, use_by_days=60, cancel_minutes=10)
GIFT = item("gift", 5000, kind="goods", address="true")
TEA = item("tea", 10, per_member=3, per_day=2, units=4)


@pytest.fixture
def till(bureau: Bureau) -> Till:
    """A shop in which a meal can be given back for ten minutes, and a gift or tea not at all."""
    till = Till(bureau)
    till.open(shop_text(MEAL, GIFT, TEA), [("meal", 40), ("tea", 4)])
    return till


def buy(client: Client, name: str, quantity: int = 1, key: str = "k") -> dict[str, Any]:
    """Buy an item; the answer."""
    answer = client.post("/v1/redemptions", {"item": f"itm_{name}", "quantity": quantity}, key=key)
    document: dict[str, Any] = answer.get_json()
    assert answer.status_code == 201, document
    return document


def refusal(client: Client, name: str, quantity: int = 1) -> tuple[str, dict[str, Any]]:
    """Why an item can't be bought, which the list has to say as well if it is about one unit."""
    answer = client.post("/v1/redemptions", {"item": f"itm_{name}", "quantity": quantity}, key="refused")
    document: dict[str, Any] = answer.get_json()
    code = code_of(answer)[1]
    if quantity == 1:
        assert shown(client, name)["why_not"]["code"] == code
    return code, document


def shown(client: Client, name: str) -> dict[str, Any]:
    """An item as the list shows it."""
    items = client.get("/v1/items").get_json()["items"]
    found: dict[str, Any] = next(each for each in items if each["item"] == f"itm_{name}")
    return found


def test_five_months_of_a_thousand_yuan_buy_what_costs_five_thousand(till: Till) -> None:
    alice = till.member("alice")
    for month in range(5):
        assert till.standing() == (month * 1000, 0)
        assert refusal(alice, "gift")[1]["missing"] == 5000 - month * 1000
        till.order(1000)
    assert shown(alice, "gift")["can_buy"]
    bought = buy(alice, "gift")
    assert (bought["state"], bought["points"], till.standing()) == ("captured", 5000, (0, 0))
    (prize,) = alice.get("/v1/prizes").get_json()["items"]
    assert (prize["grant"], prize["kind"], prize["needs_address"]) == (bought["grants"][0], "goods", True)
    till.prove()


def test_eight_meals_of_thirty_yuan_and_a_free_one_after_the_seventh(till: Till) -> None:
    alice = till.member("alice")
    for _ in range(7):
        till.order(30)
    bought = buy(alice, "meal")
    assert (bought["state"], bought["cancel_until"] is not None, till.standing()) == ("held", True, (210, 200))
    taken = alice.post(f"/v1/redemptions/{bought['redemption']}/captures").get_json()
    assert (taken["state"], till.standing()) == ("captured", (10, 0))
    till.order(30)
    assert till.standing() == (40, 0)
    prize = alice.get(f"/v1/prizes/{taken['grants'][0]}").get_json()
    assert parse(prize["use_by"]) - from_ms(till.bureau.clock.now_ms()) == timedelta(days=60, seconds=-1)
    code = alice.post(f"/v1/prizes/{taken['grants'][0]}/reveal").get_json()["code"]
    used = till.client.brand("vouchers").send("POST", f"/v1/vouchers/{code}/uses", {}, key="use")
    assert (used.status_code, used.get_json()["name"]) == (201, "券 meal")
    lines = alice.get("/v1/statement").get_json()["items"]
    assert [line["amount"] for line in lines] == [30, -200, *[30] * 7]
    assert [lines[1][name] for name in ("reason", "source", "source_name")] == ["redeem", "itm_meal", "券 meal"]
    till.prove()


def test_twelve_thousand_points_buy_two_of_five_thousand_and_leave_two_thousand(till: Till) -> None:
    alice = till.member("alice")
    till.order(12_000)
    assert refusal(alice, "gift", 3)[0] == "too_few_points"
    bought = buy(alice, "gift", 2)
    assert (len(bought["grants"]), till.standing(), till.left("gift")) == (2, (2000, 0), 38)
    again = alice.post("/v1/redemptions", {"item": "itm_gift", "quantity": 2}, key="k")
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (bought, "true")
    till.prove()


def test_what_is_held_can_be_given_back_for_the_very_points_and_the_unit_is_there_again(till: Till) -> None:
    alice = till.member("alice")
    till.order(150)
    till.order(150)
    bought = buy(alice, "meal")
    path = f"/v1/redemptions/{bought['redemption']}"
    assert (till.left("meal"), alice.get("/v1/prizes").get_json()["items"]) == (39, [])
    assert refusal(alice, "meal")[0] == "held"
    back = [alice.send("DELETE", path).get_json() for _ in range(2)]
    assert back[0] == back[1]
    assert (back[0]["state"], till.standing(), till.left("meal")) == ("cancelled", (300, 0), 40)
    assert [lot["left"] for lot in alice.get("/v1/statement").get_json()["lots"]] == [150, 150]
    assert code_of(alice.post(f"{path}/captures")) == (409, "conflict")
    till.order(1)
    other = buy(alice, "meal", key="other")
    alice.post(f"/v1/redemptions/{other['redemption']}/captures")
    assert code_of(alice.send("DELETE", f"/v1/redemptions/{other['redemption']}")) == (409, "conflict")
    assert [each["state"] for each in alice.get("/v1/redemptions").get_json()["items"]] == ["captured", "cancelled"]
    till.prove()


def test_after_its_time_a_held_one_is_captured_and_not_given_back(till: Till) -> None:
    alice = till.member("alice")
    till.order(200)
    id_ = buy(alice, "meal")["redemption"]
    till.bureau.clock.move(timedelta(minutes=10) - timedelta(milliseconds=1))
    assert till.due() == []
    till.bureau.clock.move(timedelta(milliseconds=1))
    assert code_of(alice.send("DELETE", f"/v1/redemptions/{id_}")) == (409, "too_late")
    assert till.due() == [("mem_alice", id_)]
    done = [till.bureau.services.writer.run(lambda work: capture_due(work, "mem_alice", id_)) for _ in range(2)]
    assert done[0]
    assert (till.due(), till.standing()) == ([], (0, 0))
    assert len(alice.get("/v1/prizes").get_json()["items"]) == 1
    till.prove()


def test_the_export_tells_of_each_redemption_what_became_of_it(till: Till) -> None:
    alice = till.member("alice")
    till.order(1000)
    back, held = (buy(alice, "meal", key=key)["redemption"] for key in ("k-1", "k-2"))
    alice.send("DELETE", f"/v1/redemptions/{back}")
    drunk = buy(alice, "tea", 2, "k-3")
    with ZipFile(BytesIO(alice.get("/v1/me/export").data)) as archive:
        told = orjson.loads(archive.read("redemptions.json"))["items"]
    assert {each["redemption"]: (each["state"], each["grants"]) for each in told} == {
        drunk["redemption"]: ("captured", drunk["grants"]),
        held: ("held", []),
        back: ("cancelled", []),
    }


def test_limits_of_a_day_and_of_a_member_and_the_stock(till: Till) -> None:
    alice, bob = till.member("alice"), till.member("bob")
    till.order(100)
    till.order(100, "bob")
    buy(alice, "tea", 2)
    code, said = refusal(alice, "tea")
    assert (code, said["reason"], said["retry_at"]) == ("limit_reached", "day", "2026-11-10T16:00:00.000Z")
    till.bureau.clock.move(timedelta(hours=12))
    assert refusal(alice, "tea", 2)[1]["reason"] == "member"
    buy(alice, "tea", key="third")
    assert refusal(bob, "tea", 2)[0] == "sold_out"
    buy(bob, "tea")
    assert refusal(bob, "tea")[0] == "sold_out"
    assert shown(bob, "tea")["state"] == "sold_out"
    till.prove()


def test_refusals_come_in_the_documented_order(till: Till) -> None:
    alice = till.member("alice")
    insider = till.member("carol", insider=1)
    assert code_of(alice.post("/v1/redemptions", {"item": "itm_none"}, key="k")) == (404, "not_found")
    assert refusal(insider, "meal")[0] == "not_eligible"
    pause(till.bureau.office, CAMPAIGN, "Carol")
    code, said = refusal(alice, "meal")
    assert (code, said["paused"]) == ("not_open", True)
    till.bureau.services.writer.run(lambda work: quarantine_subject(work, "member", "mem_alice", "a test"))
    assert refusal(alice, "meal")[0] == "under_review"
    resume(till.bureau.office, CAMPAIGN, "Carol")


def test_an_item_is_for_those_whom_its_campaign_is_for_and_in_its_own_time(bureau: Bureau) -> None:
    till, now = Till(bureau), from_ms(bureau.clock.now_ms())
    opens, closes = (render(now + timedelta(days=days)) for days in (1, 2))
    text = changed("audience:\n", "audience:\n  only: [{attribute: tier, values: [gold]}]\n")
    till.open(shop_text(item("cup", 5, kind="goods", opens_at=opens, closes_at=closes), text=text), [])
    gold, other = till.member("alice", attributes='{"tier":"gold"}'), till.member("bob")
    till.order(100)
    said = []
    for _ in range(3):
        refused = other.post("/v1/redemptions", {"item": "itm_cup", "quantity": 1}, key="k").get_json()
        assert (refused["code"], refused["reason"]) == ("not_eligible", "audience")
        answer = gold.post("/v1/redemptions", {"item": "itm_cup", "quantity": 1}, key="k").get_json()
        said.append(answer.get("state") or answer["detail"])
        bureau.clock.move(timedelta(days=1))
    again = gold.post("/v1/redemptions", {"item": "itm_cup", "quantity": 1}, key="other").get_json()
    assert (said[0], said[1], again["detail"]) == (
        "It can't be bought yet.",
        "captured",
        "It can't be bought any more.",
    )


def test_items_change_only_for_the_better(till: Till) -> None:
    dearer = shop_text(item("meal", 201, use_by_days=60, cancel_minutes=10), GIFT, TEA)
    with pytest.raises(Conflict, match="it may only become less"):
        till.open(dearer, [])
    till.open(shop_text(item("meal", 199, market_value_fen=2400, use_by_days=60, cancel_minutes=10), GIFT, TEA), [])
    assert shown(till.member("alice"), "meal")["price"] == 199


@pytest.mark.parametrize(
    "forgery",
    [
        "INSERT INTO redemption_end VALUES (:id, 'captured', 1)",
        "INSERT INTO redemption VALUES ('red_forged', 'mem_alice', 'itm_gift', 1, 1, 5000, NULL, 1)",
    ],
)
def test_a_redemption_that_was_not_paid_is_found(till: Till, forgery: str) -> None:
    alice = till.member("alice")
    till.order(200)
    id_ = buy(alice, "meal")["redemption"]

    class UndoneError(Exception):
        """So that nothing of it stays."""

    def forge(work: Any) -> None:
        work.connection.execute(sa.text(forgery), {"id": id_} if ":id" in forgery else {})
        assert {one.subject for one in prove_redemptions(work.connection).violations} == {"mem_alice"}
        raise UndoneError

    with pytest.raises(UndoneError):
        till.bureau.services.writer.run(forge)
