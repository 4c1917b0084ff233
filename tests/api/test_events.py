"""Events from outside: taken once, refused by name, parked until their member is known, and answered for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engage.events import OUTSIDE_EVENT, judge
from engage.jobs import LAPSED_JOB
from engage.kernel.clock import from_ms, render
from engage.storage.log import event as logged
from tests.support.server import Client, code_of, open_client
from tests.support.world import World

ORDER = {"order": "o-1", "net_fen": 3000}
LINES = [
    {"line": "1", "sku": "meal-25", "category": "meals", "labels": ["green"], "quantity": 2, "net_fen": 2500},
    {"line": "2", "net_fen": 500},
]


def cloud_event(id_: str = "e-1", type_: str = "order.completed", **changes: Any) -> dict[str, Any]:
    """An event of Alice's."""
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": "shop/orders",
        "type": type_,
        "subject": "alice",
        "data": ORDER if type_ == "order.completed" else {},
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def happened(world: World) -> list[tuple[str, str | None]]:
    """What the log says of events from outside, in order: the type and the member."""
    query = sa.select(logged.c.name, logged.c.member).where(logged.c.subject.like("event:%"))
    with world.services.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(logged.c.position))]


@pytest.fixture
def shop(client: Client) -> Client:
    client.world.member("alice")
    return client.brand("events", "members", "support")


def test_one_event_is_taken_once_however_often_it_is_sent(shop: Client) -> None:
    for taken in ((1, 0), (0, 1), (0, 1)):
        answer = shop.post("/v1/events", cloud_event()).get_json()
        assert (answer["accepted"], answer["duplicates"]) == taken
        assert answer["all_accepted"] is True
    assert happened(shop.world) == [("order.completed", "mem_alice")]


def test_a_batch_takes_each_event_by_itself(shop: Client) -> None:
    batch = [
        cloud_event("e-1"),
        cloud_event("e-1"),
        cloud_event("e-2", "review.posted", data={"product": "p-9", "rating": 5}),
        cloud_event("e-3", "order.lost"),
        cloud_event("e-4", data=ORDER | {"net_fen": -1}),
        cloud_event("e-5", subject="nobody"),
        cloud_event("e-6", time=render(from_ms(shop.world.clock.now_ms()) - timedelta(days=91))),
        cloud_event("e-7", data=ORDER | {"paid_at": "2026-09-01T09:00:00+08:00"}),
        "no event",
    ]
    answer = shop.send("POST", "/v1/events", batch).get_json()
    assert answer["rejected"][-1]["detail"] == "event 9 of 9, which has no id: event: it must be a JSON object"
    rejected = [(one["id"], one["code"]) for one in answer.pop("rejected")]
    assert answer == {"accepted": 2, "duplicates": 1, "parked": 1, "all_accepted": False}
    assert rejected == [
        ("e-3", "unknown_type"),
        ("e-4", "invalid"),
        ("e-6", "too_old"),
        ("e-7", "too_old"),
        ("", "invalid"),
    ]
    assert [name for name, _ in happened(shop.world)] == ["order.completed", "review.posted"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"source": None}, "source"),
        ({"subject": None}, "subject"),
        ({"type": "Order Completed"}, "type"),
        ({"time": "yesterday"}, "time: this is no instant, such as"),
        ({"time": "2026-12-01T10:00:00"}, "time: an instant needs an offset"),
        ({"time": "2026-12-02T10:00:00Z"}, "future"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "years"),
        ({"subject": "a\x00b"}, "subject"),
        ({"subject": "a/b"}, "subject"),
        ({"data": ORDER | {"paid_at": "9999-12-31T23:59:59-14:00"}}, "data.paid_at: an instant lies between the years"),
        ({"data": ORDER | {"paid_at": "2026-12-02T10:00:00Z"}}, "data.paid_at: it lies in the future"),
        ({"data": ORDER | {"lines": [LINES[0] | {"category": "a\x00b"}, LINES[1]]}}, "category"),
        ({"colour": "red"}, "colour"),
        ({"data": {"order": "o-1"}}, "data.net_fen: it is missing"),
        ({"data": ORDER | {"net_fen": 30.5}}, "data.net_fen"),
        ({"data": ORDER | {"currency": "USD"}}, "data.currency"),
        ({"data": ORDER | {"lines": LINES[:1]}}, "data: lines add up to 2500"),
        ({"data": ORDER | {"lines": [LINES[0], LINES[1] | {"line": "1"}]}}, "same `line`"),
        ({"data": ORDER | {"tenders": [{"kind": "card", "net_fen": 1}]}}, "tenders add up to 1"),
        ({"data": ORDER | {"coupon": "x"}}, "data.coupon: there is no such field"),
    ],
)
def test_what_is_wrong_is_named_and_its_id_is_not_burnt(shop: Client, changes: dict[str, Any], field: str) -> None:
    answer = shop.post("/v1/events", cloud_event(**changes)).get_json()
    assert answer["accepted"] == 0
    assert answer["rejected"][0]["code"] == "invalid"
    assert field in answer["rejected"][0]["detail"]
    assert shop.post("/v1/events", cloud_event(data=ORDER | {"lines": LINES})).get_json()["accepted"] == 1


