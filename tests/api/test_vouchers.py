"""The counter: a code is looked at, used once, taken back within five minutes, and listed by the day."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

import pytest

from engage.kernel.refusals import NotFound
from engage.kernel.sealing import Sealer
from engage.ledger import lift, quarantine_subject
from engage.rewards import get_voucher, import_codes
from tests.api.test_prizes import where_it_is_kept
from tests.support.counter import Till, Voucher, open_till, publish_vouchers, win_voucher
from tests.support.server import Client, code_of, page_of
from tests.support.world import SECRET, prize, rules, slot

MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def voucher(client: Client) -> Voucher:
    publish_vouchers(client)
    return win_voucher(client)


@pytest.fixture
def till(client: Client) -> Till:
    return open_till(client)


def test_a_code_is_looked_at_used_and_then_used(voucher: Voucher, till: Till) -> None:
    code = voucher.reveal()
    seen = till.look(code).get_json()
    assert (seen["name"], seen["where"], seen["state"]) == ("套餐券", "各门店", "revealed")
    assert (seen["refusal"], seen["last_use"]) == (None, None)
    assert seen["use_by"] == "2026-12-31T04:00:00.000Z"
    used = till.use(code, "k1")
    document = used.get_json()
    assert (used.status_code, document["grant"], document["store"]) == (201, voucher.grant, "Shop 12")
    assert (document["used_at"], document["undo_until"]) == ("2026-12-01T04:00:00.000Z", "2026-12-01T04:05:00.000Z")
    again = till.use(code, "k2")
    assert code_of(again) == (409, "already_used")
    assert (again.get_json()["used_at"], again.get_json()["store"]) == (document["used_at"], "Shop 12")
    seen = till.look(code).get_json()
    assert (seen["state"], seen["refusal"]["code"]) == ("used", "already_used")
    assert seen["last_use"] == document


def test_the_winner_sees_where_and_when_it_was_used(voucher: Voucher, till: Till) -> None:
    till.use(voucher.reveal(), "k1")
    alice = voucher.page.client
    mine = alice.get(f"/v1/prizes/{voucher.grant}").get_json()
    assert (mine["state"], mine["used"]) == ("used", {"at": "2026-12-01T04:00:00.000Z", "store": "Shop 12"})
    assert alice.get("/v1/prizes").get_json()["items"][0]["state"] == "used"


def test_the_same_key_gets_the_same_bytes_and_another_request_is_refused(voucher: Voucher, till: Till) -> None:
    code = voucher.reveal()
    first, again = till.use(code, "k1"), till.use(code, "k1")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert code_of(Till(till.client, "Shop 13").use(code, "k1")) == (422, "key_reused")
    assert code_of(till.use("gam_w-prz_meal-0044", "k1")) == (422, "key_reused")
    assert code_of(till.use("no such code", "k1")) == (422, "key_reused")
    assert code_of(till.client.post(f"/v1/vouchers/{code}/uses", {})) == (422, "invalid_request")


def test_a_use_is_undone_within_five_minutes_and_the_code_is_good_again(voucher: Voucher, till: Till) -> None:
    code = voucher.reveal()
    use = till.use(code, "k1").get_json()["use"]
    voucher.page.client.world.clock.move(5 * MINUTE - MILLISECOND)
    undone = till.undo(use)
    assert (undone.status_code, undone.get_json()["undone_at"]) == (200, "2026-12-01T04:04:59.999Z")
    assert voucher.state() == "revealed"
    assert till.undo(use).get_json() == undone.get_json()
    assert till.look(code).get_json()["refusal"] is None
    second = till.use(code, "k2").get_json()["use"]
    assert second != use
    assert till.undo(use).get_json()["undone_at"] == "2026-12-01T04:04:59.999Z"
    assert voucher.state() == "used"


def test_after_five_minutes_a_use_stays(voucher: Voucher, till: Till) -> None:
    use = till.use(voucher.reveal(), "k1").get_json()["use"]
    voucher.page.client.world.clock.move(5 * MINUTE)
    refused = till.undo(use)
    assert (code_of(refused), refused.get_json()["undo_until"]) == ((409, "too_late"), "2026-12-01T04:05:00.000Z")
    assert voucher.state() == "used"
    assert code_of(till.undo("use_none")) == (404, "not_found")


def test_every_change_is_in_the_winners_feed_and_gives_the_code_to_nobody(
    voucher: Voucher, till: Till, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    code = voucher.reveal()
    till.undo(till.use(code, "k1").get_json()["use"])
    till.use(code, "k2")
    feed = voucher.page.client.get("/v1/feed?limit=1000").get_json()["items"]
    states = [event["data"]["state"] for event in feed if event["name"] == "prize.changed"]
    assert states == ["revealed", "used", "revealed", "used"]
    assert code not in str(feed) + till.list().get_data(as_text=True) + till.look(code).get_data(as_text=True)
    assert not where_it_is_kept(till.client.world, code)
    assert code not in caplog.text + "".join(capsys.readouterr())


def test_a_key_of_another_scope_is_refused_everywhere(voucher: Voucher, client: Client) -> None:
    code = voucher.reveal()
    wrong = Till(client.brand("prizes", "support"))
    for answer in (wrong.look(code), wrong.use(code, "k"), wrong.undo("use_1"), wrong.list()):
        assert (code_of(answer), answer.get_json()["scope"]) == ((403, "forbidden"), "vouchers")
    member = Till(voucher.page.client)
    for answer in (member.look(code), member.use(code, "k"), member.undo("use_1"), member.list()):
        assert code_of(answer) == (401, "unauthenticated")
    assert voucher.state() == "revealed"


def test_a_use_is_refused_by_the_first_rule_that_it_breaks(voucher: Voucher, till: Till, client: Client) -> None:
    world, code = client.world, "gam_w-prz_meal-0000"
    clerk = Till(Client(world, client.app, "nonsense"))
    assert code_of(clerk.use(code, "k")) == (401, "unauthenticated")
    assert code_of(Till(client.brand("members")).use("nothing", "k")) == (403, "forbidden")
    assert code_of(till.client.post("/v1/vouchers/nothing/uses", {"surprise": 1}, key="k")) == (422, "invalid_request")
    assert code_of(till.use("nothing", "k")) == (404, "not_found")
    assert code_of(till.use("gam_w-prz_meal-0001", "k")) == (409, "not_won")
    world.services.writer.run(partial(quarantine_subject, kind="member", subject="mem_alice", reason="a test"))
    client.brand("members").put("/v1/members/alice", {"insider": True})
    world.clock.move(timedelta(days=31))
    assert code_of(till.use(code, "k")) == (409, "under_review")
    world.services.writer.run(lambda work: lift(work, "member", "mem_alice", "Carol", "Dan"))
    assert code_of(till.use(code, "k")) == (403, "not_eligible")
    client.brand("members").put("/v1/members/alice", {"insider": False})
    assert code_of(till.use(code, "k")) == (409, "not_revealed")
    voucher.reveal()
    refused = till.use(code, "k")
    assert (code_of(refused), refused.get_json()["expired_at"]) == ((409, "expired"), "2026-12-31T04:00:00.000Z")
    world.clock.move(timedelta(days=-2))
    assert code_of(till.use(code, "k")) == (503, "busy"), "a clock set back gives nothing"
    assert voucher.state() == "revealed"


def test_a_used_voucher_is_used_also_when_its_time_has_passed(voucher: Voucher, till: Till) -> None:
    code = voucher.reveal()
    till.use(code, "k1")
    voucher.page.client.world.clock.move(timedelta(days=31))
    assert code_of(till.use(code, "k2")) == (409, "already_used")


def test_the_last_moment_of_a_voucher(voucher: Voucher, till: Till) -> None:
    code = voucher.reveal()
    voucher.page.client.world.clock.move(timedelta(days=30) - MILLISECOND)
    assert till.use(code, "k1").status_code == 201
    voucher.page.client.world.clock.move(MILLISECOND)
    assert till.undo(till.look(code).get_json()["last_use"]["use"]).status_code == 200
    assert code_of(till.use(code, "k2")) == (409, "expired")


def test_looking_says_what_using_would_be_refused_with(voucher: Voucher, till: Till, client: Client) -> None:
    code = "gam_w-prz_meal-0000"
    assert code_of(till.look("nothing")) == (404, "not_found")
    assert code_of(till.look("gam_w-prz_meal-0001")) == (409, "not_won")
    seen = till.look(code).get_json()
    refused = till.use(code, "k").get_json()
    assert seen["refusal"] == {name: refused[name] for name in ("code", "detail")}
    assert (seen["state"], refused["code"]) == ("won", "not_revealed")
    voucher.reveal()
    client.world.clock.move(timedelta(days=31))
    assert till.look(code).get_json()["refusal"]["code"] == "expired"


def test_the_brand_takes_a_voucher_back_with_a_reason_that_its_winner_reads(
    voucher: Voucher, till: Till, client: Client
) -> None:
    code, brand, path = voucher.reveal(), client.brand("prizes"), f"/v1/prizes/{voucher.grant}/states"
    for state in ("shipped", "delivered", "declined"):
        assert code_of(brand.post(path, {"state": state})) == (409, "conflict")
    assert brand.post(path, {"state": "revoked", "note": "order 7 was refunded"}).status_code == 200
    mine = voucher.page.client.get(f"/v1/prizes/{voucher.grant}").get_json()
    assert (mine["state"], mine["note"]) == ("revoked", "order 7 was refunded")
    assert code_of(till.use(code, "k")) == (409, "revoked")
    assert till.look(code).get_json()["refusal"]["code"] == "revoked"
    assert code_of(voucher.page.client.post(f"/v1/prizes/{voucher.grant}/reveal")) == (409, "revoked")
    assert code_of(brand.post(path, {"state": "revoked"})) == (409, "conflict")


def test_what_was_used_is_not_taken_back(voucher: Voucher, till: Till, client: Client) -> None:
    till.use(voucher.reveal(), "k")
    answer = client.brand("prizes").post(f"/v1/prizes/{voucher.grant}/states", {"state": "revoked"})
    assert code_of(answer) == (409, "already_used")


def test_the_list_of_a_day_is_paged_newest_first_and_keeps_what_was_undone(client: Client, till: Till) -> None:
    publish_vouchers(client)
    other, uses = open_till(client, "Shop 13"), []
    for n in range(5):
        code = win_voucher(client, f"member{n}").reveal()
        uses.append((other if n == 2 else till).use(code, f"k{n}").get_json()["use"])
        client.world.clock.move(MINUTE)
    till.undo(uses[4])
    page = till.list("?limit=2").get_json()
    seen = page["items"]
    while page["next"]:
        page = till.list(f"?limit=2&cursor={page['next']}").get_json()
        seen += page["items"]
    assert [one["use"] for one in seen] == uses[::-1]
    assert [one["undone_at"] is None for one in seen] == [False, True, True, True, True]
    assert (page["date"], page["time_zone"]) == ("2026-12-01", "Asia/Shanghai")
    assert [one["use"] for one in till.list("?store=Shop%2013").get_json()["items"]] == [uses[2]]
    assert {one["name"] for one in seen} == {"套餐券"}
    english = till.client.get("/v1/voucher-uses", headers={"Accept-Language": "en-GB,en"}).get_json()
    assert {one["name"] for one in english["items"]} == {"Meal voucher"}


@pytest.mark.parametrize(
    ("hours", "zone", "day", "found"),
    [
        (11.99, "Asia/Shanghai", "2026-12-01", 1),
        (12, "Asia/Shanghai", "2026-12-01", 0),
        (12, "Asia/Shanghai", "2026-12-02", 1),
        (12, "UTC", "2026-12-01", 1),
        (12, "America/New_York", "2026-12-01", 1),
        (0, "America/New_York", "2026-11-30", 1),
    ],
)
def test_a_day_is_the_day_of_its_time_zone(  # noqa: PLR0913  a row of the table
    voucher: Voucher, till: Till, hours: float, zone: str, day: str, found: int
) -> None:
    voucher.page.client.world.clock.move(timedelta(hours=hours))
    till.use(voucher.reveal(), "k")
    asked = till.list(f"?date={day}&time_zone={zone.replace('/', '%2F')}").get_json()
    assert (asked["date"], asked["time_zone"], len(asked["items"])) == (day, zone, found)


@pytest.mark.parametrize(
    "query", ["date=2026-13-01", "date=yesterday", "time_zone=Mars", "cursor=use_1", "limit=0", "surprise=1"]
)
def test_a_list_that_can_not_be_is_refused(till: Till, query: str) -> None:
    assert code_of(till.list(f"?{query}")) == (422, "invalid_request")


@pytest.mark.parametrize("code", ["https://shop.example/c?x=1&y=2#z", "A//B", "50%", "券-8", "a/uses", "uses", "+1 "])
def test_a_code_of_any_spelling_stands_in_an_address(client: Client, till: Till, code: str) -> None:
    document = rules("gam_x", [prize("prz_it", "voucher", units=1)], [slot("s1", 1, "prz_it")])
    import_codes(client.world.services.writer, client.world.services.sealer, "gam_x", "prz_it", [code.strip()])
    alice = page_of(client, "alice", client.world.publish(document))
    grant = alice.play()["prize"]["grant"]
    assert alice.client.post(f"/v1/prizes/{grant}/reveal").get_json()["code"] == code.strip()
    assert till.look(code.strip()).get_json()["grant"] == grant
    assert till.use(code.strip(), "k").status_code == 201


def test_a_code_is_found_also_after_the_secret_was_renewed(voucher: Voucher, client: Client) -> None:
    code = voucher.reveal()
    renewed = Sealer(("another secret that is only used by tests, and newer", SECRET))
    with client.world.services.reader.connect() as connection:
        assert get_voucher(connection, renewed, code).grant.id == voucher.grant
        with pytest.raises(NotFound):
            get_voucher(connection, Sealer(("a secret under which nothing was ever sealed here",)), code)
