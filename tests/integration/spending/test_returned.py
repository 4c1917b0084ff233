"""What the brand takes back or will not send, of all that was bought, gives its points back: to the very lots, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engage.ledger import expire_points, give_notices, quarantine_subject
from engage.rewards.proof_redemptions import prove_redemptions
from tests.support.bureau import Bureau
from tests.support.server import Client, code_of
from tests.support.till import Till, item, shop_text

MEAL = item("meal", 200)
GIFT = item("gift", 500, kind="goods", address="true")
ONCE = item("gift", 100, kind="goods", per_member=2, per_day=1)


@pytest.fixture
def till(bureau: Bureau) -> Till:
    """A shop that sells a meal and a gift for good; what orders earn expires after a year."""
    till = Till(bureau)
    till.open(shop_text(MEAL, GIFT), [("meal", 40)])
    return till


def buy(alice: Client, name: str, quantity: int = 1, key: str = "k") -> list[str]:
    """Buy; the grants."""
    answer = alice.post("/v1/redemptions", {"item": f"itm_{name}", "quantity": quantity}, key=key).get_json()
    grants: list[str] = answer["grants"]
    return grants


@pytest.fixture
def brand(till: Till) -> Client:
    """The brand's server that sends prizes."""
    return till.client.brand("prizes")


def move(brand: Client, grant: str, state: str, key: str) -> Any:
    """What the brand says of a prize."""
    return brand.send("POST", f"/v1/prizes/{grant}/states", {"state": state, "note": "We ran out."}, key=key)


def lots(alice: Client) -> list[int]:
    """What is left of each lot, those that expire before those for life."""
    return [lot["left"] for lot in alice.get("/v1/statement").get_json()["lots"]]


def test_each_unit_gives_back_the_very_points_that_paid_for_it_and_only_once(till: Till, brand: Client) -> None:
    alice = till.member("alice")
    for _ in range(3):
        till.order(150)
    first, second = buy(alice, "meal", 2)
    assert lots(alice) == [50]
    taken = [move(brand, first, "revoked", "r-1") for _ in range(2)]
    assert taken[0].data == taken[1].data
    assert taken[0].get_json()["points_back"] == 200
    assert (till.standing(), lots(alice)) == ((250, 0), [50, 150, 50])
    assert code_of(move(brand, first, "revoked", "r-2")) == (409, "conflict")
    assert move(brand, second, "revoked", "r-3").status_code == 200
    assert (till.standing(), lots(alice), till.left("meal")) == ((450, 0), [150, 150, 150], 38)
    prizes = alice.get("/v1/prizes").get_json()["items"]
    assert {(each["state"], each["points_back"], each["note"]) for each in prizes} == {("revoked", 200, "We ran out.")}
    lines = alice.get("/v1/statement").get_json()["items"]
    told = [(line["amount"], line["reason"], line["source"]) for line in lines[:3]]
    assert told == [(200, "reverse_redeem", "itm_meal")] * 2 + [(-400, "redeem", "itm_meal")]
    till.prove()


def test_goods_that_were_claimed_and_are_declined_give_their_points_back(till: Till, brand: Client) -> None:
    alice = till.member("alice")
    till.order(600)
    (grant,) = buy(alice, "gift")
    to = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai", "consent": True}
    assert alice.post(f"/v1/prizes/{grant}/claim", to).get_json()["points_back"] is None
    assert move(brand, grant, "declined", "d").get_json()["points_back"] == 500
    assert till.standing() == (600, 0)
    campaign = alice.get(f"/v1/prizes/{grant}").get_json()["campaign"]
    assert alice.get(f"/c/{campaign}/rules").status_code == 200
    till.prove()


