"""Two screens of a member in Chromium: what is played on one is followed on the other, which is told nothing early."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.support.screen import DESKTOP, Screen
from tests.support.served import Served

OpenScreen = Callable[..., Screen]


class Ear:
    """Hears all that a page is told over the network, sockets included."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("websocket", self._listen)
        page.on("response", lambda answer: self._read(answer) if "/v1/" in answer.url else None)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.heard.append(str(frame)))

    def _read(self, answer: Any) -> None:
        self.heard.append(answer.text())

    def has(self, text: str) -> bool:
        """Whether it was told this."""
        return any(text in message for message in self.heard)


def sign_in(screen: Screen, game: int) -> Page:
    """A page at a game, signed in as one of the demo's members, with the rules accepted."""
    page = screen.open("/")
    page.locator("button.play").nth(game).click()
    page.wait_for_url("**/g/gam_*")
    page.locator(".button-play").click()
    page.locator("engage-consent button").click()
    page.wait_for_selector("engage-sheet", state="detached")
    return page


def same_member(screen: Screen, page: Page) -> Page:
    """The same page on another screen of the same member."""
    screen.context.add_cookies([{**cookie} for cookie in page.context.cookies()])  # type: ignore[typeddict-item]  # as they came
    return screen.open(page.url)


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let a page go on until something is true of what it was told."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


@pytest.mark.parametrize("game", [0, 1], ids=["wheel", "card"])
def test_another_screen_follows_and_is_told_the_result_once_it_was_seen(
    screen: OpenScreen, served: Served, game: int
) -> None:
    phone = sign_in(screen(locale="en-US"), game)
    desk = same_member(screen(locale="en-US", viewport=DESKTOP), phone)
    ear = Ear(desk)
    desk.reload()
    wait_until(desk, lambda: ear.has("snapshot"))
    title = desk.locator(".notice h2, .notice-title").first
    before = title.inner_text()
    assert "turns left" in before
    with phone.expect_response("**/plays") as answered:
        phone.locator(".button-play").click()
    answer = json.loads(answered.value.text())
    play, won = answer["play"], answer["prize"]
    wait_until(desk, lambda: ear.has(play))
    expect(title).not_to_have_text(before)
    early = [message for message in ear.heard if play in message]
    assert phone.locator("engage-result h2").count() == 0, "nobody has seen it yet"
    assert not [message for message in early if "play.seen" in message or "angle_ppm" in message or "grt_" in message]
    phone.locator("engage-result h2").wait_for()
    wait_until(desk, lambda: ear.has("play.seen"))
    told = next(message for message in ear.heard if "play.seen" in message)
    assert play in told
    assert won is None or won["id"] in told
    left = desk.evaluate("fetch('/v1' + location.pathname.replace('/g/', '/games/')).then(one => one.json())")["turns"]
    expect(title).to_contain_text(f"{left['left']} turn")
    assert desk.locator("engage-result h2").count() == 0, "the other screen celebrates nothing"
