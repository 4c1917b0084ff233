"""Nothing on any page, in any state, keeps somebody from using it: two languages, and each way to set up a screen.

In the suite every other state is read in Chinese and the rest in English, each in one of the ways in turn;
`make barriers` reads each in both languages and in all ways.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.pages.registry import Houses, State, all_states
from tests.support.axe import barriers_on
from tests.support.screen import DESKTOP, PHONE, SMALL, Locale, Screen, Settings, set_text, text_percent

HEAD = "<html lang=en><meta name=viewport content='width=device-width'><title>Barriers</title><main><h1>Barriers</h1>"

Way: TypeAlias = tuple[str, bool, bool, ViewportSize, int]
# Every pair of two settings comes up once: light or dark, moving or still, this wide, text this large.
WAYS: list[Way] = [
    ("light", False, False, PHONE, 100),
    ("dark", True, False, PHONE, 100),
    ("dark, still, large text", True, True, PHONE, 200),
    ("light, still, small", False, True, SMALL, 100),
    ("dark, small, large text", True, False, SMALL, 200),
    ("light, still, small, large text", False, True, SMALL, 200),
    ("light, desktop", False, False, DESKTOP, 100),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each state in both languages and all ways, or in one language and one of the ways in turn."""
    if {"state", "locale"} <= set(metafunc.fixturenames):
        every = metafunc.config.getoption("--both-languages")
        cases = [
            pytest.param(state, locale, WAYS if every else in_turn(number), id=f"{state.name}-{locale}")
            for number, state in enumerate(all_states())
            for turn, locale in enumerate(("zh-CN", "en-US"))
            if every or number % 2 == turn
        ]
        metafunc.parametrize(("state", "locale", "ways"), cases)


def in_turn(number: int) -> list[Way]:
    """One of the ways, another for the next state."""
    return [WAYS[number % len(WAYS)]]


def test_nothing_is_in_anybody_s_way(
    state: State, locale: Locale, ways: list[Way], browser: Browser, houses: Houses
) -> None:
    barriers: list[str] = []
    with shown(state, browser, houses, locale) as page:
        for name, dark, still, viewport, percent in ways:
            page.set_viewport_size(viewport)
            page.emulate_media(
                color_scheme="dark" if dark else "light", reduced_motion="reduce" if still else "no-preference"
            )
            set_text(page, percent)
            barriers += [f"{name}: {barrier}" for barrier in barriers_on(page)]
            assert text_percent(page) == percent, f"{name}: the size of text did not hold"
    assert not barriers, "\n" + "\n".join(barriers)


@contextmanager
def shown(state: State, browser: Browser, houses: Houses, locale: Locale) -> Iterator[Page]:
    """A phone with the page in its state; what goes wrong on it fails the test."""
    served = houses.of(state)
    screen = Screen(browser, served.address, Settings(locale=locale, still=not state.moves), state.allowed)
    try:
        yield state.show(screen, served)
        assert not screen.faults, "\n".join(screen.faults)
    finally:
        screen.close()


@pytest.mark.parametrize(
    ("body", "barrier"),
    [
        ("<p style='color:#999;background:#fff'>pale", "color-contrast: "),
        ("<button style='width:60px;height:60px'></button>", "button-name: "),
        ("<button style='width:60px;height:30px'>flat</button>", "button “flat” is 60 × 30 px, less than 44"),
        ("<x-box></x-box>", "button “inside” is "),
        ("<p style='width:3rem;overflow-wrap:anywhere'>unbroken", "the word “unbroken” is torn in two"),
        ("<p style='width:10em;text-wrap:wrap'>结果在您点之前就已封存。", "“存。” is left alone in the last line"),
        ("<div style='width:120vw;height:9px'></div>", "the page scrolls sideways by 86 px"),
    ],
)
def test_a_barrier_is_found(page: Callable[..., Page], body: str, barrier: str) -> None:
    opened = page("")
    opened.set_content(HEAD + body)
    opened.evaluate("""() => customElements.define('x-box', class extends HTMLElement {
        constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML = '<button>inside</button>'; }
    })""")
    found = barriers_on(opened)
    assert len(found) == 1, found
    assert found[0].startswith(barrier)
