"""The page that checks exports: before, after, and when something is amiss."""

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.fair.members import CARDS, WHEEL, play_as_member
from tests.pages.registry import State
from tests.support.honest_house import SETS
from tests.support.screen import Screen
from tests.support.served import Served

VERIFY = "/verify"
Change = Callable[[dict[str, Any]], None]


@cache
def taken_home(address: str) -> str:
    """The export of a member of a served demo, who played a wheel and a deck and had every seed shown."""
    port = urlsplit(address).port
    assert port
    with TemporaryDirectory() as folder:
        return play_as_member(port, Path(folder), {WHEEL: 6, CARDS: 3}).file.read_text(encoding="utf-8")


def check(page: Page, text: str) -> None:
    """Paste a text, press the button, and wait for what it comes to."""
    page.locator(".take summary").click()
    page.locator("#text").fill(text)
    page.locator(".take button[type=submit]").click()
    page.locator("engage-report h2, [role=alert]").wait_for()


def _empty(screen: Screen, _served: Served) -> Page:
    page = screen.open(VERIFY)
    page.locator(".take").wait_for()
    return page


def _checked(change: Change, screen: Screen, served: Served) -> Page:
    export = json.loads(taken_home(served.address))
    change(export)
    page = _empty(screen, served)
    check(page, json.dumps(export))
    return page


def _keep(_export: dict[str, Any]) -> None:
    pass


def _hide(export: dict[str, Any]) -> None:
    for epoch in export["epochs"]:
        epoch["server_seed"] = None


def _lie(export: dict[str, Any]) -> None:
    export["receipts"][1]["prize"] = "none"
    export["receipts"][4]["ticket"] ^= 1


def _unfolded(screen: Screen, served: Served) -> Page:
    page = _checked(_keep, screen, served)
    page.locator("engage-report summary").first.click()
    page.locator("engage-proof li").first.wait_for()
    return page


def _foreign(screen: Screen, served: Served) -> Page:
    page = _empty(screen, served)
    check(page, json.dumps(SETS[0]["export"]))
    return page


def _unreadable(screen: Screen, served: Served) -> Page:
    page = _empty(screen, served)
    check(page, taken_home(served.address)[:2000])
    return page


STATES = [
    State("verify-empty", _empty, is_first_load=True),
    State("verify-proven", partial(_checked, _keep)),
    State("verify-not-yet-revealed", partial(_checked, _hide)),
    State("verify-failed", partial(_checked, _lie)),
    State("verify-details", _unfolded),
    State("verify-foreign-key", _foreign),
    State("verify-unreadable", _unreadable),
]
