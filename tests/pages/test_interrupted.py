"""Whatever comes between tap and result: no turn is lost, no play is made twice, and the page says what is up."""

import os
import re
import signal

from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Seat, SitDown
from tests.pages.states.game import ANSWERED, BUTTON, EPOCHS, PLAYS, lose_answer, tap, wait_long
from tests.pages.test_playing import WAIT_MS, see_result
from tests.support.playground import Playground

NOT_COUNTED = "Not counted: your turn was not used."


class Hold:
    """Keeps the plays of a page on the way until they are let go."""

    def __init__(self, page: Page) -> None:
        self._page, self._open = page, False
        self._waiting: list[Route] = []
        page.route(PLAYS, self._meet)

    def _meet(self, route: Route) -> None:
        if self._open:
            route.continue_()
        else:
            self._waiting.append(route)

    def wait(self) -> None:
        """Until a play is on the way."""
        while not self._waiting:
            self._page.wait_for_timeout(20)

    def let_go(self) -> None:
        """Let the last attempt go on, and whatever comes."""
        self._open = True
        self._waiting[-1].continue_()


def keys(someone: Seat) -> list[str]:
    """The idempotency keys of the plays that this screen asks for, as they are sent."""
    sent: list[str] = []

    def note(request: object) -> None:
        headers = getattr(request, "headers", {})
        if str(getattr(request, "url", "")).endswith("/plays"):
            sent.append(headers["idempotency-key"])

    someone.screen.context.on("request", note)
    return sent


