"""The faces for everyone: by keyboard alone, announced, without barriers in any theme, light or dark, and for eyes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import barriers_on
from tests.support.screen import DESKTOP, SMALL

OpenState = Callable[..., Page]
HEAR = """() => {
  window.said = [];
  const status = document.querySelector('[role=status]');
  new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true});
}"""
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at.textContent.trim().replace(/\\s+/g, ' ');
}"""
IN_EACH_THEME = ("mechanic=wheel&show=landed", "mechanic=wheel&show=won", "mechanic=scratch&show=half")
STATES = [
    *(f"mechanic=wheel&show={show}" for show in ("start", "landed", "parked", "won", "won&slot=s4")),
    *(f"mechanic=scratch&show={show}" for show in ("start", "half", "waiting", "revealed", "won")),
]


@pytest.mark.parametrize("mechanic", ["wheel", "scratch"])
@pytest.mark.parametrize("settings", [{}, {"still": True}])
def test_a_play_by_keyboard_alone_is_announced_and_gives_the_focus_back(
    gallery: OpenState, mechanic: str, settings: dict[str, bool]
) -> None:
    page = gallery(f"/?lang=en&mechanic={mechanic}", **settings)
    page.evaluate(HEAR)
    page.keyboard.press("Tab")
    began = {"wheel": "Spin", "scratch": "Reveal"}[mechanic]
    assert page.evaluate(FOCUSED) == began
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="You won Noodle set meal")
    expect(dialog).to_be_visible(timeout=15_000)
    assert page.evaluate("said") == [{"wheel": "Spinning", "scratch": "Revealing"}[mechanic], "You won Noodle set meal"]
    assert page.evaluate(FOCUSED) == "You won Noodle set meal"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Use it now"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate(FOCUSED) == began


def test_the_wheel_says_what_is_on_it_and_where_it_stands(gallery: OpenState) -> None:
    page = gallery("/?lang=en&slices=3")
    wheel = page.get_by_role("img", name="Prize wheel with 3 slices: Noodle set meal, 50 points, Bottle of peanut oil")
    expect(wheel).to_be_visible()
    page.locator("engage-wheel").evaluate("wheel => { wheel.calm = true; return wheel.land('s2', 1); }")
    expect(page.get_by_role("img", name="Prize wheel. The pointer is on: 50 points")).to_be_visible()


def test_no_prize_is_told_kindly_and_without_confetti(gallery: OpenState) -> None:
    page = gallery("/?lang=en&show=won&slot=s4")
    expect(page.get_by_role("dialog", name="No prize this time Thank you for playing")).to_be_visible()
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.includes('confetti'))")


def test_confetti_is_loaded_on_a_win_alone_and_never_without_motion(gallery: OpenState) -> None:
    for still in (True, False):
        page = gallery("/?lang=en&show=won&slot=s1", still=still)
        expect(page.get_by_role("dialog")).to_be_visible()
        loaded = "() => performance.getEntriesByType('resource').some(each => each.name.includes('confetti'))"
        if still:
            assert not page.evaluate(loaded)
        else:
            page.wait_for_function(loaded)


@pytest.mark.parametrize("mechanic", ["wheel", "scratch"])
def test_sounds_are_loaded_when_they_are_asked_for_and_not_before(gallery: OpenState, mechanic: str) -> None:
    heard = "() => performance.getEntriesByType('resource').some(each => each.name.includes('synth'))"
    for asked in ("", "&sound"):
        page = gallery(f"/?lang=en&mechanic={mechanic}{asked}")
        page.get_by_role("button", name={"wheel": "Spin", "scratch": "Reveal"}[mechanic]).click()
        expect(page.get_by_role("dialog")).to_be_visible(timeout=15_000)
        assert page.evaluate(heard) == bool(asked)


def test_what_was_passed_over_is_said_in_a_line(gallery: OpenState) -> None:
    page = gallery("/?lang=en&show=won&slot=s2&passed=The%20meals%20had%20run%20out.")
    expect(page.get_by_role("dialog").get_by_text("The meals had run out.")).to_be_visible()


@pytest.mark.parametrize("theme", ["festive", "calm", "brand"])
@pytest.mark.parametrize("settings", [{}, {"dark": True}])
def test_no_theme_is_a_barrier(gallery: OpenState, theme: str, settings: dict[str, bool]) -> None:
    found = []
    for state in IN_EACH_THEME:
        page = gallery(f"/?lang=zh-CN&theme={theme}&{state}", still=True, **settings)
        found += [f"{state}: {barrier}" for barrier in barriers_on(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "settings",
    [{"viewport": SMALL, "text_percent": 200}, {"viewport": DESKTOP}],
)
def test_no_face_in_any_state_is_a_barrier_on_any_screen(gallery: OpenState, settings: dict[str, Any]) -> None:
    found = []
    for state in STATES:
        page = gallery(f"/?lang=en&{state}", still=True, **settings)
        found += [f"{state}: {barrier}" for barrier in barriers_on(page)]
    assert not found, "\n".join(found)
