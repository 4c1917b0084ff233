"""Whoever is erased leaves nothing under way: what they hold is there for others, what they are owed is written off."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic

import pytest

from engage.api import erase
from engage.builtin import all_features
from engage.campaigns import load, publish
from engage.earning import earning_subscriber, pay_owed
from engage.events import SubscriberLoop
from engage.jobs import CAPTURE_JOB
from engage.storage.work import Work
from tests.support.bureau import Bureau
from tests.support.crowd import PATIENCE_SECONDS
from tests.support.features import FEATURES
from tests.support.postgres import PostgresServer
from tests.support.till import EARNING, Till, item, shop_text

SMALL, LARGE = (EARNING.replace("1000000", pool) for pool in ("300", "1000"))
MEAL = item("meal", 100, cancel_minutes=10)
ENDS = "SELECT outcome FROM redemption_end JOIN redemption ON id = redemption WHERE member = 'mem_alice'"


def test_what_is_held_is_given_back_and_what_is_owed_is_written_off(bureau: Bureau) -> None:
    till = Till(bureau)
    text = shop_text(MEAL)
    till.open(text.replace(EARNING, SMALL), [("meal", 40)])
    alice, bob = till.member("alice"), till.member("bob")
    till.order(300)
    for member, yuan in (("alice", 70), ("bob", 50), ("alice", 20)):
        till.order(yuan, member)
    for key in ("due", "held"):
        assert alice.post("/v1/redemptions", {"item": "itm_meal", "quantity": 1}, key=key).status_code == 201
        bureau.clock.move(timedelta(minutes=6))
    assert (len(till.due()), till.left("meal")) == (1, 38)
    assert alice.send("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    assert (bureau.rows(ENDS), till.left("meal"), till.standing()) == ([("cancelled",)] * 2, 40, (300, 0))
    assert bureau.rows("SELECT amount FROM earning_step WHERE kind = 'written_off' ORDER BY 1") == [(20,), (70,)]
    publish(bureau.office, load(bureau.office, text.replace(EARNING, LARGE), "Carol"), "Carol", "Dan")
    bureau.clock.move(timedelta(hours=1))
    CAPTURE_JOB.run(bureau.services)
    assert bureau.services.writer.run(pay_owed) == 1
    assert (till.standing(), till.standing("mem_bob"), till.left("meal")) == ((300, 0), (50, 0), 40)
    assert bob.get("/v1/me").get_json()["balances"]["points"] == 50


def pay(other: Bureau) -> Callable[[], int]:
    """Pays what is owed."""
    return partial(other.services.writer.run, pay_owed)


def read(other: Bureau) -> Callable[[], int]:
    """Reads what came in."""
    return SubscriberLoop(other.services.writer, other.services.reader, [earning_subscriber()]).catch_up


@pytest.mark.parametrize("do", [pay, read])
def test_who_is_erased_at_this_very_moment_is_paid_nothing_by_another_process(
    postgres: PostgresServer, migrated_template: str, do: Callable[[Bureau], Callable[[], int]]
) -> None:
    url = postgres.create_database(like=migrated_template)
    bureau = Bureau(url)
    other = Bureau(url, bureau.clock)
    till = Till(bureau)
    text = shop_text()
    till.open(text.replace(EARNING, SMALL), [])
    alice = till.member("alice")
    till.order(400)
    publish(bureau.office, load(bureau.office, text.replace(EARNING, LARGE), "Carol"), "Carol", "Dan")
    unread = till.event("order.completed", "o-unread", 50, "alice")
    assert till.client.brand("events").send("POST", "/v1/events", unread).get_json()["all_accepted"]

    def erase_meanwhile(work: Work, do: Callable[[], int]) -> Future[int]:
        erase(work, alice.member_id, all_features(FEATURES))
        waiting = pool.submit(do)
        wait_for_lock(bureau)
        return waiting

    with ThreadPoolExecutor(1) as pool:
        does = bureau.services.writer.run(lambda work: erase_meanwhile(work, do(other)))
        does.result(PATIENCE_SECONDS)
    assert till.standing() == (300, 0)
    assert bureau.rows("SELECT order_id FROM purchase WHERE order_id = 'o-unread'") == []
    bureau.prove()
    for each in (bureau, other):
        each.close()
    postgres.drop_database(url)


def wait_for_lock(bureau: Bureau) -> None:
    """Until somebody waits for a row that somebody else has changed."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not bureau.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert monotonic() < deadline, "nobody waits"
