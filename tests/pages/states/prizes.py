"""My prizes: the tickets in each pile, the code, the claim, what is empty, and what a bad network leaves."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.support.prize_house import PrizeHouse, running_prizes
from tests.support.screen import Screen
from tests.support.served import Served
from tests.support.week_house import WeekHouse, running_week

Act = Callable[[Page], None]


def open_prizes(screen: Screen, served: Served, name: str = "lin", path: str = "/prizes") -> Page:
    """The page of a member, in the language of the screen."""
    assert isinstance(served, PrizeHouse)
    served.sign_in(screen, name)
    page = screen.open(f"{path}?language={screen.settings.locale.partition('-')[0]}")
    page.wait_for_load_state("networkidle")
    return page


def _show(act: Act, screen: Screen, served: Served) -> Page:
    page = open_prizes(screen, served)
    page.wait_for_selector(".ticket")
    act(page)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until nothing moves any more, but for what moves for ever."""
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "Promise.all(document.getAnimations().filter(one => one.effect.getTiming().iterations !== Infinity)"
        ".map(one => one.finished))"
    )


def _stay(_page: Page) -> None:
    pass


def _pile(number: int, page: Page) -> None:
    page.locator(".pile").nth(number).click()


def _sheet(selector: str, page: Page) -> None:
    page.locator(selector).first.click()
    page.wait_for_selector("dialog[open]")


def _ask_for_code(page: Page) -> None:
    _sheet(".ticket:has(img[src*=meal]) .button-main", page)


def _code(page: Page) -> None:
    _sheet(".ticket:has(img[src*=milk-tea]) .button-main", page)
    page.wait_for_selector(".qr")


def _faults(page: Page) -> None:
    _sheet(".ticket:has(img[src*=teapot]) .button-main", page)
    page.locator("[name=phone]").fill("call me")
    page.locator(".claim .button-main").click()


def _about(page: Page) -> None:
    _sheet(".ticket:has(img[src*=coffee]) .button-quiet", page)


def _taking_back(page: Page) -> None:
    _about(page)
    page.locator(".withdraw button").click()


def _empty(screen: Screen, served: Served) -> Page:
    page = open_prizes(screen, served, "new")
    page.wait_for_selector(".empty")
    return page


def _offline(screen: Screen, served: Served) -> Page:
    page = _show(_stay, screen, served)
    page.route("**/v1/**", lambda route: route.abort())
    page.clock.install()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.clock.run_for(20_000)
    page.wait_for_selector(".offline")
    return page


def _points_back(screen: Screen, served: Served) -> Page:
    """What points had bought was taken back by the brand; its details are open."""
    assert isinstance(served, WeekHouse)
    served.take_back("alice")
    page = served.open(screen, "alice", "/prizes")
    _pile(2, page)
    _sheet(".ticket .button-quiet", page)
    settle(page)
    return page


STATES = [
    State("prizes-points-back", _points_back, running_week),
    State("prizes-open", partial(_show, _stay), running_prizes, is_first_load=True),
    State("prizes-used", partial(_show, partial(_pile, 1)), running_prizes),
    State("prizes-expired", partial(_show, partial(_pile, 2)), running_prizes),
    State("prizes-code-asked", partial(_show, _ask_for_code), running_prizes),
    State("prizes-code", partial(_show, _code), running_prizes),
    State("prizes-claim-faults", partial(_show, _faults), running_prizes),
    State("prizes-about", partial(_show, _about), running_prizes),
    State("prizes-taking-back", partial(_show, _taking_back), running_prizes),
    State("prizes-none", _empty, running_prizes),
    State("prizes-offline", _offline, running_prizes, allowed=("ERR_FAILED",)),
]