def test_points_that_came_back_never_expire_also_where_the_rest_of_their_lot_has(till: Till, brand: Client) -> None:
    alice, bureau = till.member("alice"), till.bureau
    till.order(250)
    (grant,) = buy(alice, "meal")
    for days in (340, 18, 6, 2):
        bureau.clock.move(timedelta(days=days))
        bureau.services.writer.run(give_notices)
    assert bureau.services.writer.run(expire_points) == 1
    assert till.standing() == (0, 0)
    move(brand, grant, "revoked", "r")
    assert [lot["expires_at"] for lot in alice.get("/v1/statement").get_json()["lots"]] == [None]
    bureau.clock.move(timedelta(days=5000))
    assert bureau.services.writer.run(expire_points) == 0
    assert till.standing() == (200, 0)
    till.prove()


def test_what_went_back_counts_for_no_limit(bureau: Bureau) -> None:
    till = Till(bureau)
    till.open(shop_text(ONCE), [])
    alice, brand = till.member("alice"), till.client.brand("prizes")
    till.order(500)

    def refused() -> Any:
        (gift,) = alice.get("/v1/items").get_json()["items"]
        return gift["why_not"] and gift["why_not"]["reason"]

    (first,) = buy(alice, "gift", key="k-1")
    assert refused() == "day"
    move(brand, first, "declined", "d-1")
    assert refused() is None
    (second,) = buy(alice, "gift", key="k-2")
    bureau.clock.move(timedelta(days=1))
    buy(alice, "gift", key="k-3")
    assert refused() == "member"
    move(brand, second, "declined", "d-2")
    assert refused() == "day"
    till.prove()


def test_points_that_came_back_pay_what_a_refund_left_owed_and_are_not_spent_again(till: Till, brand: Client) -> None:
    alice = till.member("alice")
    till.order(150)
    till.order(100, name="o-back")
    (grant,) = buy(alice, "meal")
    till.refund("o-back", 100)
    assert till.standing() == (0, 0)
    move(brand, grant, "revoked", "r")
    till.order(10)
    assert (till.standing(), lots(alice)) == ((160, 0), [10, 150])
    (line, *_) = (each for each in alice.get("/v1/statement").get_json()["items"] if each["reason"] == "reverse_earn")
    assert line["amount"] == -50
    till.prove()


def test_points_do_not_move_while_books_are_under_review_nor_for_what_was_sent(till: Till, brand: Client) -> None:
    alice = till.member("alice")
    till.order(700)
    (meal,), (gift,) = buy(alice, "meal", key="k-1"), buy(alice, "gift", key="k-2")
    to = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai", "consent": True}
    alice.post(f"/v1/prizes/{gift}/claim", to)
    assert move(brand, gift, "shipped", "s").get_json()["points_back"] is None
    assert code_of(move(brand, gift, "declined", "d")) == (409, "conflict")
    till.bureau.services.writer.run(lambda work: quarantine_subject(work, "member", "mem_alice", "a test"))
    assert code_of(move(brand, meal, "revoked", "r")) == (409, "under_review")
    assert till.standing() == (0, 0)


@pytest.mark.parametrize(
    "forgery",
    [
        "INSERT INTO grant_state VALUES (:grant, 1, 'revoked', NULL, 'brand', 1)",
        """INSERT INTO posting SELECT 'returned:' || :grant, 0, 222, asset_class, asset, credit_kind, debit_kind, owner,
        member, 200, lot, cause, n, recorded_at FROM posting WHERE route = 122""",
    ],
)
def test_points_that_did_not_return_or_returned_for_nothing_are_found(till: Till, forgery: str) -> None:
    alice = till.member("alice")
    till.order(200)
    (grant,) = buy(alice, "meal")

    class UndoneError(Exception):
        """So that nothing of it stays."""

    def forge(work: Any) -> None:
        work.connection.execute(sa.text(forgery), {"grant": grant})
        assert {one.subject for one in prove_redemptions(work.connection).violations} == {"mem_alice"}
        raise UndoneError

    with pytest.raises(UndoneError):
        till.bureau.services.writer.run(forge)
