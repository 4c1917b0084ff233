"""The demo brand's site, and a sign-in that did not work."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.support.screen import Screen
from tests.support.served import Served


def _show(path: str, screen: Screen, _served: Served) -> Page:
    return screen.open(path)


def _show_as_alice(path: str, screen: Screen, served: Served) -> Page:
    form: dict[str, str | float | bool] = {"who": "alice", "to": "/v1/me"}
    screen.context.request.post("/demo/sign-in", form=form, headers={"Origin": served.address})
    return screen.open(path)


def _show_paid(screen: Screen, served: Served) -> Page:
    page = _show_as_alice("/", screen, served)
    page.locator("form[action='/demo/orders'] button").click()
    page.locator("[role=status]").wait_for()
    return page


STATES = [
    State("demo-welcome", partial(_show, "/"), is_first_load=True),
    State("demo-welcome-as-alice", partial(_show_as_alice, "/")),
    State("demo-welcome-paid", _show_paid),
    State("demo-sign-in", partial(_show, "/sign-in?return=/g/gam_anniversary_wheel"), is_first_load=True),
    State("demo-hand-over", partial(_show, "/demo/hand-over"), is_first_load=True),
    State("sign-in-too-late", partial(_show, "/sign-in?code=used-already"), allowed=("status of 401",)),
]
