"""Bodies that are not what they should be are refused before anything is done; none is a fault."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.support.server import Client, code_of

MALFORMED = {
    "no JSON": b"{",
    "a comma too many": b'{"purpose": "marketing",}',
    "an array": b"[]",
    "a number": b"1",
    "a text": b'"purpose"',
    "null": b"null",
    "bad UTF-8": b'{"purpose": "\xff\xfe"}',
    "half a surrogate": b'{"purpose": "\\ud800"}',
    "not a number": b'{"granted": NaN}',
    "a thousand and more deep": b'{"a":' * 2000 + b"1" + b"}" * 2000,
    "arrays as deep": b'{"purpose":' + b"[" * 100_0 + b"]" * 100_0 + b"}",
}
INVALID: dict[str, dict[str, Any]] = {
    "nothing in it": {},
    "an unknown field": {"purpose": "marketing", "granted": True, "surprise": 1},
    "a field of another kind": {"purpose": "marketing", "granted": "yes"},
    "a number for a flag": {"purpose": "marketing", "granted": 1},
    "too long": {"purpose": "m" * 65, "granted": True},
    "a zero byte": {"purpose": "mark\0eting", "granted": True},
}


@pytest.fixture
def alice(client: Client) -> Client:
    return client.member(client.world.member("alice"))


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_json_object_is_refused_with_400_or_422(alice: Client, body: bytes) -> None:
    status, code = code_of(alice.send("POST", "/v1/me/consents", data=body))
    assert status in (400, 422)
    assert code == "invalid_request"


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID.keys())
def test_fields_that_do_not_fit_are_named(alice: Client, body: dict[str, Any]) -> None:
    answer = alice.post("/v1/me/consents", body)
    assert code_of(answer) == (422, "invalid_request")
    assert answer.get_json()["errors"]
    assert all(set(error) == {"field", "message"} for error in answer.get_json()["errors"])


def test_the_answer_never_repeats_what_was_sent(alice: Client) -> None:
    answer = alice.post("/v1/me/consents", {"purpose": "marketing", "granted": "a secret that was sent by mistake"})
    assert b"a secret" not in answer.get_data()


def test_bodies_are_at_most_64_kib_and_batches_1_mib(client: Client, alice: Client) -> None:
    assert code_of(alice.send("POST", "/v1/me/consents", data=b" " * 65537)) == (413, "too_large")
    brand = client.brand("members")
    people = [{"external_id": f"m-{n}", "attributes": {"card": "x" * 200}} for n in range(1000)]
    assert len(orjson.dumps({"members": people})) > 65536
    answer = brand.put("/v1/members", {"members": people})
    assert answer.status_code == 200
    assert [one["external_id"] for one in answer.get_json()["items"]] == [one["external_id"] for one in people]
    assert code_of(brand.send("PUT", "/v1/members", data=b" " * (1024 * 1024 + 1))) == (413, "too_large")


def test_a_batch_holds_one_to_a_thousand_members_and_is_carried_out_whole_or_not(client: Client) -> None:
    brand = client.brand()
    people = [{"external_id": f"m-{n}"} for n in range(1001)]
    assert code_of(brand.put("/v1/members", {"members": people})) == (422, "invalid_request")
    assert code_of(brand.put("/v1/members", {"members": []})) == (422, "invalid_request")
    people = [{"external_id": "m-1"}, {"external_id": "m-2", "time_zone": "Nowhere/Land"}]
    assert code_of(brand.put("/v1/members", {"members": people})) == (422, "invalid_request")
    assert code_of(brand.get("/v1/members/m-1")) == (404, "not_found")


def test_a_member_named_twice_in_a_batch_is_one_member(client: Client) -> None:
    brand = client.brand()
    answer = brand.put("/v1/members", {"members": [{"external_id": "m-1"}, {"external_id": "m-1", "nickname": "Bob"}]})
    first, second = answer.get_json()["items"]
    assert first["member"] == second["member"]
    assert brand.get("/v1/members/m-1").get_json()["nickname"] == "Bob"


def test_what_the_brand_leaves_out_stays_as_it_was(client: Client) -> None:
    brand = client.brand()
    made = brand.put(
        "/v1/members/m-1", {"nickname": "Alice", "birth_date": "1990-05-04", "attributes": {"tier": "gold"}}
    )
    changed = brand.put("/v1/members/m-1", {"insider": True})
    assert (made.status_code, changed.status_code) == (201, 200)
    assert changed.get_json() == made.get_json() | {"insider": True}


@pytest.mark.parametrize(
    "field",
    [
        {"birth_date": "2026-13-01"},
        {"birth_date": "2026-12-01"},
        {"locale": "fr"},
        {"time_zone": "Mars"},
        {"nickname": "a\nb"},
        {"nickname": "a\0"},
    ],
)
def test_a_member_is_described_by_what_can_be(client: Client, field: dict[str, str]) -> None:
    assert code_of(client.brand().put("/v1/members/m-1", field)) == (422, "invalid_request")


def test_queries_are_read_as_strictly(alice: Client) -> None:
    for query in ("limit=0", "limit=101", "limit=x", "limit=99999999999999999999", "cursor=%00", "surprise=1"):
        assert code_of(alice.get(f"/v1/statement?{query}")) == (422, "invalid_request"), query
    assert code_of(alice.get("/v1/games/%00")) == (422, "invalid_request")
    assert code_of(alice.get("/v1/feed?after=-1")) == (422, "invalid_request")


def test_a_profile_changes_only_what_is_named(alice: Client) -> None:
    before = alice.get("/v1/me").get_json()
    after = alice.patch("/v1/me", {"nickname": None, "play_limits": {"per_day": 3}, "large_text": True}).get_json()
    limits = {"per_day": 3, "looser_per_day": None, "looser_from": None}
    assert after == before | {"nickname": None, "play_limits": limits, "large_text": True}
    looser = alice.patch("/v1/me", {"play_limits": None}).get_json()["play_limits"]
    assert looser["per_day"] == 3
    assert looser["looser_from"] is not None
    for wrong in (
        {"locale": None},
        {"locale": ""},
        {"time_zone": ""},
        {"time_zone": None},
        {"play_limits": {"per_day": -1}},
    ):
        assert code_of(alice.patch("/v1/me", wrong)) == (422, "invalid_request"), wrong


def test_every_answer_has_a_request_id_and_tells_browsers_to_keep_nothing(alice: Client) -> None:
    answer = alice.get("/v1/me", {"X-Request-Id": "till-7.2026-12-01"})
    assert answer.headers["X-Request-Id"] == "till-7.2026-12-01"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    made = alice.get("/v1/me", {"X-Request-Id": "<script>"}).headers["X-Request-Id"]
    assert made.isalnum()
    assert alice.get("/nowhere").headers["X-Request-Id"]


@pytest.mark.parametrize("external_id", ["a/b", ".", "..", "...", "a b", ""])
def test_an_external_id_that_no_address_could_name_is_refused(client: Client, external_id: str) -> None:
    answer = client.brand("members").put("/v1/members", {"members": [{"external_id": external_id}]})
    assert code_of(answer) == (422, "invalid_request")


@pytest.mark.parametrize("text", ["   ", "a\0b", "\u202eabc", "\u200b", "a\nb"])
def test_text_that_shows_nothing_or_bends_what_is_around_it_is_refused(client: Client, text: str) -> None:
    brand = client.brand("members", "turns")
    assert code_of(brand.put("/v1/members/m-1", {"nickname": text})) == (422, "invalid_request")
    assert code_of(brand.put("/v1/members/m-1", {"attributes": {text: "x"}})) == (422, "invalid_request")
    assert code_of(brand.put("/v1/members/m-1", {"attributes": {"x": text}})) == (422, "invalid_request")
    assert (
        brand.put("/v1/members/m-1", {"nickname": "王小 美", "attributes": {"tier 1": "gold", "n": 3}}).status_code
        == 201
    )
