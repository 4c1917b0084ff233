"""The counter: the key, a code that can be used, one that can't, what was used, and what was undone."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.pages.states.prizes import settle
from tests.support.prize_house import STORE, PrizeHouse, running_prizes
from tests.support.screen import Screen
from tests.support.served import Served

Act = Callable[[Page, PrizeHouse], None]


def open_counter(screen: Screen, served: Served) -> Page:
    """The counter before it has its key, in the language of the screen."""
    page = screen.open(f"/counter?language={screen.settings.locale.partition('-')[0]}")
    page.wait_for_selector("#key")
    return page


def open_till(page: Page, key: str, store: str = STORE) -> None:
    """Hand the key over."""
    page.locator("#key").fill(key)
    page.locator("#store").fill(store)
    page.locator(".till-key .button-main").click()
    page.wait_for_selector("#code")


def _show(act: Act, screen: Screen, served: Served) -> Page:
    assert isinstance(served, PrizeHouse)
    page = open_counter(screen, served)
    act(page, served)
    settle(page)
    return page


def _no_key(_page: Page, _house: PrizeHouse) -> None:
    pass


def _wrong_key(page: Page, house: PrizeHouse) -> None:
    page.locator("#key").fill(house.till_key("support"))
    page.locator(".till-key .button-main").click()
    page.wait_for_selector(".fault:not(:empty)")


def _open(page: Page, house: PrizeHouse) -> None:
    open_till(page, house.till_key())


def _good(page: Page, house: PrizeHouse) -> None:
    _open(page, house)
    page.locator("#code").fill(house.fresh_code())
    page.keyboard.press("Enter")
    page.wait_for_selector(".use")


def _used(page: Page, house: PrizeHouse) -> None:
    _good(page, house)
    page.keyboard.press("Enter")
    page.wait_for_selector("engage-used")


def _undone(page: Page, house: PrizeHouse) -> None:
    _used(page, house)
    page.locator("engage-used button").click()
    page.wait_for_selector("engage-used .said:not(.said-yes)")


def _code(code: str, page: Page, house: PrizeHouse) -> None:
    _open(page, house)
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_selector(".said-no")


STATES = [
    State("counter-key", partial(_show, _no_key), running_prizes, is_first_load=True),
    State("counter-wrong-key", partial(_show, _wrong_key), running_prizes),
    State("counter-open", partial(_show, _open), running_prizes),
    State("counter-good", partial(_show, _good), running_prizes),
    State("counter-used", partial(_show, _used), running_prizes),
    State("counter-undone", partial(_show, _undone), running_prizes),
    State("counter-used-before", partial(_show, partial(_code, "gam_meal-prz_meal-0000")), running_prizes),
    State("counter-expired", partial(_show, partial(_code, "gam_cake-prz_cake-0000")), running_prizes),
    State("counter-unknown", partial(_show, partial(_code, "GIVE-ME-MORE")), running_prizes),
]
