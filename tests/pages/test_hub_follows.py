"""The hub agrees with the server after everything that happens anywhere: what it shows is what it would show anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engage.demo.week import Happening, order, refund
from engage.kernel.clock import SystemClock, render_ms
from tests.pages.registry import Houses
from tests.support.screen import Screen, Settings
from tests.support.week_house import WeekHouse, running_week

SHOWN = (
    "[...document.querySelector('engage-home').children].filter(one => !one.matches('engage-news'))"
    ".map(one => one.innerText).join()"
)
SOON_MS = 10_000
TIMES = 5
DONE = (
    Happening("bob", 0, "order.completed", order("b-9", ("noodles", 26), ("dumplings", 18))),
    Happening("bob", 0, "item.recycled", {"what": "cup"}),
    Happening("bob", 0, "review.posted", {"product": "dumplings", "rating": 3}),
    Happening("bob", 0, "order.refunded", refund("b-9", "2", 18)),
    Happening("bob", 0, "order.completed", order("b-10", ("feast", 388))),
    Happening("bob", 0, "member.visited"),
)


@pytest.fixture
def house(houses: Houses) -> WeekHouse:
    opened = houses.open(running_week)
    assert isinstance(opened, WeekHouse)
    return opened


def send(house: WeekHouse, one: Happening) -> None:
    """What the brand's server says, now."""
    number = SystemClock().now_ms()
    event = {
        "specversion": "1.0",
        "id": f"follows-{number}",
        "source": "shop",
        "type": one.type,
        "subject": one.member,
        "time": render_ms(number),
        "data": one.data,
    }
    assert house.post("/v1/events", event, house.key)["all_accepted"]


def agree(page: Page, fresh: Page) -> None:
    """Load another screen anew until it and the open one show the same, and would show it again."""
    for _ in range(TIMES):
        fresh.reload(wait_until="networkidle")
        told = fresh.evaluate(SHOWN)
        page.wait_for_function(f"told => {SHOWN} === told", arg=told, timeout=SOON_MS)
        fresh.reload(wait_until="networkidle")
        if fresh.evaluate(SHOWN) == told:
            return
    raise AssertionError("the two never came to rest")


def test_a_hub_that_is_open_shows_what_it_would_show_anew(house: WeekHouse, browser: Any) -> None:
    screens = [Screen(browser, house.address, Settings(locale="en-US")) for _ in range(2)]
    page, fresh = (house.open(each, "bob", "/hub") for each in screens)
    token = house.token("bob")
    for one in DONE:
        send(house, one)
        agree(page, fresh)
    doings: tuple[Callable[[], Any], ...] = (
        lambda: house.post("/v1/check-ins", {}, token),
        lambda: house.post("/v1/tasks/tsk_review/claims", {}, token),
        lambda: house.post(
            "/v1/members/bob/turns",
            {"game": "gam_dealer_cards", "count": 2, "reason": "thanks"},
            house.key,
            **{"Idempotency-Key": "follows-turns"},
        ),
    )
    for do in doings:
        do()
        agree(page, fresh)
    for each in screens:
        assert not each.faults
        each.close()


def test_what_opens_from_the_hub_opens_in_a_tunnel_and_stays_open(house: WeekHouse, browser: Any) -> None:
    screen = Screen(browser, house.address, Settings(locale="en-US"), ["ERR_INTERNET_DISCONNECTED"])
    page = house.open(screen, "alice", "/hub")
    screen.context.set_offline(True)
    expect(page.get_by_text("What you see may have changed meanwhile")).to_be_visible()
    page.locator(".medal.held").first.click()
    switch = page.locator("dialog[open] engage-badge").get_by_role("switch").first
    expect(switch).to_be_visible()
    screen.context.set_offline(False)
    for shared in (1, 0):
        switch.click()
        expect(page.get_by_role("link", name="Look at the shared page")).to_have_count(shared)
    assert not screen.faults
    screen.close()