def test_an_event_waits_for_its_member(shop: Client) -> None:
    world = shop.world
    later, first = world.clock.now_ms() - 1_000, world.clock.now_ms() - 9_000
    shop.post("/v1/events", cloud_event("e-2", subject="bob", time=render(from_ms(later))))
    shop.post(
        "/v1/events",
        cloud_event("e-1", "review.posted", subject="bob", time=render(from_ms(first)), data={"product": "p"}),
    )
    assert shop.get("/v1/events/shop/orders/e-2").get_json()["state"] == "waits"
    bob = shop.put("/v1/members/bob", {}).get_json()["member"]
    assert happened(world) == [("review.posted", bob), ("order.completed", bob)]
    assert shop.get("/v1/events/shop/orders/e-2").get_json()["state"] == "applied"
    assert shop.post("/v1/events", cloud_event("e-2", subject="bob")).get_json()["duplicates"] == 1


def test_what_waited_too_long_lapses_and_may_be_sent_again(shop: Client) -> None:
    shop.post("/v1/events", cloud_event(subject="bob"))
    shop.world.clock.move(timedelta(hours=25))
    assert shop.get("/v1/events/shop/orders/e-1").get_json()["state"] == "lapsed"
    bob = shop.put("/v1/members/bob", {}).get_json()["member"]
    assert happened(shop.world) == []
    assert shop.post("/v1/events", cloud_event(subject="bob")).get_json()["accepted"] == 1
    assert happened(shop.world) == [("order.completed", bob)]


def test_what_has_lapsed_is_taken_once_and_says_what_it_said_before(shop: Client) -> None:
    shop.post("/v1/events", cloud_event(subject="bob"))
    shop.world.clock.move(timedelta(hours=25))
    shop.put("/v1/members/bob", {})
    for changes in ({"subject": "alice"}, {"data": ORDER | {"net_fen": 1}}):
        (rejected,) = shop.post("/v1/events", cloud_event(**({"subject": "bob"} | changes))).get_json()["rejected"]
        assert (rejected["code"], "lapsed" in rejected["detail"]) == ("invalid", True)
    answer = shop.send("POST", "/v1/events", [cloud_event(subject="bob")] * 2).get_json()
    assert (answer["accepted"], answer["duplicates"], len(happened(shop.world))) == (1, 1, 1)


def test_what_has_lapsed_is_forgotten_once_it_is_too_old_to_be_sent_again(shop: Client) -> None:
    world = shop.world
    columns = OUTSIDE_EVENT.table.c
    kept = sa.select(columns.source_id, columns.external_id, columns.data != "")
    shop.send("POST", "/v1/events", [cloud_event("e-1", subject="bob"), cloud_event("e-2")])
    for days, named in ((90, "bob"), (1, None)):
        world.clock.move(timedelta(days=days))
        LAPSED_JOB.run(world.services)
        with world.services.reader.connect() as connection:
            found = {row[0]: tuple(row[1:]) for row in connection.execute(kept)}
        assert found == {"e-1": (named, named is not None), "e-2": ("alice", True)}
    assert shop.get("/v1/events/shop/orders/e-1").get_json()["state"] == "lapsed"
    shop.put("/v1/members/bob", {})
    (rejected,) = shop.post("/v1/events", cloud_event("e-1", subject="bob")).get_json()["rejected"]
    assert (rejected["code"], happened(world)) == ("invalid", [("order.completed", "mem_alice")])


def test_it_is_told_what_each_rule_made_of_an_event(shop: Client) -> None:
    shop.post("/v1/events", cloud_event())
    found = shop.get("/v1/members/alice/events").get_json()["items"]
    assert [(one["source"], one["id"], one["rules"]) for one in found] == [("shop/orders", "e-1", [])]
    query = sa.select(logged.c.subject).where(logged.c.name == "order.completed")
    with shop.world.services.reader.connect() as connection:
        event = connection.execute(query).scalar_one().removeprefix("event:")
    shop.world.services.writer.run(lambda work: judge(work, event, "tsk_spend", "cap_reached", cap=3))
    rules = shop.get("/v1/events/shop/orders/e-1").get_json()["rules"]
    assert [(one["rule"], one["verdict"], one["data"]) for one in rules] == [("tsk_spend", "cap_reached", {"cap": 3})]


def test_a_list_of_events_reads_on(shop: Client) -> None:
    shop.send("POST", "/v1/events", [cloud_event(f"e-{n}") for n in range(5)])
    seen, cursor = [], ""
    while cursor is not None:
        page = shop.get(f"/v1/members/alice/events?limit=2&cursor={cursor}").get_json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == [f"e-{n}" for n in range(5)]


