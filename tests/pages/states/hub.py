"""What is a member's own beside the prizes: plays with their check, points with their expiry, and who won."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.pages.states.prizes import open_prizes, settle
from tests.support.prize_house import running_prizes
from tests.support.screen import Screen
from tests.support.served import Served


def _show(path: str, name: str, selector: str, screen: Screen, served: Served) -> Page:
    page = open_prizes(screen, served, name, path)
    page.wait_for_selector(selector)
    settle(page)
    return page


def _check(screen: Screen, served: Served) -> Page:
    page = _show("/history", "lin", ".line", screen, served)
    page.locator(".line button").first.click()
    page.wait_for_selector("engage-check .told:not(.none)")
    settle(page)
    return page


def _turns(screen: Screen, served: Served) -> Page:
    page = _show("/statement", "lin", ".line", screen, served)
    page.locator(".pile").nth(1).click()
    return page


def _wall(path: str, selector: str, screen: Screen, _served: Served) -> Page:
    page = screen.open(f"{path}?language={screen.settings.locale.partition('-')[0]}")
    page.wait_for_selector(selector)
    settle(page)
    return page


STATES = [
    State("history-plays", partial(_show, "/history", "lin", ".line"), running_prizes, is_first_load=True),
    State("history-check", _check, running_prizes),
    State("history-none", partial(_show, "/history", "new", ".empty"), running_prizes),
    State("statement-points", partial(_show, "/statement", "lin", ".line"), running_prizes, is_first_load=True),
    State("statement-turns", _turns, running_prizes),
    State("statement-none", partial(_show, "/statement", "new", ".empty-pile"), running_prizes),
    State("winners-wall", partial(_wall, "/g/gam_kettle/winners", ".winner"), running_prizes, is_first_load=True),
    State("winners-mine", partial(_show, "/g/gam_kettle/winners", "lin", ".winner"), running_prizes),
    State("winners-none", partial(_wall, "/g/gam_meal/winners", ".empty"), running_prizes),
]
