"""Points that many spend at once, asked of real servers: one process on SQLite, two on one PostgreSQL database."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

from engage.campaigns import with_schedule
from engage.jobs import CAPTURE_JOB
from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.kernel.refusals import Refusal
from engage.ledger import find_book
from engage.rewards import access_redemption, cancel, capture, read_stock, redeem
from engage.web import create_key
from tests.integration.http.test_exactly_once import served
from tests.support.bureau import Bureau
from tests.support.crowd import at_once, clients_of, present_world
from tests.support.http import MemberClient
from tests.support.till import Till, item, shop_text
from tests.support.world import World

ROUNDS = int(os.environ.get("RACES", "2"))
HOLDING = timedelta(minutes=5, seconds=1)
BUYERS = 200 if ROUNDS > 3 else 40
TABS = 10
DAY, MOMENT, NO_TIME = timedelta(days=1), timedelta(milliseconds=1), timedelta()


def opened(
    url: str, members: Sequence[str], yuan: int, *items: tuple[str, str, int], ago: timedelta = NO_TIME
) -> dict[str, str]:
    """Open a shop, at this very moment or so long ago, in which each member has paid an order; the orders by member."""
    now = from_ms(SystemClock().now_ms()) - ago
    bureau = Bureau(url, ManualClock(now))
    try:
        till = Till(bureau)
        text = with_schedule(shop_text(*(text for _, text, _ in items)), _midnight(now), _midnight(now) + 30 * DAY)
        till.open(text, [(name, codes) for name, _, codes in items])
        for member in members:
            bureau.member(member)
        orders = {member: f"o-{member}" for member in members}
        till.send([till.event("order.completed", order, yuan, member) for member, order in orders.items()])
        return orders
    finally:
        bureau.close()


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def outcomes(found: Sequence[tuple[int, bytes]]) -> Counter[str]:
    """How often which refusal came, or which state it came to."""
    return Counter(json.loads(answer)["state" if status < 300 else "code"] for status, answer in found)


def test_the_last_ones_go_to_as_many_as_there_are(migrated_url: str) -> None:
    members = [f"m{n}" for n in range(BUYERS)]
    opened(migrated_url, members, 10, ("tea", item("tea", 10, units=3), 3))
    with served(migrated_url) as ports:
        clients = clients_of([f"mem_{name}" for name in members], ports)
        body = {"item": "itm_tea", "quantity": 1}
        found = at_once([partial(each.send_surely, "POST", "/v1/redemptions", body, "k") for each in clients])
        assert outcomes(found) == {"captured": 3, "sold_out": BUYERS - 3}
        for each in clients:
            each.close()


def bought_ago(url: str, ago: timedelta) -> list[str]:
    """Units that Alice bought so long ago, as many as there are rounds: their redemptions."""
    bureau = Bureau(url, ManualClock(from_ms(SystemClock().now_ms()) - ago))
    buy = partial(redeem, member_id="mem_alice", item_id="itm_tea", quantity=1)
    found = [bureau.services.writer.run(buy).row.id for _ in range(ROUNDS)]
    bureau.close()
    return found


def capture_all(url: str) -> tuple[int, bytes]:
    """What the job does when the time of redemptions is over."""
    with present_world(url) as world:
        CAPTURE_JOB.run(world.services)
    return 200, b'{"state": "done"}'


def test_what_is_captured_and_given_back_at_once_comes_to_one_end(migrated_url: str) -> None:
    units = 2 * ROUNDS
    shop = ("tea", item("tea", 10, units=units, cancel_minutes=5), units)
    opened(migrated_url, ["alice"], 20 * ROUNDS, shop, ago=HOLDING)
    over, open_ = bought_ago(migrated_url, HOLDING), bought_ago(migrated_url, NO_TIME)
    with served(migrated_url) as ports:
        tabs = clients_of(["mem_alice"] * TABS, ports)
        for id_ in (*over, *open_):
            path = f"/v1/redemptions/{id_}"
            take = [partial(tab.send_surely, "POST", f"{path}/captures", {}) for tab in tabs[::2]]
            back = [partial(tab.send_surely, "DELETE", path) for tab in tabs[1::2]]
            found = outcomes(at_once([*take, *back, partial(capture_all, migrated_url)]))
            assert found["conflict"] + found["too_late"] == max(found["captured"], found["cancelled"]) == TABS // 2
            assert not found["cancelled"] or id_ in open_
        for tab in tabs:
            tab.close()


def test_what_is_captured_given_back_and_over_at_one_instant_comes_to_one_end(migrated_url: str) -> None:
    """Servers whose clocks differ by a millisecond: for two of them the time to give it back is not over yet."""
    units, rounds = 4 * ROUNDS, 4 * ROUNDS
    opened(migrated_url, ["alice"], 10 * units, ("tea", item("tea", 10, units=units, cancel_minutes=5), units))
    now = from_ms(SystemClock().now_ms())
    worlds = [World(migrated_url, ManualClock(now - early)) for early in (NO_TIME, MOMENT, MOMENT)]
    over, taking, giving = (world.services for world in worlds)
    buy = partial(redeem, member_id="mem_alice", item_id="itm_tea", quantity=1)
    ends: Counter[str] = Counter()
    for _ in range(rounds):
        id_ = over.writer.run(buy).row.id
        for world in worlds:
            world.clock.move(timedelta(minutes=5))
        take, back = (partial(end, member="mem_alice", id_=id_) for end in (capture, cancel))
        calls: list[Callable[[], Any]]
        calls = [partial(taking.writer.run, take), partial(giving.writer.run, back), partial(CAPTURE_JOB.run, over)]
        at_once([partial(refused, call) for call in calls])
        with over.reader.connect() as connection:
            ends[access_redemption(connection, "mem_alice", id_).state] += 1
            left = read_stock(connection)["itm_tea"].units_left
            book = find_book(connection, "mem_alice")
        assert (left, book.points, book.held) == (units - ends["captured"], 10 * (units - ends["captured"]), 0)
    assert ends["captured"] + ends["cancelled"] == rounds
    worlds[0].prove()
    for world in worlds:
        world.close()


def refused(ask: Callable[[], Any]) -> str:
    """The code of what is refused; nothing if it is done."""
    try:
        ask()
    except Refusal as refusal:
        return refusal.code
    return ""


def test_an_order_that_is_sent_and_refunded_by_many_at_once_counts_once(migrated_url: str) -> None:
    opened(migrated_url, ["alice"], 0)
    bureau = Bureau(migrated_url, ManualClock(from_ms(SystemClock().now_ms())))
    till, secret = Till(bureau), bureau.services.writer.run(lambda work: create_key(work, "till", ["events"]))
    rounds = [
        [
            till.event(type_, f"r-{number}", yuan, "alice") | {"id": f"{number}-{name}"}
            for type_, yuan, name in (
                ("order.completed", 10, "paid"),
                ("order.completed", 10, "twin"),
                ("order.refunded", 4, "back"),
                ("order.refunded", 3, "more"),
            )
        ]
        for number in range(ROUNDS)
    ]
    bureau.close()
    with served(migrated_url) as ports:
        clients = [MemberClient("till", secret) for _ in range(TABS)]
        for client, port in zip(clients, cycle(ports)):
            client.connect(port)
        for events in rounds:
            send = [
                partial(client.send_surely, "POST", "/v1/events", events[number % len(events)])
                for number, client in enumerate(clients)
            ]
            found = at_once(send)
            assert sum(json.loads(answer)["accepted"] for _, answer in found) == len(events)
        for client in clients:
            client.close()
    after = Bureau(migrated_url, ManualClock(from_ms(SystemClock().now_ms())))
    till = Till(after)
    till.order(1)
    till.prove()
    assert till.standing() == (3 * ROUNDS + 1, 0)
    after.close()


def test_money_back_against_points_spent_is_one_or_the_other(migrated_url: str) -> None:
    members = [f"m{n}" for n in range(ROUNDS)]
    orders = opened(migrated_url, members, 10, ("tea", item("tea", 10, units=ROUNDS), ROUNDS))
    bureau = Bureau(migrated_url, ManualClock(from_ms(SystemClock().now_ms())))
    refunds = Till(bureau)
    secret = bureau.services.writer.run(lambda work: create_key(work, "till", ["events"]))
    events = [
        refunds.event("order.refunded", order, 10, member) | {"id": f"r-{member}"} for member, order in orders.items()
    ]
    bureau.close()
    with served(migrated_url) as ports:
        brand, clients = MemberClient("brand", secret), clients_of([f"mem_{name}" for name in members], ports)
        brand.connect(ports[0])
        body = {"item": "itm_tea", "quantity": 1}
        buy = [partial(each.send_surely, "POST", "/v1/redemptions", body, "k") for each in clients]
        found = at_once([partial(brand.send_surely, "POST", "/v1/events", events), *buy])
        assert set(outcomes(found[1:])) <= {"captured", "too_few_points"}
        for each in (brand, *clients):
            each.close()
    after = Bureau(migrated_url, ManualClock(from_ms(SystemClock().now_ms())))
    till = Till(after)
    till.send([till.event("order.completed", "o-last", 1, members[0])])
    till.prove()
    bought = dict(after.rows("SELECT member, points FROM redemption"))
    owing = dict(
        after.rows(
            "SELECT p.member, s.amount FROM earning_step AS s JOIN purchase AS p ON p.order_id = s.order_id "
            "WHERE s.kind = 'owed_back'"
        )
    )
    assert owing == bought
    after.close()
