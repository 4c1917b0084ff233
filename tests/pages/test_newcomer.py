"""Whoever opens the first address that the demo prints has played ten seconds later, with four taps."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.screen import DESKTOP, PHONE

TEN_SECONDS = 10.0


def tap(page: Page, what: str, nth: int = 0) -> None:
    page.locator(what).nth(nth).click()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("game", [0, 1], ids=["wheel", "card"])
def test_a_newcomer_plays_within_ten_seconds(page: Any, viewport: ViewportSize, game: int) -> None:
    began = time.monotonic()
    opened: Page = page("/", viewport=viewport, locale="en-US")
    tap(opened, "button.play", game)
    opened.wait_for_url("**/g/gam_*")
    tap(opened, ".button-play")
    tap(opened, "engage-consent button")
    with opened.expect_response("**/plays") as answer:
        tap(opened, ".button-play")
    assert answer.value.status == 201
    assert time.monotonic() - began < TEN_SECONDS
    opened.locator("engage-result h2").wait_for()
