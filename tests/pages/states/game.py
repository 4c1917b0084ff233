"""The hosted game: the wheel and the card in every state that a member can be in."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.pages.registry import State
from tests.support.playground import Playground, running_playground
from tests.support.screen import Screen
from tests.support.served import Served

Step = Callable[[Page], Any]
BUTTON = ".button-play"
# The answer has come as far as the page, which keeps a play until then.
ANSWERED = "Object.keys(localStorage).every((name) => !name.includes('/play/'))"
PLAYS, EPOCHS, VIEW = "**/plays", "**/epochs", re.compile(r"/v1/games/[^/]+$")


def open_game(screen: Screen, served: Served, game: str, turns: int = 3, **fields: Any) -> Page:
    """A signed-in member's page of a game, with nothing left to load."""
    playground = _playground(served)
    locale = "zh-CN" if screen.settings.locale == "zh-CN" else "en"
    named = {"nickname": "小林" if locale == "zh-CN" else "Alice", "locale": locale}
    member = playground.member(game, turns, **named | fields)
    playground.sign_in(screen, member)
    page = screen.open(f"/g/{game}")
    page.wait_for_load_state("networkidle")
    return page


def _playground(served: Served) -> Playground:
    assert isinstance(served, Playground)
    return served


def tap(page: Page) -> None:
    """The one big button."""
    page.locator(BUTTON).click()


def play(page: Page) -> None:
    """Play once, to the result."""
    tap(page)
    page.locator("engage-result h2").wait_for(timeout=20_000)
    page.wait_for_timeout(700)


def check(page: Page) -> None:
    """Check the result that is shown, to the end."""
    page.get_by_role("button", name=re.compile("Check this result|核验这次结果")).click()
    page.locator("engage-check .reveal button").click()
    page.locator("engage-check").get_by_text("✓").first.wait_for()


def leave_unseen(page: Page) -> None:
    """Play, and leave before anything is seen."""
    with page.expect_response(PLAYS):
        tap(page)
    page.wait_for_function(ANSWERED)
    page.reload(wait_until="networkidle")


def lose_answer(page: Page) -> None:
    """Play while no answer comes back, and come to the page again."""
    address, held = page.url, hold_answer(page)
    page.goto("about:blank")
    held[0].abort()
    page.unroute(PLAYS)
    page.goto(address, wait_until="networkidle")


