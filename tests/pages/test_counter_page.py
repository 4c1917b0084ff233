"""The counter as staff use it: a keyboard scanner, a phone, a camera, a key of its own, and networks that fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from tests.pages.registry import Houses
from tests.pages.states.counter import open_counter, open_till
from tests.support.hostile_house import CORPUS
from tests.support.prize_house import NAMES, PrizeHouse, running_prizes
from tests.support.screen import DESKTOP, SMALL

MEAL = NAMES["meal"][2]
FULL_WIDTH_HYPHEN = "\uff0d"
NO_NETWORK = ("ERR_FAILED",)
FOCUSED = "document.activeElement.innerText.trim().replace(/\\s+/g, ' ')"
ASK_WITH = """key => fetch('/v1/voucher-uses', {headers: {Authorization: `Bearer ${key}`}}).then(told => told.status)"""
UNAUTHENTICATED = 401
EVERYWHERE = "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie])"
CAMERA = """
window.BarcodeDetector = class {
  async detect(video) { return video.videoWidth && window.inFront ? [{rawValue: window.inFront}] : []; }
};
const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 64});
const brush = canvas.getContext('2d');
setInterval(() => brush.fillRect(0, 0, 64, 64), 50);
window.streams = [];
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => {
  if (window.denied) throw new DOMException('denied', 'NotAllowedError');
  streams.push(canvas.captureStream());
  return streams.at(-1);
};
"""
"""A camera, which no machine of tests has, and what a browser reads in its picture, which Chromium on Linux can't."""


@pytest.fixture
def house(houses: Houses) -> PrizeHouse:
    opened = houses.open(running_prizes)
    assert isinstance(opened, PrizeHouse)
    return opened


OpenTill = Callable[..., Page]


@pytest.fixture
def till(house: PrizeHouse, screen: Any) -> OpenTill:
    """Gives an open till: `till("Shop 12", viewport=SMALL)`."""

    def make(store: str = "Shop 12", key: str = "", **settings: Any) -> Page:
        opened = screen(house.address, **{"locale": "en-US", "viewport": DESKTOP} | settings)
        page = open_counter(opened, house)
        open_till(page, key or house.till_key(), store)
        return page

    return make


