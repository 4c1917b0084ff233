"""Points that were won by somebody who buys nothing wait for the next paid order, and nobody else's do (C13b)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage.kernel.clock import DAY_MS
from engage.storage.work import Work
from tests.support.bureau import WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Page, page_of
from tests.support.till import Till, item, shop_text

ADULT = {"birth_date": "1990-05-04"}
WINNING = changed(
    "- {slot: s3, prize: none, weight: 50}",
    "- {slot: s3, prize: few, else: [none], weight: 50}",
    changed(
        "- {slot: s1, prize: meal, else: [few, none], weight: 5}",
        "- {slot: s1, prize: few, else: [none], weight: 5}",
        changed("accept_rules: true", "accept_rules: false"),
    ),
)
OFF = changed("points_need_order: true\n", "", WINNING)


def opened(bureau: Bureau, text: str) -> Till:
    """A shop whose wheel gives ten points nearly every time."""
    till = Till(bureau)
    till.open(shop_text(item("tea", 10, units=4), text=text), [("tea", 4)])
    return till


def player(till: Till) -> Page:
    """Alice, grown up and with turns."""
    return page_of(till.client, "alice", WHEEL, 10, **ADULT)


def win(page: Page) -> int:
    """Play until points are won; how many."""
    while True:
        prize = page.play()["prize"]
        if prize is not None and prize["kind"] == "points":
            return int(prize["points"])


@pytest.fixture
def strict(bureau: Bureau) -> Till:
    """A shop in which points need an order."""
    return opened(bureau, WINNING)


def test_what_is_won_without_an_order_waits_for_one_and_says_so(strict: Till) -> None:
    alice = player(strict)
    won = win(alice)
    me = alice.client.get("/v1/me").get_json()
    assert (me["balances"]["points"], me["balances"]["held"]) == (won, won)
    assert me["holds"] == [{"points": won, "reason": "order", "until": None}]
    tea = alice.client.get("/v1/items").get_json()["items"][0]
    assert tea["why_not"] == {"code": "held", "detail": tea["why_not"]["detail"], "missing": 10, "held": won}
    strict.bureau.clock.move(timedelta(days=3))
    strict.order(1)
    assert strict.standing() == (won + 1, 0)
    statement = alice.client.get("/v1/statement").get_json()
    assert statement["holds"] == []
    expiry = strict.bureau.one("SELECT expires_at FROM lot WHERE id LIKE 'play:%' AND asset = 'PTS'")
    assert expiry == strict.bureau.clock.now_ms() + 365 * DAY_MS
    assert win(alice) + won + 1 == strict.standing()[0]
    assert strict.standing()[1] == 0
    strict.prove()


def test_two_orders_at_once_let_go_once_and_an_order_for_nothing_does_not(strict: Till) -> None:
    won = win(player(strict))
    strict.order(0)
    assert strict.standing() == (won, won)
    strict.send([strict.event("order.completed", f"both-{n}", 5, "alice") for n in range(2)])
    assert strict.standing() == (won + 10, 0)
    strict.prove()


def forget(work: Work) -> None:
    """A year passes for the orders alone."""
    year = {"year": 365 * DAY_MS}
    work.connection.execute(sa.text("UPDATE book SET last_paid_at = last_paid_at - :year"), year)


def test_an_order_of_more_than_a_year_ago_is_none(strict: Till) -> None:
    alice = player(strict)
    strict.order(1)
    strict.bureau.services.writer.run(forget)
    won = win(alice)
    assert strict.standing() == (won + 1, won)
    strict.order(1)
    assert strict.standing() == (won + 2, 0)
    strict.prove()


def test_where_it_is_off_nothing_waits(bureau: Bureau) -> None:
    till = opened(bureau, OFF)
    won = win(player(till))
    assert till.standing() == (won, 0)
    till.prove()
