"""Each thing that can stand in a member's way, provoked for real: said before the tap, and at it if it came between."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import SitDown
from tests.pages.states.game import BUTTON, tap
from tests.pages.test_playing import go_on

AT_ONCE: list[tuple[str, dict[str, Any], str]] = [
    ("gam_upcoming", {"turns": 0}, "Not started yet It begins on"),
    ("gam_paused", {}, "Paused for the moment"),
    ("gam_ended", {"turns": 0}, "This game is over"),
    ("gam_sold_out", {}, "Everything has been won"),
    ("gam_reviewed", {}, "The books are being checked"),
    ("gam_adults", {"fields": {"birth_date": "2015-01-01"}}, "This game is for people of 18 or older"),
    ("gam_invited", {}, "This game is not open to you"),
    ("gam_festive", {"fields": {"insider": True}}, "You may look, but not play"),
    ("gam_festive", {"turns": 0}, "No turns left The rules say how to get more."),
]


@pytest.mark.parametrize(("game", "member", "said"), AT_ONCE)
def test_what_stands_in_the_way_is_said_before_anybody_taps(
    seat: SitDown, game: str, member: dict[str, Any], said: str
) -> None:
    someone = seat(game, **member)
    page = someone.open()
    expect(page.get_by_role("status")).to_contain_text(re.compile(said.replace(" ", r"\s+")))
    expect(page.locator(BUTTON)).to_have_count(0)
    page.locator("engage-wheel").click(position={"x": 100, "y": 200})
    assert someone.plays() == []


def test_the_rules_are_read_and_accepted_before_the_first_play(seat: SitDown) -> None:
    page = seat("gam_rules").open()
    page.get_by_role("button", name="Read and accept").click()
    dialog = page.get_by_role("dialog", name="Before you play")
    expect(dialog.get_by_role("link", name="Read the rules")).to_have_attribute("href", "/g/gam_rules/rules")
    dialog.get_by_role("button", name="Accept the rules and go on").click()
    expect(page.get_by_role("status")).to_have_text("3 turns left")
    expect(page.locator(BUTTON)).to_be_focused()
    tap(page)
    go_on(page)


def test_whoever_the_brand_does_not_know_the_age_of_is_asked(seat: SitDown) -> None:
    page = seat("gam_age", fields={"birth_date": None}).open()
    page.get_by_role("button", name="Answer and accept the rules").click()
    dialog = page.get_by_role("dialog", name="Before you play")
    dialog.get_by_role("button", name="Accept the rules and go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Without this answer")
    expect(dialog.get_by_role("checkbox")).to_be_focused()
    dialog.get_by_role("checkbox", name="I am 18 years old or older.").check()
    dialog.get_by_role("button", name="Accept the rules and go on").click()
    expect(page.get_by_role("status")).to_have_text("3 turns left")


def test_one_s_own_limit_is_set_on_the_page_and_holds(seat: SitDown) -> None:
    page = seat("gam_nothing").open()
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("My own limit").select_option("1")
    page.keyboard.press("Escape")
    tap(page)
    go_on(page)
    expect(page.get_by_role("status")).to_contain_text("You have reached your own limit")
    expect(page.get_by_role("timer")).to_be_visible()


@pytest.mark.parametrize(
    ("game", "turns", "said", "waits"),
    [
        ("gam_daily", 2, "That was all for today", True),
        ("gam_once", 2, "You have played as often as the rules allow", False),
        ("gam_won", 2, "You have won all that this game can give you", False),
        ("gam_free", 0, "No turns left", True),
        ("gam_nothing", 1, "No turns left", False),
    ],
)
def test_what_the_last_play_used_up_is_said_after_it(
    seat: SitDown, game: str, turns: int, said: str, *, waits: bool
) -> None:
    page = seat(game, turns).open()
    tap(page)
    go_on(page)
    expect(page.get_by_role("status")).to_contain_text(said)
    expect(page.get_by_role("timer")).to_have_count(1 if waits else 0)
    expect(page.locator(BUTTON)).to_have_count(0)


def test_turns_that_were_used_up_on_another_phone_are_gone_here_too(seat: SitDown) -> None:
    first = seat("gam_nothing", 1)
    here, there = first.open(), seat("gam_nothing", member=first.member).open()
    tap(there)
    go_on(there)
    expect(here.get_by_role("status")).to_contain_text("No turns left")
    expect(here.locator(BUTTON)).to_have_count(0)
    assert len(first.plays()) == 1


def test_turns_that_expire_are_shown_with_their_time(seat: SitDown) -> None:
    someone = seat("gam_nothing", 1)
    someone.playground.give(someone.member, "gam_nothing", 2, expires_at="2027-03-04T05:06:00Z")
    page = someone.open()
    expect(page.get_by_text("2 turns are valid until Mar 4, 2027, 1:06 PM")).to_be_visible()


def test_a_page_whose_sign_in_has_ended_leads_to_it_and_keeps_the_play(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    someone.screen.context.clear_cookies()
    tap(page)
    expect(page.get_by_role("status")).to_contain_text("You have been signed out")
    someone.playground.sign_in(someone.screen, someone.member)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Fetch the result").click()
    go_on(page)
    assert len(someone.plays()) == 1


def test_large_and_plain_is_remembered_for_the_member(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="Settings").click()
    with page.expect_response("**/v1/me"):
        page.get_by_role("switch", name="Large and plain").click()
    there = seat("gam_nothing", member=someone.member).open()
    assert there.evaluate(size) == before * 1.25


def test_the_language_is_changed_on_the_page_for_the_member(seat: SitDown) -> None:
    someone = seat("gam_festive")
    page = someone.open()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("周年庆大转盘")
    expect(page.get_by_role("status")).to_have_text("还有 3 次机会")
