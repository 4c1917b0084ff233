"""A week in the life of a member, by keyboard: what the brand sends moves the hub, and leads to a meal at a counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.states.counter import open_till
from tests.support.axe import barriers_on
from tests.support.screen import DESKTOP, Locale, Screen, Settings
from tests.support.week_house import WeekHouse, running_week

SOON_MS = 15_000
WORDS = {
    "en-US": {
        "claim": "Get the reward",
        "answer": "Answer",
        "send": "Send my answers",
        "prize": "Get the grand prize",
        "buy": "Buy",
        "buy_for": "Buy for 200 points",
        "go_on": "Go on",
        "held": "Use it or give it back",
        "now": "I want it now",
        "show": "Show code",
        "show_now": "Show the code now",
        "complete": "Complete. You have had the grand prize.",
    },
    "zh-CN": {
        "claim": "领取奖励",
        "answer": "去回答",
        "send": "提交",
        "prize": "领取大奖",
        "buy": "兑换",
        "buy_for": "用 200 积分兑换",
        "go_on": "继续",
        "held": "使用或退回",
        "now": "现在就要",
        "show": "出示券码",
        "show_now": "现在出示券码",
        "complete": "已集齐，大奖已领取。",  # noqa: RUF001  as Chinese is written
    },
}


@pytest.fixture
def week_house() -> Iterator[WeekHouse]:
    """A demo of one's own, whose Alice may change."""
    with running_week() as house:
        yield house


def press(what: Locator) -> None:
    """What a keyboard does to a button."""
    what.focus()
    what.press("Enter")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def answer_questions(page: Page, send: str) -> None:
    """One of the choices, and the best of the scale, by the keys of a keyboard."""
    for nth, key in ((0, "Space"), (1, "ArrowRight")):
        choice = page.locator("engage-questions fieldset").nth(nth).locator("input").first
        choice.focus()
        choice.press(key)
    press(button(page, send))


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_week_ends_with_a_meal_that_points_bought(week_house: WeekHouse, browser: Any, locale: Locale) -> None:
    words = WORDS[locale]
    # One turn of the day, two for the first meal, and one for each of three orders.
    turns = week_house.get("/v1/me", week_house.token("alice"))["balances"]["turns"]
    assert turns["gam_anniversary_wheel"] == 1 + 2 + 3
    phone = Screen(browser, week_house.address, Settings(locale=locale))
    page = week_house.open(phone, "alice", "/hub")
    # A reward that waits is asked for, and the points come by themselves.
    press(button(page, words["claim"]))
    expect(button(page, words["claim"])).to_have_count(0)
    expect(page.locator("#task-tsk_review")).to_be_focused()
    # The last badge comes with the answers, and with it the collection is complete.
    press(button(page, words["answer"]))
    answer_questions(page, words["send"])
    press(button(page, words["prize"]))
    expect(page.get_by_text(words["complete"])).to_be_visible(timeout=SOON_MS)
    assert barriers_on(page) == []
    # Points on orders are free after three days: enough for a meal.
    expect(button(page, words["buy"])).to_be_visible(timeout=SOON_MS)
    press(button(page, words["buy"]))
    press(button(page, words["buy_for"]))
    press(button(page, words["go_on"]))
    press(button(page, words["held"]))
    press(button(page, words["now"]))
    page.wait_for_url("**/prizes")
    code = code_of(page, words)
    use_at_counter(browser, week_house, code)
    expect(page.locator("engage-prizes .pile .count").nth(1)).to_have_text("1", timeout=SOON_MS)
    assert not phone.faults
    phone.close()


def code_of(page: Page, words: dict[str, str]) -> str:
    """The code of the meal, which is the ticket with a bowl on it."""
    meal = page.locator(".ticket:has(img[src*=meal])").get_by_role("button", name=words["show"])
    press(meal)
    press(button(page, words["show_now"]))
    code = "".join(page.locator(".code-text [aria-hidden]").inner_text().split())
    page.keyboard.press("Escape")
    return code


def use_at_counter(browser: Any, house: WeekHouse, code: str) -> None:
    """On another screen: the code is typed, looked at, and used."""
    screen = Screen(browser, house.address, Settings(locale="en-US", viewport=DESKTOP))
    till = screen.open("/counter?language=en")
    open_till(till, house.key, "Nanjing Road")
    till.keyboard.type(code)
    till.keyboard.press("Enter")
    expect(till.get_by_role("button", name="Use it now")).to_be_focused()
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", name="Used", exact=True)).to_be_visible()
    screen.close()
