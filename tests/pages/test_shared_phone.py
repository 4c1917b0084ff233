"""Codes that a phone keeps for when there is no network are gone when somebody else takes it, whatever page is open."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.pages.registry import Houses
from tests.pages.states.prizes import open_prizes
from tests.support.prize_house import PrizeHouse, running_prizes
from tests.support.screen import Screen

GAME = "/g/gam_meal"


@pytest.fixture
def house(houses: Houses) -> PrizeHouse:
    opened = houses.open(running_prizes)
    assert isinstance(opened, PrizeHouse)
    return opened


@dataclass
class Phone:
    """A phone on which a member has opened a code."""

    screen: Screen
    page: Page
    code: str

    def keeps_code(self) -> bool:
        """Whether the code lies anywhere in the browser's storage."""
        return self.code in self.page.evaluate("JSON.stringify({...localStorage})")


@pytest.fixture
def phone(house: PrizeHouse, screen: Callable[..., Screen]) -> Phone:
    house.win(name := f"w{secrets.token_hex(6)}", "meal")
    shared = screen(house.address, locale="en-US")
    page = open_prizes(shared, house, name)
    page.get_by_role("button", name="Show code").click()
    page.get_by_role("button", name="Show the code now").click()
    found = Phone(shared, page, "".join(page.locator(".code-text [aria-hidden]").inner_text().split()))
    assert found.keeps_code()
    return found


def test_whoever_switches_on_the_games_page_takes_the_codes_along(phone: Phone) -> None:
    page = phone.page
    page.goto(GAME)
    page.get_by_role("link", name="Not you?").wait_for()
    assert phone.keeps_code()
    page.route("**/sign-in?**", lambda route: route.fulfill(body="the brand's site"))
    page.get_by_role("link", name="Not you?").click()
    page.wait_for_url(re.compile(r"/sign-in\?switch=1&return="))
    page.goto("/counter")
    assert not phone.keeps_code()


@pytest.mark.parametrize("path", [GAME, f"{GAME}/winners", "/history", "/statement"])
def test_whoever_comes_next_finds_no_code_whichever_page_is_first(house: PrizeHouse, phone: Phone, path: str) -> None:
    house.win(next_one := f"n{secrets.token_hex(6)}")
    house.sign_in(phone.screen, next_one)
    phone.page.goto(path)
    phone.page.wait_for_function("code => !JSON.stringify({...localStorage}).includes(code)", arg=phone.code)
