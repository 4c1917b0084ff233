"""Members: the last word on a consent counts, and a change of one thing leaves every other as it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from engage.members import Description, change_profile, record_consent, upsert, upsert_all
from engage.storage.hot import Load
from engage.storage.work import Work
from tests.support.server import Client, code_of, open_client, page_of
from tests.support.world import World, prize, rules, slot

PEOPLE = 1000
WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


several_servers = pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
"""One process owns a SQLite file."""


@pytest.fixture
def other(world: World) -> Iterator[World]:
    """Another server on the same database."""
    other = World(world.url, world.clock)
    yield other
    other.close()


def wait_for_lock_or(done: Event, world: World) -> None:
    """Until the other one waits for a lock of ours, or is through."""
    with world.services.reader.connect() as connection:
        while not done.is_set() and not connection.execute(WAITING).scalar_one():
            connection.rollback()


def test_the_last_word_on_a_purpose_counts_though_many_are_said_at_one_instant(client: Client) -> None:
    alice = client.member(client.world.member("alice"))
    for granted in (True, False) * 10:
        alice.post("/v1/me/consents", {"purpose": "marketing", "granted": granted})
    assert alice.get("/v1/me").get_json()["consents"] == {"marketing": False}


def test_the_order_of_consents_is_that_of_the_book_and_not_of_two_servers_clocks(client: Client) -> None:
    alice = client.member(client.world.member("alice"))
    alice.post("/v1/me/consents", {"purpose": "marketing", "granted": True})

    def withdraw(work: Work) -> None:
        work.now_ms -= 3
        record_consent(work, alice.member_id, "marketing", granted=False)

    client.world.services.writer.run(withdraw)
    assert alice.get("/v1/me").get_json()["consents"] == {"marketing": False}


@several_servers
def test_an_event_does_not_wait_for_somebody_who_becomes_a_member_meanwhile(world: World, other: World) -> None:
    event = {"specversion": "1.0", "id": "e-1", "source": "shop", "type": "member.visited", "subject": "bob"}
    shop, done = open_client(other).brand(), Event()

    def register(work: Work) -> None:
        upsert(work, Description("bob"))
        sent.append(pool.submit(send))
        wait_for_lock_or(done, world)

    def send() -> Any:
        answer = shop.send("POST", "/v1/events", event).get_json()
        done.set()
        return answer

    sent: list[Future[Any]] = []
    with ThreadPoolExecutor(1) as pool:
        world.services.writer.run(register)
    assert (sent[0].result()["accepted"], sent[0].result()["parked"]) == (1, 0)


@several_servers
def test_what_the_brand_says_is_kept_while_the_member_changes_something_else(world: World, other: World) -> None:
    """`insider` must not be lost to a change of language that read the row before."""
    world.member("alice")
    done = Event()

    def declare(work: Work) -> None:
        upsert(work, Description("alice", insider=True))
        pool.submit(change)
        wait_for_lock_or(done, world)

    def change() -> None:
        other.services.writer.run(lambda work: change_profile(work, "mem_alice", {"locale": "en"}))
        done.set()

    with ThreadPoolExecutor(1) as pool:
        world.services.writer.run(declare)
    with world.services.reader.connect() as connection:
        row = connection.execute(sa.text("SELECT insider, locale FROM member")).one()
    assert tuple(row) == (1, "en")


@several_servers
def test_batches_in_opposite_orders_do_not_wait_for_each_other(world: World, other: World) -> None:
    people = [Description(f"m-{n}", nickname="first") for n in range(50)]
    world.services.writer.run(lambda work: upsert_all(work, people))
    turned = [Description(one.external_id, nickname="second") for one in reversed(people)]
    done = Event()

    def describe(work: Work) -> None:
        upsert_all(work, people)
        pool.submit(describe_again)
        wait_for_lock_or(done, world)

    def describe_again() -> None:
        other.services.writer.run(lambda work: upsert_all(work, turned))
        done.set()

    with ThreadPoolExecutor(1) as pool:
        world.services.writer.run(describe)
    with world.services.reader.connect() as connection:
        names = connection.execute(sa.text("SELECT DISTINCT nickname FROM member")).scalars().all()
    assert names == ["second"]


def test_a_thousand_members_are_read_by_one_statement(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    brand = client.brand("members")
    store: Any = client.world.services.writer._store
    load, asked = store._load, []

    def count(work: Work, how: Load[Any], keys: list[Any]) -> None:
        asked.append(len(keys))
        load(work, how, keys)

    monkeypatch.setattr(store, "_load", count)
    people = [{"external_id": f"m-{n}", "nickname": f"n{n}"} for n in range(PEOPLE)]
    for _ in range(2):
        assert brand.put("/v1/members", {"members": people}).status_code == 200
    assert asked == [PEOPLE, PEOPLE]


def test_a_thousand_members_hold_the_writer_for_less_than_a_second(client: Client) -> None:
    brand = client.brand("members")
    people = [{"external_id": f"m-{n}", "nickname": f"n{n}"} for n in range(PEOPLE)]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        brand.put("/v1/members", {"members": people})
        took.append(time.perf_counter() - began)
    assert min(took) < 1, took


def limits(client: Client) -> Any:
    return client.get("/v1/me").get_json()["play_limits"]


def ask(client: Client, per_day: int | None) -> Any:
    return client.patch("/v1/me", {"play_limits": {"per_day": per_day}}).get_json()["play_limits"]


def test_a_limit_of_ones_own_holds_at_once_and_is_loosened_a_day_later(client: Client) -> None:
    alice, clock = client.member(client.world.member("alice")), client.world.clock
    none = {"looser_per_day": None, "looser_from": None}
    assert ask(alice, 5) == {"per_day": 5} | none
    assert ask(alice, 2) == {"per_day": 2} | none
    later = {"looser_per_day": 10, "looser_from": "2026-12-02T04:00:00.000Z"}
    assert ask(alice, 10) == {"per_day": 2} | later
    clock.move(timedelta(hours=23, minutes=59))
    assert limits(alice) == {"per_day": 2} | later
    clock.move(timedelta(minutes=1))
    assert limits(alice) == {"per_day": 10} | none
    assert ask(alice, None)["per_day"] == 10
    clock.move(timedelta(days=1))
    assert limits(alice) == {"per_day": None} | none


def test_whoever_thinks_better_of_it_keeps_the_tighter_limit(client: Client) -> None:
    alice, clock = client.member(client.world.member("alice")), client.world.clock
    ask(alice, 3)
    ask(alice, None)
    clock.move(timedelta(hours=12))
    assert ask(alice, 3)["looser_from"] is None
    assert alice.patch("/v1/me", {"nickname": "Ally"}).status_code == 200
    clock.move(timedelta(days=2))
    assert limits(alice)["per_day"] == 3


def test_no_play_is_admitted_for_a_limit_that_is_not_loosened_yet(client: Client) -> None:
    plain = rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "prz_p50")])
    alice = page_of(client, "alice", client.world.publish(plain))
    ask(alice.client, 1)
    alice.play()
    ask(alice.client, None)
    assert code_of(alice.send_play()) == (409, "own_limit")
    client.world.clock.move(timedelta(days=1))
    assert [alice.send_play().status_code for _ in range(2)] == [201, 201]
