"""A shared game as people see it who are not signed in, and how it is shared where a device has no way of its own."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.support.brand_house import GAME, running_brand_house
from tests.support.screen import Screen
from tests.support.served import Served


def _show(game: str, screen: Screen, _served: Served) -> Page:
    page = screen.open(f"/g/{game}")
    page.locator(".landing-picture").evaluate("picture => picture.decode()")
    return page


def _share(screen: Screen, _served: Served) -> Page:
    page = screen.open("/")
    page.locator('form:has([name="to"][value="/g/gam_anniversary_wheel"]) button').first.click()
    page.get_by_role("button", name="Share").or_(page.get_by_role("button", name="分享")).click()
    page.locator(".share-picture").evaluate("picture => picture.decode()")
    page.locator("dialog[open]").evaluate("sheet => Promise.all(sheet.getAnimations().map(one => one.finished))")
    return page


def _play_in_brand(screen: Screen, served: Served) -> Page:
    form: dict[str, str | float | bool] = {"who": "alice", "to": "/v1/me"}
    screen.context.request.post("/demo/sign-in", form=form, headers={"Origin": served.address})
    page = screen.open(f"/g/{GAME}")
    page.locator("engage-wheel image").first.wait_for(state="attached")
    return page


STATES = [
    State("game-share", _share),
    State("landing-brand", partial(_show, GAME), house=running_brand_house, is_first_load=True),
    State("game-brand", _play_in_brand, house=running_brand_house),
    State("landing-wheel", partial(_show, "gam_anniversary_wheel"), is_first_load=True),
    State("landing-card", partial(_show, "gam_dealer_cards"), is_first_load=True),
]
