"""A member's own pages follow what happens elsewhere: at a till, on another screen. Nobody reloads them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from engage.members import change_profile
from tests.conftest import OpenScreen
from tests.pages.registry import Houses
from tests.support.prize_house import PrizeHouse, running_prizes
from tests.support.screen import DESKTOP, Screen

OWN = ("/prizes", "/history", "/statement")
GAME, STORE = "gam_coins", "Shop 12"
SOON_MS = 15_000
TWO_POLLS_MS = 11_000
ASKING = re.compile(r"/v1/(feed|me)\b")
SOCKETS = re.compile(r"/socket\.io/")


@dataclass
class Asked:
    """A page of a member's own, and what it has asked of the server."""

    page: Page
    paths: list[str]

    @property
    def feeds(self) -> int:
        """How often it has asked what happened."""
        return sum("/v1/feed" in path for path in self.paths)


@pytest.fixture
def house(houses: Houses) -> PrizeHouse:
    opened = houses.open(running_prizes)
    assert isinstance(opened, PrizeHouse)
    return opened


@pytest.fixture
def member(house: PrizeHouse) -> str:
    """Somebody who has a turn and won nothing yet."""
    name = f"o{secrets.token_hex(6)}"
    house.win(name)
    with house.world() as world:
        world.turns(f"mem_{name}", GAME, 1)
    return name


@pytest.fixture
def own(house: PrizeHouse, member: str, screen: OpenScreen) -> Callable[..., Screen]:
    """Another screen of the member each time."""

    def sign_in(**settings: Any) -> Screen:
        opened = screen(house.address, locale="en-US", still=True, **settings)
        house.sign_in(opened, member)
        return opened

    return sign_in


def open_page(screen: Screen, path: str, *, with_socket: bool = True) -> Asked:
    """A page that is followed from here on: its socket has said how things stand."""
    page, paths = screen.open(), list[str]()

    def note(request: Request) -> None:
        paths.append(request.url)

    page.on("request", note)
    page.clock.install()
    if with_socket:
        with page.expect_websocket() as opened:
            page.goto(f"{path}?language=en")
        opened.value.wait_for_event("framereceived", lambda frame: "snapshot" in str(frame))
    else:
        page.goto(f"{path}?language=en")
    return Asked(page, paths)


def play(phone: Page) -> None:
    """Play once, and look at what came."""
    phone.goto(f"/g/{GAME}?language=en")
    phone.locator(".button-play").click()
    phone.locator("engage-result h2").wait_for()


def test_a_play_on_a_phone_is_on_the_pages_of_a_desktop(own: Callable[..., Screen]) -> None:
    desk = own(viewport=DESKTOP)
    history, statement = open_page(desk, "/history"), open_page(desk, "/statement")
    expect(history.page.get_by_role("heading", name="Nothing played yet")).to_be_visible()
    expect(statement.page.locator(".sum")).to_have_text("0")
    play(own().open())
    expect(history.page.locator(".played").get_by_role("button", name="Check it")).to_be_visible(timeout=SOON_MS)
    expect(history.page.locator(".played .line-what")).to_have_text("50 points")
    with history.page.expect_download() as download:
        history.page.get_by_role("link", name="Download all my results").click()
    assert len(json.loads(download.value.path().read_bytes())["receipts"]) == 1
    expect(statement.page.locator(".sum")).to_have_text("50", timeout=SOON_MS)
    expect(statement.page.locator(".line-what").first).to_have_text("Won in a game")
    assert (history.feeds, statement.feeds) == (0, 0)


def test_a_prize_is_on_the_other_screen_when_it_is_won_and_used_when_a_till_used_it(
    own: Callable[..., Screen], house: PrizeHouse, member: str
) -> None:
    prizes = open_page(own(), "/prizes")
    expect(prizes.page.get_by_role("heading", name="No prizes yet")).to_be_visible()
    grant = house.win_again(member, "meal")
    expect(prizes.page.get_by_role("button", name="Show code")).to_be_visible(timeout=SOON_MS)
    house.use(grant, STORE)
    expect(prizes.page.get_by_role("status").first).to_have_text(
        re.compile(rf"^Dinner for two: Used\. Used on .+ at {STORE}$"), timeout=SOON_MS
    )
    expect(prizes.page.get_by_role("button", name="Used 1")).to_be_visible()
    assert prizes.feeds == 0


@pytest.mark.parametrize("path", OWN)
def test_a_page_whose_socket_is_up_asks_for_nothing(own: Callable[..., Screen], path: str) -> None:
    asked = open_page(own(), path)
    asked.page.wait_for_load_state("networkidle")
    before = list(asked.paths)
    asked.page.clock.run_for(TWO_POLLS_MS)
    asked.page.wait_for_load_state("networkidle")
    assert asked.paths == before


def test_a_page_asks_where_sockets_are_blocked(own: Callable[..., Screen], house: PrizeHouse, member: str) -> None:
    screen = own()

    def block(socket: WebSocketRoute) -> None:
        socket.close()

    screen.context.route_web_socket(SOCKETS, block)
    prizes = open_page(screen, "/prizes", with_socket=False)
    expect(prizes.page.get_by_role("heading", name="No prizes yet")).to_be_visible()
    house.win_again(member, "meal")
    prizes.page.clock.run_for(TWO_POLLS_MS)
    expect(prizes.page.get_by_role("button", name="Show code")).to_be_visible(timeout=SOON_MS)
    assert any(ASKING.search(path) for path in prizes.paths)


def test_text_is_as_large_as_its_member_wants_it(own: Callable[..., Screen], house: PrizeHouse, member: str) -> None:
    screen = own()
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page = screen.open("/prizes")
    usual = page.evaluate(size)
    with house.world() as world:
        world.services.writer.run(lambda work: change_profile(work, f"mem_{member}", {"large_text": True}))
    for path in OWN:
        page.goto(path)
        assert page.evaluate(size) == pytest.approx(usual * 1.25)
