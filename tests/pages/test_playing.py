"""A member plays: by keyboard alone, by a double tap, without motion, in two tabs, on two phones."""

import re

from playwright.sync_api import Page, expect

from tests.pages.conftest import SitDown
from tests.pages.states.game import BUTTON, PLAYS, tap
from tests.support.playground import Playground

RESULT = "engage-result dialog[open]"
WAIT_MS = 20_000


def see_result(page: Page) -> None:
    """Wait until the result is shown."""
    page.locator("engage-result h2").wait_for(timeout=WAIT_MS)


def go_on(page: Page) -> None:
    """Close the result."""
    see_result(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(RESULT)).to_have_count(0)
    page.wait_for_function("!history.state?.over")


def test_a_whole_play_needs_the_keyboard_only(seat: SitDown) -> None:
    page = seat("gam_meal", still=False).open()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(f"{BUTTON}:focus").count():
            break
    expect(page.locator(BUTTON)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The wheel is turning")
    expect(page.locator(BUTTON)).to_be_focused()
    see_result(page)
    expect(page.get_by_role("heading", name="You won Set meal voucher")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name="Go on").evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(RESULT)).to_have_count(0)
    expect(page.locator(BUTTON)).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("2 turns left")
    page.keyboard.press("Space")
    see_result(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("1 turn left")


def test_a_card_needs_the_keyboard_only(seat: SitDown) -> None:
    page = seat("gam_card_meal").open()
    page.locator(BUTTON).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You won Set meal voucher")).to_be_focused(timeout=WAIT_MS)
    page.keyboard.press("Escape")
    expect(page.locator(BUTTON)).to_be_focused()


def test_a_screen_reader_is_told_all_that_can_be_seen(seat: SitDown) -> None:
    page = seat("gam_festive").open()
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - text: Pine Lane Kitchen
          - 'link "My points: 0"'
          - button "Settings"
          - heading "Anniversary wheel" [level=1]
          - paragraph: /Until .* 2027/
          - img /Prize wheel with 8 slices.*, 5 points, Set meal voucher, 20 points, One more turn/
          - status:
            - paragraph: 3 turns left
          - button "Spin"
          - paragraph: /At the latest on play 11 from now you certainly win one of these/
          - navigation "More about this game":
            - button "Prizes and odds"
            - link "My prizes"
            - link "Rules"
            - link "How fair it is"
            - link "My plays"
            - button "Share"
          - paragraph:
            - text: You play as Alice.
            - link "Not you?"
        """
    )
    tap(page)
    see_result(page)
    expect(page.locator("engage-result")).to_match_aria_snapshot(
        """
        - dialog:
          - button "Close"
          - heading [level=2]
          - paragraph
          - button "Go on"
        """
    )


def test_odds_are_told_exactly_with_what_is_paid_when_a_prize_is_gone(seat: SitDown) -> None:
    page = seat("gam_festive").open()
    page.get_by_role("button", name="Prizes and odds").click()
    dialog = page.get_by_role("dialog", name="Prizes and odds")
    jackpot = dialog.get_by_role("listitem").filter(has_text="Jackpot")
    expect(jackpot).to_contain_text("1 in 1,000")
    expect(jackpot).to_contain_text("when gone: 50 points, then 20 points, then no prize")
    expect(jackpot).to_contain_text("left")
    expect(dialog.get_by_role("listitem").filter(has_text=re.compile(r"^\s*5 points"))).to_contain_text("1 in 2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Prizes and odds")).to_be_focused()


def test_back_closes_what_lies_over_the_page_before_it_leaves_the_page(seat: SitDown) -> None:
    page = seat("gam_meal", still=False).open()
    page.goto(page.url.replace("/g/gam_meal", "/history"))
    page.goto(page.url.replace("/history", "/g/gam_meal"))
    odds = page.get_by_role("dialog", name="Prizes and odds")
    for close in (page.go_back, lambda: page.keyboard.press("Escape")):
        page.get_by_role("button", name="Prizes and odds").click()
        expect(odds).to_be_visible()
        close()
        expect(odds).to_have_count(0)
        expect(page).to_have_url(re.compile("/g/gam_meal$"))
    tap(page)
    see_result(page)
    page.get_by_role("link", name="To my prizes").click()
    expect(page).to_have_url(re.compile("/prizes$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/g/gam_meal$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/history$"))


def test_a_long_name_of_the_organiser_leaves_points_and_settings_in_one_row(seat: SitDown) -> None:
    page = seat("gam_meal").open()
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator(".organiser").evaluate(
        "organiser => organiser.textContent = 'Extraordinarily long name Ltd. '.repeat(3)"
    )
    points, settings = (page.locator(".stage-tools > *").nth(n).bounding_box() for n in (0, 1))
    assert points
    assert settings
    assert points["y"] == settings["y"]
    assert settings["x"] + settings["width"] <= 390


def test_a_double_tap_plays_once(seat: SitDown) -> None:
    someone = seat("gam_nothing", still=False)
    page = someone.open()
    page.locator(BUTTON).dblclick()
    page.locator("engage-wheel").dblclick(force=True)
    see_result(page)
    assert len(someone.plays()) == 1


def test_the_wheel_itself_can_be_tapped(seat: SitDown) -> None:
    someone = seat("gam_nothing", still=False)
    page = someone.open()
    page.locator("engage-wheel").click(position={"x": 100, "y": 200})
    see_result(page)
    assert len(someone.plays()) == 1


def test_a_card_is_drawn_at_the_first_touch_and_rubbed_by_hand(seat: SitDown) -> None:
    someone = seat("gam_card_meal", still=False)
    page = someone.open()
    box = page.locator("engage-scratch canvas").bounding_box()
    assert box
    assert someone.plays() == []
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    with page.expect_response(PLAYS):
        page.mouse.down()
    for row in range(12):
        y = box["y"] + 15 + row * (box["height"] - 30) / 11
        page.mouse.move(box["x"] + (10 if row % 2 else box["width"] - 10), y, steps=8)
        page.mouse.move(box["x"] + (box["width"] - 10 if row % 2 else 10), y, steps=8)
    page.mouse.up()
    see_result(page)
    assert len(someone.plays()) == 1


FOIL_IS_BLUE = """() => {
  const canvas = document.querySelector('engage-scratch').shadowRoot.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height / 4);
  const sum = (from) => data.reduce((all, value, at) => all + (at % 4 === from ? value : 0), 0);
  return sum(2) > sum(1) && sum(1) > sum(0);
}"""


def test_a_card_has_the_colours_of_its_brand_which_come_after_it(seat: SitDown) -> None:
    page = seat("gam_brand_card").open()
    page.wait_for_function(FOIL_IS_BLUE)


def test_nothing_moves_for_whoever_asks_for_no_motion(seat: SitDown) -> None:
    page = seat("gam_meal", still=True).open()
    tap(page)
    page.locator("engage-result h2").wait_for(timeout=3_000)
    assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0
    drawn = "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert not page.locator("engage-result canvas").evaluate(drawn)


def test_the_switch_on_the_page_does_the_same_and_is_remembered(seat: SitDown) -> None:
    someone = seat("gam_meal", still=False)
    page = someone.open()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("switch", name="No motion").click()
    page = someone.open()
    expect(page.locator("engage-wheel[calm]")).to_have_count(1)
    tap(page)
    page.locator("engage-result h2").wait_for(timeout=3_000)


def test_a_motion_can_be_skipped(seat: SitDown) -> None:
    page = seat("gam_nothing", still=False).open()
    tap(page)
    page.wait_for_timeout(800)
    page.get_by_role("button", name="Skip").click()
    page.locator("engage-result h2").wait_for(timeout=2_500)


def test_two_tabs_share_one_epoch(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    openings = []
    someone.screen.context.on(
        "request", lambda request: openings.append(request.url) if request.url.endswith("/epochs") else None
    )
    one, other = someone.screen.open("/g/gam_nothing"), someone.screen.open("/g/gam_nothing")
    one.wait_for_load_state("networkidle")
    other.wait_for_load_state("networkidle")
    for tab in (one, other):
        with tab.expect_response("**/seen", timeout=WAIT_MS):
            tap(tab)
        for each in (one, other):
            expect(each.get_by_role("status")).not_to_contain_text("waiting")
    epochs = {play["receipt"]["epoch"] for play in someone.plays()}
    assert (len(someone.plays()), len(epochs), len(openings)) == (2, 1, 1)


def test_another_phone_plays_and_the_first_asks_before_it_goes_on(seat: SitDown) -> None:
    first = seat("gam_nothing")
    here = first.open()
    second = seat("gam_nothing", member=first.member)
    there = second.open()
    with there.expect_response("**/seen", timeout=WAIT_MS):
        tap(there)
    expect(here.get_by_role("status")).not_to_contain_text("waiting")
    tap(here)
    expect(here.get_by_role("status")).to_contain_text("You are playing on another screen", timeout=20_000)
    assert len(first.plays()) == 1
    here.get_by_role("button", name="Continue here").click()
    see_result(here)
    assert len(first.plays()) == 2


def test_a_phone_whose_storage_was_cleared_plays_on(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    tap(page)
    go_on(page)
    page.evaluate("localStorage.clear()")
    page.reload(wait_until="networkidle")
    tap(page)
    see_result(page)
    assert len({play["receipt"]["epoch"] for play in someone.plays()}) == 2


def test_the_seed_stays_on_the_phone_until_the_first_play(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    sent: list[str] = []
    someone.screen.context.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    with someone.screen.context.expect_event("response", lambda answer: answer.url.endswith("/epochs")):
        page = someone.open()
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith('/epoch'))[1]")
    seed = re.search(r'"seed":"([0-9a-f]{64})"', kept)
    assert seed
    assert not any(seed[1] in request for request in sent)
    tap(page)
    see_result(page)
    assert any(seed[1] in request for request in sent)


def test_somebody_else_on_the_same_phone_has_seeds_of_their_own(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    other = someone.playground.member("gam_nothing", 2, locale="en")
    someone.playground.sign_in(someone.screen, other)
    with page.expect_navigation():
        tap(page)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status")).to_have_text("2 turns left")
    tap(page)
    see_result(page)
    assert someone.plays() == []
    names = page.evaluate("Object.keys(localStorage).filter((name) => name.endsWith('/epoch')).length")
    assert names == 2


def test_what_happens_on_another_phone_is_seen_here_at_once(seat: SitDown) -> None:
    first = seat("gam_scratch_points", still=False)
    here = first.open()
    there = seat("gam_scratch_points", member=first.member, still=False).open()
    tap(there)
    see_result(there)
    expect(here.get_by_role("link", name="My points: 50")).to_be_visible()
    expect(here.get_by_role("status")).to_have_text("2 turns left")
    first.playground.give(first.member, "gam_scratch_points", 5)
    expect(here.get_by_role("status")).to_have_text("7 turns left")


def test_units_left_are_live_and_so_is_what_a_slot_pays(seat: SitDown, own_house: Playground) -> None:
    page = seat("gam_last", house=own_house).open()
    page.get_by_role("button", name="Prizes and odds").click()
    coffee = page.get_by_role("listitem").filter(has_text="A cup of coffee")
    expect(coffee).to_contain_text("1 left")
    rival = seat("gam_last", house=own_house).open()
    tap(rival)
    see_result(rival)
    expect(coffee).to_contain_text("all gone")
    expect(coffee).to_contain_text("Now pays: 5 points")
    page.keyboard.press("Escape")
    expect(page.locator("engage-wheel .slice[data-prize=prz_p5]")).to_have_count(2)


def test_a_result_is_checked_where_it_is_shown(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    tap(page)
    see_result(page)
    page.get_by_role("button", name="Check this result").click()
    said = page.locator("engage-check").get_by_role("status")
    expect(said).to_contain_text("Sealed ✓")
    page.get_by_role("button", name="End the round and check").click()
    expect(said).to_contain_text("Checked ✓ fixed before you tapped")
    page.keyboard.press("Escape")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("2 turns left")
    tap(page)
    see_result(page)
    assert len({play["receipt"]["epoch"] for play in someone.plays()}) == 2


def test_a_result_of_another_phone_s_seed_is_checked_under_my_plays(seat: SitDown) -> None:
    first = seat("gam_nothing", still=False)
    page = first.open()
    with page.expect_response(PLAYS):
        tap(page)
    there = seat("gam_nothing", member=first.member).open()
    page.close()
    there.get_by_role("button", name="See where it stops").click()
    see_result(there)
    there.get_by_role("button", name="Check this result").click()
    expect(there.get_by_role("link", name="Check it under My plays")).to_have_attribute("href", "/history")
