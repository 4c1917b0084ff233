"""My prizes as people use it: by keyboard, without a network, on two screens, and with words that are attacks."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Error, Page, expect

from engage.rewards import read_address
from tests.pages.registry import Houses
from tests.pages.states.counter import open_counter, open_till
from tests.pages.states.prizes import open_prizes
from tests.support.axe import barriers_on
from tests.support.hostile_house import CORPUS
from tests.support.prize_house import NAMES, PrizeHouse, running_prizes
from tests.support.screen import DESKTOP, Screen

TO = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai"}
MEAL, KETTLE, MUG = (NAMES[slug][2] for slug in ("meal", "kettle", "mug"))
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
SOON_MS = 15_000
TIMES = 3
FOCUSED = "document.activeElement.innerText.trim().replace(/\\s+/g, ' ')"
KEPT = "JSON.stringify({...localStorage})"
IS_KEPT = "caches.open('engage-prizes').then(kept => kept.match('/prizes')).then(page => page !== undefined)"


@pytest.fixture
def house(houses: Houses) -> PrizeHouse:
    opened = houses.open(running_prizes)
    assert isinstance(opened, PrizeHouse)
    return opened


class Winner:
    """A new member with prizes, and their phone."""

    def __init__(self, house: PrizeHouse, screen: Callable[..., Screen], *prizes: str, **settings: Any) -> None:
        self.house, self.name = house, f"w{secrets.token_hex(6)}"
        self.grants = house.win(self.name, *prizes)
        self.screen = screen(house.address, locale="en-US", **settings)
        self.page = open_prizes(self.screen, house, self.name)

    def told(self) -> dict[str, Any]:
        """What the server says of the prizes, by grant."""
        items = self.page.evaluate("fetch('/v1/prizes').then(answer => answer.json())")["items"]
        return {item["grant"]: item for item in items}

    def claimed_addresses(self) -> list[str]:
        """Where each prize goes, as whoever sends it is told."""
        with self.house.world() as world, world.services.reader.connect() as connection:
            return [str(read_address(connection, world.services.sealer, grant)) for grant in self.grants]

    def code(self) -> str:
        """Reveal the code of the first prize on the page."""
        self.page.get_by_role("button", name="Show code").first.click()
        ask = self.page.get_by_role("button", name="Show the code now")
        ask.or_(self.page.locator(".code-text")).wait_for()
        if ask.count():
            ask.click()
        text = self.page.locator(".code-text [aria-hidden]").inner_text()
        return "".join(text.split())


@pytest.fixture
def winner(house: PrizeHouse, screen: Any) -> Callable[..., Winner]:
    return lambda *prizes, **settings: Winner(house, screen, *prizes, **settings)


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key until the focus is on what is called so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"Tab never comes to {name!r}")


def test_a_code_is_asked_for_shown_and_put_away_by_keyboard_alone(winner: Callable[..., Winner]) -> None:
    lin = winner("meal")
    page = lin.page
    tab_to(page, "Show code")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=MEAL)
    expect(dialog).to_be_visible()
    assert lin.told()[lin.grants[0]]["state"] == "won", "nothing is revealed before somebody says so"
    tab_to(page, "Show the code now")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("img", name="QR code of the voucher")).to_be_visible()
    assert page.evaluate("document.activeElement.className") == "code-text"
    assert lin.told()[lin.grants[0]]["state"] == "revealed"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate(FOCUSED) == "Show code"


def test_the_qr_code_on_the_screen_is_the_code_to_read_out(winner: Callable[..., Winner]) -> None:
    lin = winner("meal", scale=2)
    code = lin.code()
    picture = Image.open(BytesIO(lin.page.locator(".qr").screenshot())).convert("L")
    matrix = [list(row) for row in segno.make(code, error="m", micro=False).matrix]
    size, quiet = len(matrix), 4
    pixels, side = picture.tobytes(), picture.width
    at = [int((quiet + each + 0.5) * side / (size + 2 * quiet)) for each in range(size)]
    shown = [[pixels[y * side + x] < 128 for x in at] for y in at]
    assert shown == [[bool(dark) for dark in row] for row in matrix]


def test_a_screen_reader_hears_what_a_ticket_is(winner: Callable[..., Winner]) -> None:
    lin = winner("meal")
    expect(lin.page.get_by_role("list").first).to_match_aria_snapshot(f"""
      - list:
        - listitem:
          - article "{MEAL}":
            - heading "{MEAL}" [level=2]
            - text: Ready to use
            - paragraph: In every shop but at airports
            - paragraph: /Use by .+/
            - button "Details"
            - button "Show code"
    """)
    lin.code()
    expect(lin.page.get_by_text(r"Code: g a m _ m e a l")).to_be_attached()


def test_goods_are_claimed_by_keyboard_with_each_fault_at_its_field(winner: Callable[..., Winner]) -> None:
    lin = winner("kettle")
    page = lin.page
    tab_to(page, "Claim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_visible()
    page.keyboard.press("Tab")
    for text in ("", "call me", "x"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    fields = {name: page.get_by_label(name) for name in ("Name", "Telephone", "Address")}
    for field in fields.values():
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(r"^Please give"))
    expect(page.get_by_role("checkbox")).to_have_accessible_description("Without your consent it can’t be sent.")
    expect(fields["Name"]).to_be_focused()
    for name, text in (("Name", TO["name"]), ("Telephone", TO["phone"]), ("Address", TO["address"])):
        fields[name].focus()
        fields[name].fill("")
        page.keyboard.type(text)
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{KETTLE}: Claimed\. Claimed on "))
    assert lin.told()[lin.grants[0]]["state"] == "claimed"
    assert TO["address"] in lin.claimed_addresses()[0]


def claim(page: Page, address: str = TO["address"]) -> None:
    """Claim the first goods on the page."""
    page.get_by_role("button", name="Claim", exact=True).first.click()
    for label, text in (("Name", TO["name"]), ("Telephone", TO["phone"]), ("Address", address)):
        page.get_by_label(label).fill(text)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_an_address_is_taken_back_and_given_again(winner: Callable[..., Winner]) -> None:
    lin = winner("kettle")
    claim(lin.page)
    lin.page.get_by_role("button", name="Details").click()
    lin.page.get_by_role("button", name="Take my address back").click()
    lin.page.get_by_role("button", name="Keep it").click()
    assert lin.told()[lin.grants[0]]["state"] == "claimed"
    lin.page.get_by_role("button", name="Take my address back").click()
    lin.page.get_by_role("button", name="Delete my address").click()
    expect(lin.page.get_by_role("status")).to_have_text("Your address was deleted.")
    assert lin.claimed_addresses() == ["None"]
    claim(lin.page, "2 Oak Lane, Shanghai")
    assert "2 Oak Lane, Shanghai" in lin.claimed_addresses()[0]


def test_a_claim_whose_answer_is_lost_is_one_claim(winner: Callable[..., Winner]) -> None:
    lin = winner("mug", allowed=NO_NETWORK)
    keys: list[str] = []

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    lin.page.route("**/claim", lose_the_first)
    lin.page.get_by_role("button", name="Claim", exact=True).click()
    expect(lin.page.get_by_label("Address")).to_have_count(0)
    lin.page.get_by_label("Name").fill(TO["name"])
    lin.page.get_by_label("Telephone").fill(TO["phone"])
    lin.page.get_by_role("checkbox").check()
    lin.page.get_by_role("button", name="Claim it").dblclick()
    expect(lin.page.get_by_role("status").first).to_have_text(re.compile(f"^{MUG}: Claimed"))
    expect(lin.page.get_by_role("dialog")).to_be_hidden()
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_till_uses_the_voucher_while_its_code_is_on_the_screen(winner: Callable[..., Winner], screen: Any) -> None:
    lin = winner("meal")
    code = lin.code()
    till = open_counter(screen(lin.house.address, locale="en-US", viewport=DESKTOP), lin.house)
    open_till(till, lin.house.till_key(), "Shop 12")
    till.keyboard.type(code)
    till.keyboard.press("Enter")
    till.get_by_role("button", name="Use it now").click()
    expect(lin.page.get_by_role("dialog").get_by_text(re.compile(r"^Used\. Used on .+ at Shop 12$"))).to_be_visible(
        timeout=SOON_MS
    )
    expect(lin.page.locator(".qr")).to_have_count(0)
    expect(lin.page.get_by_role("status").first).to_have_text(re.compile(f"^{MEAL}: Used"))
    assert code not in lin.page.evaluate(KEPT)
    till.locator("engage-used").get_by_role("button", name="Undo").click()
    expect(lin.page.locator(".qr")).to_be_visible(timeout=SOON_MS)


def test_two_screens_of_one_member_agree_with_the_server(
    winner: Callable[..., Winner], screen: Any, house: PrizeHouse
) -> None:
    lin = winner("meal", "kettle", "tea")
    other_screen = screen(house.address, locale="en-US", viewport=DESKTOP)
    house.sign_in(other_screen, lin.name)
    other = other_screen.open("/prizes?language=en")
    for act in (lin.code, lambda: close(lin.page), lambda: claim(lin.page), lambda: take_back(other)):
        act()
        for page in (lin.page, other):
            agree(lin, page)


def agree(lin: Winner, page: Page) -> None:
    """Compare with what the server says, and again with what it says by then: an act may still be on its way."""
    for _ in range(TIMES):
        states = json.dumps(sorted(item["state"] for item in lin.told().values()), separators=(",", ":"))
        with suppress(Error):
            page.wait_for_function(
                "wanted => JSON.stringify([...document.querySelectorAll('engage-prize')]"
                ".map(one => one.prize.state).sort()) === wanted",
                arg=states,
                timeout=SOON_MS / TIMES,
            )
            return
    raise AssertionError("the page never said what the server says")


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def take_back(page: Page) -> None:
    page.get_by_role("listitem").filter(has_text=KETTLE).get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Take my address back").click()
    page.get_by_role("button", name="Delete my address").click()


def test_a_code_that_was_opened_is_there_without_a_network_also_after_a_reload(winner: Callable[..., Winner]) -> None:
    lin = winner("meal", "tea", allowed=NO_NETWORK)
    code = lin.code()
    close(lin.page)
    lin.page.wait_for_function(IS_KEPT)
    lin.screen.context.set_offline(True)
    lin.page.goto("/prizes")
    expect(lin.page.get_by_text(re.compile("^No connection. This is what your prizes were"))).to_be_visible(
        timeout=30_000
    )
    assert lin.code() == code
    assert lin.page.evaluate("document.querySelector('.qr').naturalWidth > 0")
    close(lin.page)
    lin.page.get_by_role("button", name="Show code").nth(1).click()
    lin.page.get_by_role("button", name="Show the code now").click()
    expect(lin.page.get_by_text("No connection. Nothing is lost; please try again.")).to_be_visible(timeout=30_000)
    close(lin.page)
    lin.screen.context.set_offline(False)
    expect(lin.page.get_by_text(re.compile("^No connection."))).to_have_count(0, timeout=30_000)


def test_whoever_signs_out_takes_the_codes_along(winner: Callable[..., Winner]) -> None:
    lin = winner("meal", allowed=("status of 401",))
    code = lin.code()
    close(lin.page)
    lin.page.wait_for_function(IS_KEPT)
    assert code in lin.page.evaluate(KEPT)
    lin.page.route("**/sign-in?**", lambda route: route.fulfill(body="the brand's site"))
    lin.page.get_by_role("link", name="Not you?").click()
    lin.page.wait_for_url("**/sign-in?switch=1&return=/prizes")
    lin.page.goto("/counter")
    assert code not in lin.page.evaluate(KEPT)
    assert not lin.page.evaluate("caches.has('engage-prizes')")
    assert lin.page.evaluate("fetch('/v1/prizes').then(answer => answer.status)") == 401


def test_the_next_member_of_a_shared_phone_finds_nothing_of_the_one_before(
    winner: Callable[..., Winner], house: PrizeHouse
) -> None:
    lin = winner("meal")
    code = lin.code()
    close(lin.page)
    house.win(next_one := f"n{secrets.token_hex(6)}")
    house.sign_in(lin.screen, next_one)
    lin.page.goto("/prizes")
    expect(lin.page.get_by_role("heading", name="No prizes yet")).to_be_visible()
    assert code not in lin.page.evaluate(KEPT)
    assert lin.grants[0] not in lin.page.content()


def test_a_page_whose_member_changed_elsewhere_shows_nothing_of_the_new_one(
    winner: Callable[..., Winner], house: PrizeHouse
) -> None:
    lin = winner("meal")
    house.win(next_one := f"n{secrets.token_hex(6)}", "kettle")
    house.sign_in(lin.screen, next_one)
    lin.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(lin.page.get_by_text("You are signed out.")).to_be_visible()
    expect(lin.page.get_by_text(KETTLE, exact=True)).to_have_count(0)


def test_a_prize_that_was_won_and_not_seen_yet_is_not_on_the_page(house: PrizeHouse, screen: Any) -> None:
    name = f"u{secrets.token_hex(6)}"
    grant = house.win_unseen(name, "meal")
    opened = screen(house.address, locale="en-US")
    page = open_prizes(opened, house, name)
    expect(page.get_by_role("heading", name="No prizes yet")).to_be_visible()
    assert grant not in page.content() + page.evaluate(KEPT)


def test_what_the_brand_and_the_till_write_is_text(winner: Callable[..., Winner]) -> None:
    lin = winner(*["meal", "kettle"] * len(CORPUS))
    lin.screen.context.add_init_script("window.pwned = how => { throw new Error(how); }")
    stores = [attack[:100] for attack in CORPUS]
    for meal, store, kettle, note in zip(lin.grants[::2], stores, lin.grants[1::2], CORPUS, strict=True):
        lin.house.use(meal, store)
        lin.house.decline(kettle, note)
    lin.page.goto("/prizes?language=en")
    for pile, texts in (("Used", stores), ("Over", CORPUS)):
        lin.page.get_by_role("button", name=re.compile(f"^{pile}")).click()
        for text in texts:
            ticket = lin.page.get_by_role("listitem").filter(has_text=text.strip())
            expect(ticket).to_have_count(1)
            ticket.get_by_role("button", name="Details").click()
            expect(lin.page.get_by_role("dialog").get_by_text(text.strip())).not_to_have_count(0)
            made = lin.page.locator(":is(engage-prize, dialog) :is(script, iframe, base, form, style, [onload])")
            assert made.count() == 0, text
            close(lin.page)


def test_an_address_is_text_for_whoever_sends_the_goods(winner: Callable[..., Winner]) -> None:
    lin = winner(*["kettle"] * len(CORPUS))
    for attack in CORPUS:
        claim(lin.page, attack)
    told = lin.claimed_addresses()
    assert len(told) == len(CORPUS)
    for attack in CORPUS:
        assert sum(repr(attack)[1:-1] in one or attack in one for one in told) == 1, attack


def test_nothing_is_in_the_way_while_things_change(winner: Callable[..., Winner]) -> None:
    lin = winner("meal", "kettle")
    lin.code()
    assert barriers_on(lin.page) == []
    close(lin.page)
    claim(lin.page)
    assert barriers_on(lin.page) == []
