"""The hub after a full week, on the first day, and what opens from it; what counted; and a badge shown to others."""

from functools import partial

from playwright.sync_api import Page

from tests.pages.registry import State
from tests.pages.states.prizes import settle
from tests.support.screen import Screen
from tests.support.served import Served
from tests.support.week_house import WeekHouse, running_week


def _show(name: str, screen: Screen, served: Served) -> Page:
    assert isinstance(served, WeekHouse)
    page = served.open(screen, name, "/hub")
    page.wait_for_selector("engage-home engage-task")
    settle(page)
    return page


def _open(selector: str, shown: str, screen: Screen, served: Served) -> Page:
    page = _show("alice", screen, served)
    page.locator(selector).first.click()
    page.wait_for_selector(f"dialog[open] {shown}")
    settle(page)
    return page


def _erase(screen: Screen, served: Served) -> Page:
    page = _open(".more button", "engage-mine", screen, served)
    page.locator("engage-mine section:last-of-type button").click()
    page.wait_for_selector(".erase")
    return page


def _activity(name: str, selector: str, screen: Screen, served: Served) -> Page:
    assert isinstance(served, WeekHouse)
    page = served.open(screen, name, "/activity")
    page.wait_for_selector(selector)
    settle(page)
    return page


def _shared(screen: Screen, served: Served) -> Page:
    """A badge as somebody sees it who was sent its address and is not signed in."""
    assert isinstance(served, WeekHouse)
    award = served.share("alice", "bdg_first_meal")
    page = screen.open(f"/b/{award}")
    page.locator(".landing-medal").evaluate("picture => picture.decode()")
    return page


STATES = [
    State("home-alice", partial(_show, "alice"), running_week, is_first_load=True),
    State("home-new", partial(_show, "guest"), running_week),
    State("home-buy", partial(_open, ".ware .button", "engage-buy .facts"), running_week),
    State("home-badge", partial(_open, ".medal.held", "engage-badge .badge-own"), running_week),
    State("home-calendar", partial(_open, ".task-foot .button-quiet", "engage-calendar table"), running_week),
    State(
        "home-questions",
        partial(_open, "engage-task:has([id$=tsk_survey]) .button-main", "engage-questions form"),
        running_week,
    ),
    State("home-settings", partial(_open, ".more button", "engage-mine"), running_week),
    State("home-erase", _erase, running_week),
    State("activity-week", partial(_activity, "alice", ".verdict"), running_week, is_first_load=True),
    State("landing-badge", _shared, running_week, is_first_load=True),
    State("activity-none", partial(_activity, "guest", ".empty"), running_week),
]
