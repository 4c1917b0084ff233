"""What is logged: who asked for what by route and random id, and faults by their places; nothing that people sent."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
import structlog

from engage.web import configure_logs
from tests.support.server import Client, Page, open_client, page_of
from tests.support.world import SECRET, World, prize, rules, slot

TO = {"name": "Wang Xiaomei", "phone": "+86 138 1234 5678", "address": "1 Pine Lane, Shanghai", "consent": True}
PERSONAL = ("Wang", "138 1234", "Pine Lane", "Lilac", "1991-02-03", "ext-4711", "127.0.0.1")


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def lines(captured: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in captured.splitlines()]


def everything(client: Client) -> tuple[Page, list[str]]:
    """One of each: a member described, a play, a code, a claim, refusals; and the secrets that came up."""
    brand = client.brand()
    described = {"nickname": "Lilac", "birth_date": "1991-02-03", "attributes": {"card": "ext-4711-card"}}
    brand.put("/v1/members/ext-4711", described)
    token = brand.post("/v1/members/ext-4711/tokens").get_json()["token"]
    brand.get("/v1/members/ext-4711")
    prizes = [prize("prz_v", "voucher", units=5), prize("prz_g", "goods", units=5)]
    game = client.world.publish(rules("gam_w", prizes, [slot("s1", 1, "prz_v")]))
    goods = client.world.publish(rules("gam_g", prizes, [slot("s1", 1, "prz_g")]))
    alice, there = page_of(client, "alice", game), client.world
    there.turns(alice.member, goods, 1)
    code = alice.client.post(f"/v1/prizes/{alice.play()['prize']['grant']}/reveal").get_json()["code"]
    other = Page(alice.client, alice.member, goods)
    assert alice.client.post(f"/v1/prizes/{other.play()['prize']['grant']}/claim", TO, key="k").status_code == 200
    alice.client.post("/v1/me/consents", {"purpose": "Wang Xiaomei", "granted": "Pine Lane"})
    Client(there, client.app, token).get("/v1/me")
    Client(there, client.app, f"{token}x").get("/v1/me")
    return alice, [brand.bearer, token, code, alice.seed.hex(), SECRET]


def test_requests_are_told_without_anything_that_people_sent(
    client: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    configure_logs("info")
    _, secrets = everything(client)
    out, err = capsys.readouterr()
    told = lines(err)
    assert {one["event"] for one in told} == {"request_answered"}
    assert {"PUT /v1/members/<ext>", "GET /v1/me"} <= {f"{one['method']} {one['route']}" for one in told}
    assert {one["status"] for one in told} >= {200, 201, 401, 422}
    for secret in (*secrets, *PERSONAL):
        assert secret not in out + err + caplog.text, secret


def test_a_request_is_found_by_the_id_that_its_answer_carries(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("info")
    alice = client.member(client.world.member("alice"))
    answer = alice.get("/v1/me")
    (one,) = lines(capsys.readouterr().err)
    assert one["request_id"] == answer.headers["X-Request-Id"]
    assert (one["actor"], one["route"], one["status"], one["level"]) == ("mem_alice", "/v1/me", 200, "info")
    client.get("/nowhere", {"X-Request-Id": "till-7.2026"})
    (one,) = lines(capsys.readouterr().err)
    assert (one["request_id"], one["actor"], one["route"], one["status"]) == ("till-7.2026", None, None, 404)


def test_requests_are_told_only_where_that_is_asked_for(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning")
    client.get("/healthz")
    assert capsys.readouterr().err == ""


def test_an_application_never_logs_as_structlog_does_by_itself(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever chose only where logs go, or nothing at all, must not print the variables of a fault."""
    structlog.reset_defaults()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    monkeypatch.setattr("engage.api.me.get_member", fail_with_personal_data)
    client = open_client(world)
    client.member(world.member("alice")).get("/v1/me")
    err = capsys.readouterr().err
    assert [one["event"] for one in lines(err)] == ["request_failed"]
    assert "Lilac" not in err


def fail_with_personal_data(connection: sa.Connection, _member: str) -> None:
    nickname = "Lilac"
    connection.execute(sa.text("SELECT no_column FROM member WHERE nickname = :nickname"), {"nickname": nickname})


def test_a_fault_is_told_by_its_places_and_not_by_its_values(
    client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logs("warning")
    alice = client.member(client.world.member("alice"))
    monkeypatch.setattr("engage.api.me.get_member", fail_with_personal_data)
    answer = alice.get("/v1/me")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "fault")
    assert b"no_column" not in answer.get_data()
    err = capsys.readouterr().err
    (one,) = lines(err)
    assert (one["event"], one["request_id"]) == ("request_failed", answer.headers["X-Request-Id"])
    assert any("fail_with_personal_data" in place for place in one["fault"][0]["places"])
    assert one["fault"][0]["kind"].startswith("sqlalchemy.exc.")
    assert one["fault"][1]["kind"].startswith(("sqlite3.", "psycopg."))
    assert "Lilac" not in err
    assert not re.search(r"Bearer|eyJ", err)


def test_a_fault_on_a_members_page_is_told_without_the_brands_id(
    client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logs("warning")
    monkeypatch.setattr("engage.api.members.access_member", fail_with_personal_data)
    assert client.brand().get("/v1/members/ext-4711").status_code == 500
    err = capsys.readouterr().err
    assert lines(err)[0]["route"] == "/v1/members/<ext>"
    assert "ext-4711" not in err


def test_a_message_that_names_code_is_told_and_what_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning")
    try:
        try:
            int("Lilac")
        except ValueError as fault:
            raise AttributeError("no such name") from fault
    except AttributeError:
        structlog.get_logger().exception("something_failed")
    (one,) = lines(capsys.readouterr().err)
    assert [link["kind"] for link in one["fault"]] == ["builtins.AttributeError", "builtins.ValueError"]
    assert one["fault"][0]["message"] == "no such name"
    assert "Lilac" not in str(one)
    assert one["level"] == "error"
