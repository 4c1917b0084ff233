"""Opens the gallery of faces on screens of people who know nothing of each other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import served_gallery
from tests.support.screen import Screen, Settings


@pytest.fixture(scope="session")
def gallery_address() -> Iterator[str]:
    """Where the gallery is served."""
    with served_gallery() as address:
        yield address


@pytest.fixture
def gallery(browser: Browser, gallery_address: str) -> Iterator[Callable[..., Page]]:
    """Opens one state on a screen of its own: `gallery("/?show=won", dark=True)`. Faults on any fail the test."""
    screens: list[Screen] = []

    def open_state(path: str, **settings: Any) -> Page:
        screens.append(Screen(browser, gallery_address, Settings(**settings)))
        page = screens[-1].open(path)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_state
    faults = [fault for one in screens for fault in one.faults]
    for one in screens:
        one.close()
    assert not faults, "\n".join(faults)