def test_a_brand_declares_types_of_its_own(shop: Client) -> None:
    schema = {"type": "object", "required": ["seats"], "properties": {"seats": {"type": "integer", "minimum": 1}}}
    event = cloud_event("e-1", "table.booked", data={"seats": 2})
    assert shop.post("/v1/events", event).get_json()["rejected"][0]["code"] == "unknown_type"
    assert shop.put("/v1/event-types/table.booked", {"schema": schema}).status_code == 201
    assert shop.put("/v1/event-types/table.booked", {"schema": schema}).status_code == 200
    wrong = shop.post("/v1/events", event | {"data": {"seats": 0}}).get_json()
    assert wrong["rejected"] == [
        {"id": "e-1", "code": "invalid", "detail": "data.seats: does not meet `minimum` of its schema"}
    ]
    assert shop.post("/v1/events", event).get_json()["accepted"] == 1
    told = {one["type"]: one for one in shop.get("/v1/event-types").get_json()["items"]}
    assert told["table.booked"] == {"type": "table.booked", "built_in": False, "schema": schema}
    assert told["order.completed"]["built_in"] is True


def test_data_that_a_schema_can_not_tell_of_are_refused_and_hold_up_no_other_event(shop: Client) -> None:
    schema = {"properties": {"loop": {"$ref": "#/properties/loop"}, "in": {"$ref": "#"}, "lost": {"$ref": "#/none"}}}
    assert shop.put("/v1/event-types/table.booked", {"schema": schema}).status_code == 201
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"in": deep}
    told = [{"loop": 1}, {"lost": 1}, deep, {"in": {}}]
    batch = [cloud_event(f"e-{n}", "table.booked", data=data) for n, data in enumerate(told)]
    answer = shop.send("POST", "/v1/events", batch).get_json()
    assert [one["id"] for one in answer["rejected"]] == ["e-0", "e-1", "e-2"]
    assert answer["accepted"] == 1


@pytest.mark.parametrize(
    ("name", "schema", "code"),
    [
        ("order.completed", {"type": "object"}, (409, "conflict")),
        ("table.booked", {"type": "nonsense"}, (422, "invalid_request")),
        ("table.booked", {"$ref": "http://example.com/schema"}, (422, "invalid_request")),
        ("table.booked", {"description": "x" * 17_000}, (422, "invalid_request")),
        ("table.booked", {"$ref": "#"}, (422, "invalid_request")),
        ("table.booked", {"$ref": "#/nowhere"}, (422, "invalid_request")),
    ],
)
def test_a_type_that_can_not_be_is_refused(shop: Client, name: str, schema: Any, code: tuple[int, str]) -> None:
    assert code_of(shop.put(f"/v1/event-types/{name}", {"schema": schema})) == code


def test_a_batch_has_a_limit_and_a_key_has_a_scope(shop: Client, client: Client) -> None:
    assert code_of(shop.send("POST", "/v1/events", [cloud_event()] * 1001)) == (422, "invalid_request")
    assert shop.send("POST", "/v1/events", []).get_json()["errors"] == [
        {"field": "body", "message": "send one event, or an array of 1 to 1000"}
    ]
    assert code_of(client.brand("members").post("/v1/events", cloud_event())) == (403, "forbidden")
    assert code_of(shop.get("/v1/events/shop/orders/e-404")) == (404, "not_found")


def test_an_event_is_found_by_names_with_slashes_in_them(shop: Client) -> None:
    shop.send("POST", "/v1/events", [cloud_event("o/7"), cloud_event("7", source="shop/orders/o"), cloud_event("o/8")])
    for address, source, name in (("o%2F8", "shop/orders", "o/8"), ("o%2F7", "shop/orders/o", "7")):
        found = shop.get(f"/v1/events/shop%2Forders/{address}").get_json()
        assert (found["source"], found["id"]) == (source, name)
    assert code_of(shop.get("/v1/events/shop%2Forders/o%2F9")) == (404, "not_found")


def test_a_key_answers_the_same_bytes_again(shop: Client) -> None:
    first, again = (shop.post("/v1/events", cloud_event(), key="k-1") for _ in range(2))
    assert first.get_data() == again.get_data()
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
def test_servers_that_get_the_same_batch_at_once_take_it_once(world: World) -> None:
    world.member("alice")
    servers = [World(world.url, world.clock) for _ in range(4)]
    shops = [open_client(server).brand() for server in servers]
    batch = [cloud_event(f"e-{n}") for n in range(50)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda shop: shop.send("POST", "/v1/events", batch).get_json(), shops))
    for server in servers:
        server.close()
    assert sum(answer["accepted"] for answer in answers) == 50
    assert sum(answer["duplicates"] for answer in answers) == 150
    assert len(happened(world)) == 50
