"""What members may ask of their own data: why something counted, everything as one file, and to be forgotten."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import orjson
import pytest

from engage.earning import earning_subscriber
from engage.events import SubscriberLoop
from engage.fairness.verifier import verify_export
from engage.web import edge_of
from tests.support.bureau import ADULT, CARDS, Bureau
from tests.support.server import Client, Page, code_of, page_of

ORDER = {"order": "o-1", "net_fen": 3000}


def send_order(alice: Client) -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "shop",
        "type": "order.completed",
        "subject": "alice",
        "data": ORDER,
    }
    assert alice.brand("events").send("POST", "/v1/events", event).get_json()["all_accepted"]
    services = alice.world.services
    SubscriberLoop(services.writer, services.reader, [earning_subscriber()]).catch_up()


@pytest.fixture
def played(house: Client) -> Page:
    page = page_of(house, "alice", CARDS, turns=10, **ADULT)
    page.play()
    send_order(page.client)
    return page


def files_of(alice: Client) -> dict[str, Any]:
    answer = alice.get("/v1/me/export")
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_member_sees_what_was_sent_and_why_it_did_not_count(played: Page) -> None:
    (event,) = played.client.get("/v1/me/events").get_json()["items"]
    assert (event["type"], event["state"], event["rules"][0]["verdict"]) == (
        "order.completed",
        "applied",
        "outside_window",
    )


def test_the_export_holds_everything_and_its_receipts_check_out(played: Page) -> None:
    files = {name: data.decode() for name, data in files_of(played.client).items()}
    profile = orjson.loads(files["profile.json"])
    assert (profile["external_id"], profile["birth_date"]) == ("alice", ADULT["birth_date"])
    assert orjson.loads(files["events.json"])["items"][0]["id"] == "e-1"
    log = [one["position"] for one in orjson.loads(files["log.json"])]
    assert log == list(range(1, profile["position"] + 1))
    assert len(orjson.loads(files["statement.json"])["items"]) >= 2
    report = verify_export(orjson.loads(files["receipts.json"]))
    assert report.receipts == 1
    assert not report.failed


def test_whoever_is_erased_is_nobody_and_comes_back_as_somebody_new(played: Page, bureau: Bureau) -> None:
    alice, member = played.client, played.client.member_id
    refused = alice.send("DELETE", "/v1/me", {"confirm": "yes"})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "confirm")
    assert alice.send("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    row = bureau.rows("SELECT external_id, nickname, birth_date, attributes FROM member WHERE id = :id", id=member)
    assert row == [(None, None, None, "{}")]
    assert bureau.rows("SELECT external_id, data FROM outside_event") == [(None, "")]
    made = alice.brand("members").send("PUT", "/v1/members/alice", {})
    assert made.status_code == 201
    assert made.get_json()["member"] != member
    assert bureau.rows("SELECT count(*) FROM posting WHERE member = :id", id=member)[0][0] > 0


def test_no_token_of_whoever_is_erased_is_of_use_from_that_moment_on(played: Page) -> None:
    alice, token, epoch = played.client, played.client.mint(played.member), played.epoch
    asks = Client(alice.world, alice.app, token)
    assert asks.get("/v1/me").status_code == 200
    again = {"epoch": epoch, "client_seed": played.seed.hex()}
    plays = f"/v1/games/{CARDS}/plays"
    assert asks.post(plays, again, key="again").status_code == 201
    assert alice.send("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    for key in ("again", "anew"):
        assert code_of(asks.post(plays, again, key=key)) == (401, "unauthenticated")
    access, asked = edge_of(alice.app).access, 0
    for rule in alice.app.url_map.iter_rules():
        kind = access[rule.endpoint].kind if rule.endpoint in access else "anyone"
        path = re.sub("<[^>]*>", "x", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} if kind in ("member", "either") else ():
            assert code_of(asks.send(method, path)) == (401, "unauthenticated"), (method, path)
            asked += 1
    assert asked > 40


def test_what_was_erased_is_passed_over_by_readers_that_come_later(house: Client, bureau: Bureau) -> None:
    alice = page_of(house, "alice", CARDS, turns=1, **ADULT).client
    event = {"specversion": "1.0", "id": "e-1", "source": "shop", "type": "order.completed", "subject": "alice"}
    alice.brand("events").send("POST", "/v1/events", event | {"data": ORDER})
    alice.send("DELETE", "/v1/me", {"confirm": "erase"})
    services = bureau.services
    SubscriberLoop(services.writer, services.reader, [earning_subscriber()]).catch_up()
    assert bureau.rows("SELECT count(*) FROM purchase") == [(0,)]
    assert bureau.rows("SELECT count(*) FROM dead_letter") == [(0,)]
