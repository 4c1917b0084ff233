"""A shared game as people see it who are not signed in."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.support.screen import Screen
from tests.support.served import Served


def _show(game: str, screen: Screen, _served: Served) -> Page:
    page = screen.open(f"/g/{game}")
    page.locator(".landing-picture").evaluate("picture => picture.decode()")
    return page


STATES = [
    State("landing-wheel", partial(_show, "gam_anniversary_wheel"), is_first_load=True),
    State("landing-card", partial(_show, "gam_dealer_cards"), is_first_load=True),
]