def test_a_page_that_was_killed_in_the_middle_comes_back_to_the_same_play(seat: SitDown) -> None:
    someone = seat("gam_nothing", still=False)
    sent = keys(someone)
    page = someone.open()
    page.route(PLAYS, lambda route: route.fetch() and None)
    with page.expect_request(PLAYS):
        tap(page)
    while not someone.plays():
        page.wait_for_timeout(20)
    page.close()
    page = someone.open()
    expect(page.get_by_role("status")).to_contain_text("No answer yet")
    assert len(someone.plays()) == 1
    page.get_by_role("button", name="Fetch the result").click()
    see_result(page)
    assert (len(someone.plays()), len(set(sent))) == (1, 1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("2 turns left")


def test_a_play_that_never_reached_the_server_is_made_when_it_is_fetched_and_not_before(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    lose_answer(page)
    assert someone.plays() == []
    page.get_by_role("button", name="Fetch the result").click()
    see_result(page)
    assert len(someone.plays()) == 1


def test_a_play_that_another_tab_is_asking_for_is_left_to_it(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    held = Hold(page)
    tap(page)
    held.wait()
    other = someone.open()
    expect(other.get_by_role("status")).to_have_text("3 turns left")
    held.let_go()
    see_result(page)


def test_a_server_that_went_down_during_a_play_answers_the_same_key_when_it_is_back(
    seat: SitDown, own_house: Playground
) -> None:
    someone = seat("gam_nothing", house=own_house, allowed=("ERR_",))
    sent = keys(someone)
    page = someone.open()
    page.clock.install()
    os.kill(own_house.nursery.process, signal.SIGKILL)
    assert own_house.nursery.wait_until_gone() == signal.SIGKILL
    tap(page)
    is_over = page.get_by_role("status").filter(has_text="No answer yet")
    while not is_over.count():
        page.clock.run_for(2_000)
        page.wait_for_timeout(20)
    page.clock.resume()
    own_house.nursery.start()
    page.get_by_role("button", name="Fetch the result").click()
    see_result(page)
    assert (len(someone.plays()), len(set(sent))) == (1, 1)


def test_an_answer_that_takes_long_is_waited_for(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.open()
    held = Hold(page)
    page.clock.install()
    tap(page)
    held.wait()
    page.clock.run_for(7_000)
    expect(page.get_by_role("status")).to_contain_text("Still waiting for the answer")
    page.clock.resume()
    held.let_go()
    see_result(page)
    assert len(someone.plays()) == 1


def test_an_answer_that_is_cut_off_is_asked_for_again_by_itself(seat: SitDown) -> None:
    someone = seat("gam_nothing", allowed=("ERR_FAILED",))
    sent = keys(someone)
    page = someone.open()
    cuts = iter([True])

    def cut_once(route: Route) -> None:
        if next(cuts, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(PLAYS, cut_once)
    tap(page)
    see_result(page)
    assert (len(someone.plays()), len(sent), len(set(sent))) == (1, 2, 1)


def test_an_unseen_spin_waits_and_costs_nothing_more(seat: SitDown) -> None:
    someone = seat("gam_meal", still=False)
    page = someone.open()
    with page.expect_response(PLAYS):
        tap(page)
    page.wait_for_function(ANSWERED)
    page.reload(wait_until="networkidle")
    expect(page.get_by_role("status")).to_contain_text("Your last spin is waiting")
    page.get_by_role("button", name="See where it stops").click()
    see_result(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("2 turns left")
    assert len(someone.plays()) == 1


def test_an_unseen_card_gives_nothing_away_on_any_screen(seat: SitDown) -> None:
    """Balance, stock, prizes, guarantee: on two phones all is as before the play, and no answer names the prize."""
    someone = seat("gam_scratch_points", still=False)
    page = someone.open()
    page.get_by_role("button", name="Prizes and odds").click()
    points = page.get_by_role("listitem").filter(has_text="50 points").first
    left_before = re.search(r"[\d,]+ left", points.inner_text())
    assert left_before, points.inner_text()
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('engage-scratch').remove()")
    page.route(PLAYS, lambda route: route.fetch() and None)
    page.evaluate("""() => document.querySelector('.button-play').click()""")
    while not someone.plays():
        page.wait_for_timeout(20)
    second = seat("gam_scratch_points", member=someone.member, still=False)
    told: list[str] = []
    second.screen.context.on("response", lambda answer: told.append(answer.text()) if "/v1/" in answer.url else None)
    there = second.open()
    expect(there.get_by_role("status")).to_contain_text("Your card is waiting")
    assert "My points: 0" in there.locator("main").aria_snapshot()
    there.get_by_role("button", name="Prizes and odds").click()
    expect(there.get_by_role("listitem").filter(has_text="50 points").first).to_contain_text(left_before[0])
    storage = there.evaluate("JSON.stringify([Object.entries(localStorage), document.documentElement.outerHTML])")
    play = someone.plays()[0]
    for text in [*told, storage]:
        assert '"ticket"' not in text
        assert play["receipt"]["seal"]["signature"] not in text
    there.keyboard.press("Escape")
    there.get_by_role("button", name="Reveal").click()
    see_result(there)
    there.keyboard.press("Escape")
    expect(there.get_by_role("link", name="My points: 50")).to_be_visible()


def test_the_last_unit_that_goes_during_the_spin_changes_the_slice_before_it_stops(
    seat: SitDown, own_house: Playground
) -> None:
    someone = seat("gam_last", house=own_house, still=False)
    page = someone.open()
    held = Hold(page)
    tap(page)
    held.wait()
    other = own_house.member("gam_last", 3, locale="en")
    rival = seat("gam_last", house=own_house, member=other, still=False).open()
    tap(rival)
    expect(rival.get_by_role("heading", name="You won A cup of coffee")).to_be_focused(timeout=WAIT_MS)
    held.let_go()
    see_result(page)
    heading = page.locator("engage-result h2").inner_text()
    assert "5 points" in heading
    expect(page.locator("engage-result")).to_contain_text("Gone by now: A cup of coffee.")
    expect(page.locator("engage-wheel .wheel")).to_have_attribute("aria-label", re.compile("pointer is on: 5 points"))
    slot = someone.plays()[0]["receipt"]["slot"]
    slice_ = page.locator(f'engage-wheel .slice[data-slot="{slot}"]')
    expect(slice_).to_have_attribute("data-prize", "prz_p5")


def test_a_long_answer_and_its_state_are_said_in_the_status(seat: SitDown) -> None:
    page = seat("gam_festive").open()
    wait_long(page)
    expect(page.get_by_role("status")).to_contain_text("The turn counts once, however long it takes.")
    expect(page.locator(BUTTON)).to_have_text("Skip")


def test_a_game_that_is_paused_during_the_tap_says_that_nothing_was_counted(
    seat: SitDown, own_house: Playground
) -> None:
    someone = seat("gam_free", turns=1, house=own_house)
    page = someone.open()
    own_house.change("UPDATE game SET state = 'paused' WHERE id = 'gam_free'")
    tap(page)
    status = page.get_by_role("status")
    expect(status).to_contain_text(NOT_COUNTED)
    expect(status).to_contain_text("Paused for the moment")
    own_house.change("UPDATE game SET state = 'live' WHERE id = 'gam_free'")
    assert someone.told()["turns"]["left"] == 2


def test_a_page_without_an_epoch_opens_it_at_the_tap(seat: SitDown) -> None:
    someone = seat("gam_nothing")
    page = someone.screen.open()
    page.route(EPOCHS, lambda route: route.abort())
    someone.screen.faults.clear()
    page.goto("/g/gam_nothing")
    page.wait_for_load_state("domcontentloaded")
    page.unroute(EPOCHS)
    tap(page)
    see_result(page)
    someone.screen.faults[:] = [fault for fault in someone.screen.faults if "ERR_FAILED" not in fault]
