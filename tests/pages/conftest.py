"""The servers behind the states of pages, and seats to play on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import OpenScreen
from tests.pages.registry import Houses
from tests.support.playground import Playground, running_playground
from tests.support.screen import Screen
from tests.support.served import Served, running_demo


@pytest.fixture(scope="session")
def playground() -> Iterator[Playground]:
    """A server with a game for each thing that can happen to a member."""
    with running_playground() as opened:
        yield opened


@pytest.fixture(scope="session")
def houses(served: Served, playground: Playground) -> Iterator[Houses]:
    """Gives the server of a state; the demo and the playground are those that all tests share."""
    opened = Houses()
    opened.lend(running_demo, served)
    opened.lend(running_playground, playground)
    yield opened
    opened.close()


@pytest.fixture
def own_house() -> Iterator[Playground]:
    """A playground that a test may change for everybody, or kill."""
    with running_playground() as opened:
        yield opened


@dataclass
class Seat:
    """A member with a screen in hand, in front of a game."""

    playground: Playground
    member: str
    screen: Screen
    game: str

    def open(self) -> Page:
        """The game's page, with nothing left to load."""
        page = self.screen.open(f"/g/{self.game}")
        page.wait_for_load_state("networkidle")
        return page

    def told(self) -> Any:
        """The game as the server tells the member's own programs of it, which know everything."""
        return self.playground.get(f"/v1/games/{self.game}", self.playground.token(self.member))

    def plays(self) -> list[Any]:
        """What the member has played, newest first."""
        plays: list[Any] = self.playground.get("/v1/plays", self.playground.token(self.member))["items"]
        return plays


SitDown = Callable[..., Seat]


@pytest.fixture
def seat(screen: OpenScreen, playground: Playground) -> SitDown:
    """Gives a seat: `seat("gam_festive", turns=3)`, or with `member` another screen of the same person.

    Their screens are set to no motion, which only takes time, unless it is asked for: `still=False`.
    """

    def sit(  # noqa: PLR0913  a seat has these parts
        game: str,
        turns: int = 3,
        *,
        member: str = "",
        house: Playground | None = None,
        allowed: tuple[str, ...] = (),
        fields: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Seat:
        ground = house or playground
        opened = screen(ground.address, allowed=allowed, **{"locale": "en-US", "still": True} | settings)
        someone = member or ground.member(game, turns, **{"locale": "en", "nickname": "Alice"} | (fields or {}))
        ground.sign_in(opened, someone)
        return Seat(ground, someone, opened, game)

    return sit