def scan(page: Page, code: str) -> None:
    """What a keyboard scanner does: it types and presses Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def scan_and_use(page: Page, code: str) -> None:
    """Scan a code, and press Enter once the big button has the focus."""
    scan(page, code)
    expect(page.get_by_role("button", name="Use it now")).to_be_focused()
    page.keyboard.press("Enter")


def uses_of(house: PrizeHouse, code: str) -> int:
    """How many uses and undoings the house has of a code."""
    with house.world() as world, world.services.reader.connect() as connection:
        ordinal = int(code.rpartition("-")[2])
        query = sa.text(
            'SELECT count(*) FROM voucher_use JOIN prize_grant ON prize_grant.id = "grant" '
            "WHERE game = 'gam_meal' AND ordinal = :ordinal"
        )
        return int(connection.execute(query, {"ordinal": ordinal}).scalar_one())


def test_a_till_is_opened_and_works_with_a_scanner_and_enter_alone(house: PrizeHouse, screen: Any) -> None:
    page = open_counter(screen(house.address, locale="en-US"), house)
    expect(page.get_by_label("Key of this till")).to_be_focused()
    scan(page, house.till_key())
    expect(page.get_by_label("Code of the voucher")).to_be_focused()
    code = house.fresh_code()
    scan(page, code)
    use = page.get_by_role("button", name="Use it now")
    expect(use).to_be_focused()
    assert uses_of(house, code) == 0
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible()
    expect(page.get_by_label("Code of the voucher")).to_be_focused()
    assert uses_of(house, code) == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert re.fullmatch(r"Undo [45]:\d\d", page.evaluate(FOCUSED))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    assert uses_of(house, code) == 2


def test_a_second_scan_looks_at_the_next_code_and_never_uses_the_first(till: OpenTill, house: PrizeHouse) -> None:
    page = till()
    first, second = house.fresh_code(), house.fresh_code()
    scan(page, first)
    expect(page.get_by_role("button", name="Use it now")).to_be_focused()
    for code in (first, second, second):
        scan(page, code)
        expect(page.get_by_role("button", name="Use it now")).to_be_focused()
    assert uses_of(house, first) == uses_of(house, second) == 0


def test_a_code_that_is_scanned_while_another_is_being_used_has_its_turn_next(
    till: OpenTill, house: PrizeHouse
) -> None:
    page, first, second = till(), house.fresh_code(), house.fresh_code()
    held: list[Route] = []
    page.route("**/uses", lambda route: held.append(route))  # noqa: PLW0108  it must be a function
    scan_and_use(page, first)
    expect(page.get_by_role("button", name="One moment…")).to_be_visible()
    scan(page, second)
    held[0].continue_()
    expect(page.get_by_role("button", name="Use it now")).to_be_focused()
    expect(page.locator("engage-uses .line").first.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    assert (uses_of(house, first), uses_of(house, second)) == (1, 0)


def test_a_double_tap_is_one_use(till: OpenTill, house: PrizeHouse) -> None:
    page, code = till(viewport=SMALL), house.fresh_code()
    scan(page, code)
    page.get_by_role("button", name="Use it now").dblclick()
    expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible()
    assert uses_of(house, code) == 1


def test_a_use_whose_answer_is_lost_is_asked_for_again_with_the_same_key(till: OpenTill, house: PrizeHouse) -> None:
    page, code, keys = till(allowed=NO_NETWORK), house.fresh_code(), []

    def lose_some(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) < 3:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/uses", lose_some)
    scan_and_use(page, code)
    expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible(timeout=20_000)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert uses_of(house, code) == 1


def test_without_a_network_nothing_is_lost_and_the_next_tap_goes_on(till: OpenTill, house: PrizeHouse) -> None:
    page, code = till(allowed=NO_NETWORK), house.fresh_code()
    scan(page, code)
    expect(page.get_by_role("button", name="Use it now")).to_be_focused()
    page.clock.install()
    page.route("**/uses", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.clock.run_for(20_000)
    expect(page.get_by_role("heading", name="No answer yet")).to_be_visible()
    page.unroute("**/uses")
    page.get_by_role("button", name="Use it now").click()
    expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible()
    assert uses_of(house, code) == 1


@pytest.mark.parametrize(
    ("scopes", "says"), [(("support", "prizes"), "a till needs one with the scope “vouchers”"), ((), "is not valid")]
)
def test_a_key_of_the_wrong_scope_or_none_opens_nothing(
    house: PrizeHouse, screen: Any, scopes: tuple[str, ...], says: str
) -> None:
    page = open_counter(screen(house.address, locale="en-US"), house)
    key = house.till_key(*scopes) if scopes else "ek_" + "0" * 40
    scan(page, key)
    expect(page.get_by_role("alert")).to_contain_text(says)
    expect(page.get_by_label("Key of this till")).to_have_accessible_description(re.compile(re.escape(says)))
    expect(page.get_by_label("Code of the voucher")).to_have_count(0)
    assert key not in page.evaluate(EVERYWHERE)


def test_a_key_that_is_revoked_locks_the_till(till: OpenTill, house: PrizeHouse) -> None:
    key = house.till_key()
    page, code = till(key=key), house.fresh_code()
    house.revoke(key)
    while page.evaluate(ASK_WITH, key) != UNAUTHENTICATED:
        page.wait_for_load_state()
    scan(page, code)
    expect(page.get_by_role("heading", name="The key is not valid")).to_be_visible()
    expect(page.get_by_label("Key of this till")).to_be_visible()
    assert key not in page.evaluate(EVERYWHERE)
    assert uses_of(house, code) == 0


def test_the_key_is_kept_until_the_tab_is_closed_and_never_in_an_address(till: OpenTill, house: PrizeHouse) -> None:
    key = house.till_key()
    page = till(key=key)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.reload()
    expect(page.get_by_label("Code of the voucher")).to_be_focused()
    assert key in page.evaluate("JSON.stringify({...sessionStorage})")
    assert key not in page.evaluate("JSON.stringify([{...localStorage}, location.href, document.cookie])")
    assert addresses
    assert not [address for address in addresses if key in address]
    page.get_by_role("button", name="Change or lock this till").click()
    assert key not in page.evaluate(EVERYWHERE)
    expect(page.get_by_label("Name of this till (customers see it)")).to_have_value("Shop 12")


@pytest.mark.parametrize(
    ("code", "title", "what"),
    [
        ("GIVE-ME-MORE", "Unknown code", "letter by letter"),
        ("gam_meal-prz_meal-0199", "Not given away", "Nobody has won"),
        ("gam_meal-prz_meal-0000", "Used already", "at 南京路店 Nanjing Road"),
        ("gam_meal-prz_meal-0001", "Taken back", "The organiser took"),
        ("gam_meal-prz_meal-0002", "Not opened yet", "Ask them to open it under My prizes"),
        ("gam_cake-prz_cake-0000", "Expired", "It was valid until"),
    ],
)
def test_staff_are_told_why_a_code_is_no_good(till: OpenTill, code: str, title: str, what: str) -> None:
    page = till()
    scan(page, code)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text(what)
    expect(page.get_by_role("button", name="Use it now")).to_have_count(0)
    expect(page.get_by_label("Code of the voucher")).to_be_focused()


@pytest.mark.parametrize("spell", [lambda code: f"  {code} ", lambda code: code.replace("-", FULL_WIDTH_HYPHEN)])
def test_a_code_is_found_however_it_was_typed(till: OpenTill, house: PrizeHouse, spell: Callable[[str], str]) -> None:
    page = till()
    page.get_by_label("Code of the voucher").fill(spell(house.fresh_code()))
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name="Can be used")).to_be_visible()


def test_a_use_can_be_undone_for_five_minutes_and_not_longer(till: OpenTill, house: PrizeHouse) -> None:
    page, code = till("Five minutes", allowed=NO_NETWORK), house.fresh_code()
    page.clock.install()
    scan_and_use(page, code)
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    expect(undo).to_have_count(2)
    page.route("**/voucher-uses?**", lambda route: route.abort())  # the server's clock goes on as before
    shown = [int(text[-4]) * 60 + int(text[-2:]) for text in undo.all_inner_texts()]
    assert all(290 <= seconds <= 300 for seconds in shown)
    page.clock.run_for(60_000)
    for button in undo.all():
        expect(button).to_have_text(re.compile(r"Undo\s*3:\d\d\s*$"))
    page.clock.run_for(241_000)
    expect(undo).to_have_count(0)
    expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible()


def test_todays_list_shows_this_till_or_all_and_undoes_from_there(till: OpenTill, house: PrizeHouse) -> None:
    here, there = till("Till A"), till("Till B")
    for page in (here, there):
        scan_and_use(page, house.fresh_code())
        expect(page.get_by_role("heading", name="Used", exact=True)).to_be_visible()
    lines = here.locator("engage-uses .line")
    expect(lines).to_have_count(1)
    here.get_by_role("button", name="All tills").click()
    expect(lines.filter(has_text="Till B")).to_have_count(1)
    lines.filter(has_text="Till B").get_by_role("button", name=re.compile("^Undo")).click()
    expect(lines.filter(has_text="Till B")).to_contain_text("undone")
    scan_and_use(there, house.fresh_code())
    expect(there.locator("engage-uses .line")).to_have_count(2)
    expect(there.locator("engage-uses .line").nth(1)).to_contain_text("undone")


def test_the_camera_reads_a_code(till: OpenTill, house: PrizeHouse, screen: Any) -> None:
    opened = screen(house.address, locale="en-US")
    opened.context.add_init_script(CAMERA)
    page = open_counter(opened, house)
    open_till(page, house.till_key())
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_label("What the camera sees")).to_be_visible()
    page.evaluate("code => { window.inFront = code; }", house.fresh_code())
    expect(page.get_by_role("button", name="Use it now")).to_be_visible()
    expect(page.get_by_label("What the camera sees")).to_have_count(0)
    assert page.evaluate("streams.every(stream => stream.getTracks().every(track => track.readyState === 'ended'))")


def test_who_denies_the_camera_types(house: PrizeHouse, screen: Any) -> None:
    opened = screen(house.address, locale="en-US")
    opened.context.add_init_script(f"{CAMERA}; window.denied = true;")
    page = open_counter(opened, house)
    open_till(page, house.till_key())
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The camera can’t be used. Allow it for this page, or type the code."
    )
    page.get_by_role("button", name="Close the camera").click()
    expect(page.get_by_label("What the camera sees")).to_have_count(0)


def test_without_a_reader_of_codes_no_camera_is_offered(till: OpenTill) -> None:
    expect(till().get_by_role("button", name="Scan with the camera")).to_have_count(0)


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack[:24])
def test_what_a_till_is_called_and_what_is_scanned_is_text(till: OpenTill, house: PrizeHouse, attack: str) -> None:
    page = till(attack[:100])
    scan_and_use(page, house.fresh_code())
    page.get_by_label("Code of the voucher").fill(attack)
    page.keyboard.press("Enter")
    expect(page.locator("engage-uses .line").first).to_contain_text(attack[:100].strip())
    expect(page.get_by_role("heading", name="Unknown code")).to_be_visible()
    assert page.locator("main :is(script, iframe, base, link, style, img)").count() == 0


def test_the_verdict_is_announced(till: OpenTill, house: PrizeHouse) -> None:
    page = till()
    expect(page.locator(".verdict")).to_have_attribute("aria-live", "assertive")
    scan(page, house.fresh_code())
    expect(page.locator(".verdict")).to_match_aria_snapshot(f"""
      - heading "Can be used" [level=2]
      - paragraph: {MEAL}
      - paragraph: /Valid until .+/
      - paragraph: In every shop but at airports
      - button "Use it now"
    """)
