"""How a game went: a wheel and a deck that were played, and a game that nobody has played."""

from functools import partial

from playwright.sync_api import Page

from tests.fair.members import CARDS, WHEEL
from tests.pages.registry import State
from tests.pages.states.verify import taken_home
from tests.support.screen import Screen
from tests.support.served import Served


def _show(game: str, screen: Screen, served: Served) -> Page:
    taken_home(served.address)
    page = screen.open(f"/g/{game}/fairness")
    page.locator("h1").wait_for()
    return page


STATES = [
    State("fairness-wheel", partial(_show, WHEEL), is_first_load=True),
    State("fairness-deck", partial(_show, CARDS)),
]
