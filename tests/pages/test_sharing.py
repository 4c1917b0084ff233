"""Sharing on real pages: one link lets in who is not signed in, and what is handed on has nobody in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

GAME = "/g/gam_anniversary_wheel"


@pytest.fixture
def sharing(page: Any) -> Page:
    """The sheet for sharing, in the demo's wheel."""
    opened: Page = page("/", locale="en-US")
    opened.locator(f'form:has([name="to"][value="{GAME}"]) button').first.click()
    opened.get_by_role("button", name="Share").click()
    return opened


def test_a_shared_link_leads_in_through_the_brand_and_back_to_the_game(page: Any) -> None:
    landing: Page = page(GAME, locale="en-US")
    expect(landing.get_by_role("heading", level=1)).to_have_text("Anniversary wheel")
    landing.get_by_role("link", name="Sign in and play").click()
    expect(landing).to_have_url(re.compile("/demo/sign-in"))
    landing.get_by_role("button", name="Alice").click()
    expect(landing).to_have_url(re.compile(f"{GAME}$"))
    expect(landing.get_by_role("button", name="Share")).to_be_visible()


def test_the_long_picture_is_there_to_be_sent_on(sharing: Page) -> None:
    picture = sharing.get_by_role("img", name="A picture of the game with a code to scan")
    expect(picture).to_be_visible()
    picture.evaluate("picture => picture.decode()")
    assert picture.evaluate("picture => [picture.naturalWidth, picture.naturalHeight]") == [1080, 1620]


def test_the_link_is_copied_without_anything_of_a_member(sharing: Page) -> None:
    sharing.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sharing.get_by_role("button", name="Copy the link").click()
    expect(sharing.get_by_text("The link is copied.")).to_be_visible()
    copied = sharing.evaluate("navigator.clipboard.readText()")
    assert copied == sharing.evaluate("location.origin") + GAME


def test_where_pages_may_not_copy_the_link_is_shown_marked(sharing: Page) -> None:
    sharing.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException()); }")
    sharing.get_by_role("button", name="Copy the link").click()
    shown = sharing.get_by_role("textbox", name="Address of the game")
    expect(shown).to_have_value(sharing.evaluate("location.origin") + GAME)
    assert sharing.evaluate("document.activeElement.selectionEnd - document.activeElement.selectionStart") > 0
