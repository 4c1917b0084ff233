"""Points that many spend at once, asked of real servers: one process on SQLite, two on one PostgreSQL database."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from engage.campaigns import with_schedule
from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.web import create_key
from tests.integration.http.test_exactly_once import served
from tests.support.bureau import Bureau
from tests.support.crowd import at_once, clients_of
from tests.support.http import MemberClient
from tests.support.till import Till, item, shop_text

ROUNDS = int(os.environ.get("RACES", "3"))
BUYERS = 200 if ROUNDS > 3 else 40
TABS = 10
DAY = timedelta(days=1)


def opened(url: str, members: Sequence[str], yuan: int, *items: tuple[str, str, int]) -> dict[str, str]:
    """Open a shop at this very moment, in which each member has paid an order; the orders by member."""
    now = from_ms(SystemClock().now_ms())
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


def test_what_is_captured_and_given_back_at_once_comes_to_one_end(migrated_url: str) -> None:
    opened(migrated_url, ["alice"], 1000, ("tea", item("tea", 10, units=ROUNDS, cancel_minutes=5), ROUNDS))
    with served(migrated_url) as ports:
        tabs = clients_of(["mem_alice"] * TABS, ports)
        for number in range(ROUNDS):
            bought = tabs[0].send_surely("POST", "/v1/redemptions", {"item": "itm_tea"}, f"k{number}")
            path = f"/v1/redemptions/{json.loads(bought[1])['redemption']}"
            take = [partial(tab.send_surely, "POST", f"{path}/captures", {}) for tab in tabs[::2]]
            back = [partial(tab.send_surely, "DELETE", path) for tab in tabs[1::2]]
            found = outcomes(at_once([*take, *back]))
            assert found["conflict"] == max(found["captured"], found["cancelled"]) == TABS // 2
        for tab in tabs:
            tab.close()


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