def hold_answer(page: Page) -> list[Route]:
    """Play while the answer takes for ever; the requests that wait for it."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(PLAYS, keep)
    tap(page)
    while not held:
        page.wait_for_timeout(20)
    return held


def wait_long(page: Page) -> None:
    """Wait until the page says that the answer takes long."""
    page.clock.install()
    hold_answer(page)
    page.clock.fast_forward(7_000)


def _say(text: str) -> Step:
    """Wait until the status says so, in either language."""
    return lambda page: expect(page.get_by_role("status")).to_contain_text(re.compile(text))


def _refuse(route: Route, status: int, code: str, **fields: Any) -> None:
    problem = {"type": "", "title": "", "status": status, "code": code, "detail": code, "instance": ""} | fields
    route.fulfill(status=status, content_type="application/problem+json", json=problem)


def be_refused(page: Page) -> None:
    """Play too fast."""
    page.route(PLAYS, lambda route: _refuse(route, 429, "too_fast"))
    tap(page)


def lose_session(page: Page) -> None:
    """Be signed out while the page is open."""
    page.context.clear_cookies()
    tap(page)


def go_offline(page: Page) -> None:
    """Lose the network."""
    page.context.set_offline(True)


def fail(page: Page) -> None:
    """Let the server be out of reach for what comes before a play."""
    page.clock.install()
    page.route(EPOCHS, lambda route: route.abort())
    page.evaluate("localStorage.clear()")
    page.reload(wait_until="networkidle")
    tap(page)
    said = page.get_by_role("status").get_by_text(re.compile("reached|连不上"))
    for _ in range(200):
        page.clock.fast_forward(5_000)
        page.wait_for_timeout(50)
        if said.count():
            return


def be_lied_to(page: Page) -> None:
    """Get an epoch that nobody has signed."""

    def lie(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"server_commitment": "00" * 32})

    page.evaluate("localStorage.clear()")
    page.route(EPOCHS, lie)
    page.reload(wait_until="networkidle")
    tap(page)


def open_odds(page: Page) -> None:
    """Open the sheet with all prizes and odds; on a wide screen they stand beside the game."""
    if not page.locator(".stage-odds engage-odds").count():
        page.get_by_role("button", name=re.compile("Prizes and odds|奖品与概率")).click()
    page.locator("engage-odds li").first.wait_for()


def open_settings(page: Page) -> None:
    """Open the settings."""
    page.get_by_role("button", name=re.compile("Settings|设置")).click()
    page.locator("engage-settings select").wait_for()


def open_consent(page: Page) -> None:
    """Open what has to be accepted."""
    tap(page)
    page.locator("engage-consent button").wait_for()


def play_elsewhere(page: Page) -> None:
    """Let another phone of the member open an epoch, then play here."""
    page.evaluate(OPEN_ELSEWHERE)
    tap(page)


OPEN_ELSEWHERE = """async () => {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const client_commitment = Array.from(seed, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const game = location.pathname.split('/')[2];
  const headers = {'Content-Type': 'application/json', 'X-Engage-Page': '1'};
  const init = {method: 'POST', headers, body: JSON.stringify({client_commitment})};
  await fetch(`/v1/games/${game}/epochs`, init);
}"""


def _show(game: str, *steps: Step, **member: Any) -> Callable[[Screen, Served], Page]:
    """Opens a game as a member who is like this, and takes these steps."""

    def show(screen: Screen, served: Served) -> Page:
        page = open_game(screen, served, game, **member)
        for step in steps:
            step(page)
        return page

    return show


def _state(name: str, show: Callable[[Screen, Served], Page], **more: Any) -> State:
    return State(f"game-{name}", show, running_playground, **more)


LOST = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "status of 401")
STATES = [
    _state("wheel-ready", _show("gam_festive"), is_first_load=True),
    _state("wheel-ready-calm", _show("gam_calm"), is_first_load=True),
    _state("wheel-ready-brand", _show("gam_brand"), is_first_load=True),
    _state("card-ready", _show("gam_scratch"), is_first_load=True),
    _state("wheel-turning", _show("gam_festive", hold_answer), moves=True),
    _state("wheel-slow", _show("gam_festive", wait_long, _say("Still waiting|还在等结果"))),
    _state("wheel-won", _show("gam_meal", play)),
    _state("wheel-nothing", _show("gam_nothing", play)),
    _state("wheel-checked", _show("gam_meal", play, check)),
    _state("card-won", _show("gam_card_meal", play)),
    _state("wheel-unseen", _show("gam_festive", leave_unseen, _say("last spin|上一次")), moves=True),
    _state("card-unseen", _show("gam_scratch", leave_unseen, _say("card is waiting|还在等您")), moves=True),
    _state("wheel-unanswered", _show("gam_festive", lose_answer, _say("No answer yet|还没收到结果"))),
    _state("wheel-elsewhere", _show("gam_festive", play_elsewhere, _say("another screen|另一块屏幕"))),
    _state("wheel-refused", _show("gam_festive", be_refused, _say("Not counted|没有计入"))),
    _state("wheel-upcoming", _show("gam_upcoming", turns=0)),
    _state("wheel-paused", _show("gam_paused")),
    _state("wheel-ended", _show("gam_ended", turns=0)),
    _state("wheel-sold-out", _show("gam_sold_out")),
    _state("wheel-reviewed", _show("gam_reviewed")),
    _state("wheel-insider", _show("gam_festive", insider=True)),
    _state("wheel-too-young", _show("gam_adults", birth_date="2015-01-01")),
    _state("wheel-not-invited", _show("gam_invited")),
    _state("wheel-rules", _show("gam_rules")),
    _state("wheel-rules-sheet", _show("gam_rules", open_consent)),
    _state("wheel-age", _show("gam_age", birth_date=None)),
    _state("wheel-age-sheet", _show("gam_age", open_consent, birth_date=None)),
    _state("wheel-no-turns", _show("gam_festive", turns=0)),
    _state("wheel-next-turn", _show("gam_free", play, turns=0)),
    _state("wheel-odds", _show("gam_festive", open_odds)),
    _state("wheel-settings", _show("gam_festive", open_settings)),
    _state("wheel-offline", _show("gam_festive", go_offline, _say("offline|断开")), allowed=LOST),
    _state("wheel-out-of-reach", _show("gam_festive", fail, _say("reached|连不上")), allowed=LOST),
    _state("wheel-signed-out", _show("gam_festive", lose_session, _say("signed out|失效"))),
    _state("wheel-untrue", _show("gam_festive", be_lied_to, _say("check failed|没有通过"))),
]
