"""Pages that are everywhere: the rules, and what cannot be shown."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.support.screen import Screen
from tests.support.served import Served

RULES = "/g/gam_anniversary_wheel/rules"


def _show(path: str, screen: Screen, _served: Served) -> Page:
    return screen.open(path)


STATES = [
    State("docs-problems", partial(_show, "/docs/problems"), is_first_load=True),
    State("rules", partial(_show, RULES), is_first_load=True),
    State("rules-campaign", partial(_show, "/c/cmp_anniversary/rules"), is_first_load=True),
    State("problem-not-found", partial(_show, "/nowhere"), is_first_load=True, allowed=("status of 404",)),
    State("problem-no-such-game", partial(_show, "/g/gam_nothing/rules"), allowed=("status of 404",)),
]
