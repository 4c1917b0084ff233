"""What a request reads comes through its session: that can't write, and nobody waits for the Writer with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Response
from sqlalchemy.pool import QueuePool

from engage.storage.snapshot import snapshot
from engage.web import edge_of, json_answer, pages_of, reading, request_connection
from engage.web.credentials import create_key, revoke_key
from engage.web.queries import db
from engage.web.tables import ApiKey
from tests.support.phone import Phone, open_house
from tests.support.server import Client
from tests.support.world import World

NICKNAME = sa.text("SELECT nickname FROM member WHERE id = 'mem_alice'")


def make_key(world: World) -> str:
    """A key's id."""
    world.services.writer.run(lambda work: create_key(work, "shop", ["support"]))
    with world.services.reader.connect() as connection:
        key: str = connection.exec_driver_sql("SELECT id FROM api_key").scalar_one()
    return key


def rename(world: World, name: str) -> None:
    """Alice calls herself otherwise."""
    change = sa.text("UPDATE member SET nickname = :name WHERE id = 'mem_alice'").bindparams(name=name)
    world.services.writer.run(lambda work: work.connection.execute(change))


def taken(world: World) -> int:
    """How many connections for reading somebody has in hand."""
    pool = world.services.reader.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def test_requests_read_through_the_application_s_own_engine(client: Client) -> None:
    with client.app.app_context():
        assert db.engine is client.world.services.reader
        assert request_connection() is request_connection()
        assert taken(client.world) == 1
    assert taken(client.world) == 0


def add() -> None:
    db.session.add(ApiKey(id="key_x", key_hash="00", name="thief", scopes="tokens", created_at=0))


def edit() -> None:
    db.session.scalars(sa.select(ApiKey)).one().name = "thief"


def remove() -> None:
    db.session.delete(db.session.scalars(sa.select(ApiKey)).one())


@pytest.mark.parametrize("change", [add, edit, remove])
@pytest.mark.parametrize(
    "send",
    [
        pytest.param(db.session.flush, id="flush"),
        pytest.param(db.session.commit, id="commit"),
        pytest.param(lambda: db.session.scalars(sa.select(ApiKey)).all(), id="autoflush"),
    ],
)
def test_a_flush_fails_and_nothing_is_written(
    client: Client, change: Callable[[], None], send: Callable[[], Any]
) -> None:
    key = make_key(client.world)
    with client.app.app_context():
        change()
        with pytest.raises(sa.exc.DBAPIError, match=r"readonly database|read-only transaction"):
            send()
    with client.app.app_context():
        assert [(each.id, each.name) for each in db.session.scalars(sa.select(ApiKey))] == [(key, "shop")]


def test_a_statement_that_writes_fails_too(client: Client) -> None:
    make_key(client.world)
    with client.app.app_context(), pytest.raises(sa.exc.DBAPIError, match=r"readonly database|read-only transaction"):
        request_connection().execute(sa.delete(ApiKey))


def test_what_is_read_after_a_write_sees_it(client: Client) -> None:
    world = client.world
    world.member("alice")
    with client.app.app_context():
        with reading() as connection, snapshot(connection):
            assert connection.execute(NICKNAME).scalar_one() == "alice"
        rename(world, "Alice B.")
        with reading() as connection:
            assert connection.execute(NICKNAME).scalar_one() == "Alice B."
        rename(world, "Alice C.")
        with snapshot(request_connection()):
            assert request_connection().execute(NICKNAME).scalar_one() == "Alice C."


def test_a_setting_that_is_read_after_it_was_changed_is_the_changed_one(client: Client) -> None:
    world = client.world
    key = make_key(world)
    with client.app.app_context():
        with reading():
            assert db.session.scalars(sa.select(ApiKey)).one().revoked_at is None
        world.services.writer.run(lambda work: revoke_key(work, key))
        assert db.session.scalars(sa.select(ApiKey)).one().revoked_at == world.clock.now_ms()


def test_a_member_who_changes_something_is_answered_what_holds_now(client: Client) -> None:
    alice = client.member(client.world.member("alice"))
    for name in ("Alice B.", "Alice C."):
        assert alice.patch("/v1/me", {"nickname": name}).get_json()["nickname"] == name
        assert alice.get("/v1/me").get_json()["nickname"] == name


def test_who_waits_for_the_writer_has_no_connection_in_hand(client: Client) -> None:
    client.world.member("alice")

    @client.app.get("/holds")
    def get_holds() -> Response:
        request_connection().execute(NICKNAME)
        client.world.services.writer.run(lambda _work: None)
        return json_answer({})

    assert client.get("/holds").status_code == 500


def test_whatever_came_of_a_request_its_connection_is_given_back(client: Client) -> None:
    client.world.member("alice")

    @client.app.get("/fails")
    def get_fails() -> Response:
        request_connection().execute(NICKNAME)
        raise RuntimeError

    alice = client.member("mem_alice")
    for path, status in (("/v1/me", 200), ("/v1/plays/pla_none", 404), ("/fails", 500), ("/readyz", 200)):
        assert alice.get(path).status_code == status
        assert taken(client.world) == 0


def test_the_page_of_a_fault_is_in_the_member_s_language_though_a_statement_failed(world: World) -> None:
    house = open_house(world)
    world.member("alice")

    @house.app.get("/broken")
    def get_broken() -> Response:
        edge_of(house.app).find_page_member()
        request_connection().exec_driver_sql("SELECT nothing FROM nowhere")
        return pages_of(house.app).render("play/game.html", title="", entry="")

    phone = Phone(house.app)
    phone.sign_in(house.brand("tokens"), "alice")
    answer = phone.get("/broken", Accept="text/html", Accept_Language="en")
    assert answer.status_code == 500
    assert answer.headers["Content-Language"] == "zh-CN"
