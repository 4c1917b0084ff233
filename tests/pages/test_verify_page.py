"""The page that checks exports, as people use it: by keyboard, without a network, with whatever they may paste."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from engage.fairness.verifier import NO_PRIZE
from tests.pages.states.verify import VERIFY, check, taken_home
from tests.support.exports import played
from tests.support.honest_house import SETS, Document, House, deck_rules, rules, slot
from tests.support.screen import Screen
from tests.support.served import Served

OpenPage = Callable[..., Page]
XSS = (
    "<img src=x onerror=document.title='owned'>",
    "<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
    "javascript:document.title='owned'",
    "</script><script>document.title='owned'</script>",
    "${document.title='owned'}{{constructor.constructor('document.title=1')()}}",
    "<!--lit-part--><b>owned</b>",
    "\u202eowned\u0000",
)


def blanks(plays: int) -> Document:
    """An export of so many plays without a prize."""
    house = House()
    house.publish(rules("gam_blank", [], [slot("s1", 1, NO_PRIZE)]))
    epochs = [house.open(f"mem_{number}", "gam_blank") for number in range(plays // 100 + 1)]
    for number in range(plays):
        house.play(epochs[number % len(epochs)])
        if number % 8 == 0:
            house.commit()
    house.commit()
    return house.export()


def sentence(page: Page) -> str:
    """The first sentence of the report."""
    return page.locator("engage-report h2").inner_text()


def paste(page: Page, text: str) -> None:
    """Paste through the browser's own clipboard event, as a hand would."""
    page.locator(".take summary").click()
    page.locator("#text").focus()
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData('text', text);
            const field = document.activeElement.shadowRoot.activeElement;
            field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_it_works_without_a_network_once_it_is_loaded(screen: Callable[..., Screen], served: Served) -> None:
    text = taken_home(served.address)
    on = screen(locale="en-US")
    page = on.open(VERIFY)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    on.context.set_offline(offline=True)
    check(page, text)
    assert sentence(page).startswith("Agrees ✓ all 9 results")
    page.locator("engage-report summary").first.click()
    expect(page.locator("engage-proof li").first).to_be_visible()
    # A key of small order is left to the library, which must have come with the page, too.
    weak = deepcopy(SETS[0]["export"])
    weak["keys"]["keys"][0]["x"] = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    page.get_by_role("button", name="Check something else").click()
    check(page, json.dumps(weak))
    assert sentence(page).startswith("Does not check out")
    assert asked == []


def test_a_file_is_chosen_by_keyboard_alone_and_read_from_its_first_sentence_on(
    page: OpenPage, served: Served, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.json"
    path.write_text(taken_home(served.address), encoding="utf-8")
    opened = page(VERIFY, locale="en-US")
    # Chromium hands over choosers from some moment after it was asked to: it is asked long before.
    opened.on("filechooser", lambda _: None)
    opened.locator(".take").wait_for()
    _tab_to(opened, "Choose the file of your results")
    with opened.expect_file_chooser() as chooser:
        opened.keyboard.press("Enter")
    chooser.value.set_files(path)
    opened.locator("engage-report h2").wait_for()
    expect(opened.locator("engage-report h2")).to_be_focused()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(opened.locator("engage-proof")).to_have_count(1)
    assert "Seeds sealed beforehand" in opened.locator("engage-proof ol").inner_text()
    _tab_to(opened, "Check something else")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("button", name="Choose the file of your results")).to_be_focused()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of this name has the focus; no test presses it forever."""
    button = page.get_by_role("button", name=name)
    for _ in range(40):
        if button.evaluate("button => button.getRootNode().activeElement === button"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not come to “{name}”")


def test_a_screen_reader_is_told_the_sentence_its_grounds_and_every_verdict(page: OpenPage, served: Served) -> None:
    opened = page(VERIFY, locale="en-US")
    check(opened, taken_home(served.address))
    tree = opened.locator("engage-verify").aria_snapshot()
    assert '- heading "Agrees ✓ all 9 results, as far as they can be checked yet" [level=2]' in tree
    assert '- heading "What this stands on" [level=3]' in tree
    assert tree.count("Card proven") == 3
    assert tree.count(" Proven") == 6


@pytest.mark.parametrize("nasty", XSS)
def test_nothing_in_a_pasted_document_runs_or_makes_marks(page: OpenPage, nasty: str) -> None:
    opened = page(VERIFY, locale="en-US")
    for document in _poisoned(nasty):
        opened.evaluate("document.title = 'mine'")
        check(opened, json.dumps(document))
        for summary in opened.locator("engage-report summary").all()[:3]:
            summary.click()
        told = opened.locator("engage-report, [role=alert]").evaluate(
            "element => (element.shadowRoot ?? element).textContent"
        )
        assert nasty[:40] in told
        assert opened.title() == "mine"
        assert opened.evaluate(MADE) == []
        opened.reload()


MADE = """() => {
    const roots = [document], found = [];
    for (const root of roots) {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) roots.push(element.shadowRoot);
            if (element.matches('img, iframe, b, [onload], [onerror]')) found.push(element.outerHTML);
            if (element.matches('script') && root !== document) found.push(element.outerHTML);
        }
    }
    return found;
}"""


def _poisoned(nasty: str) -> list[Any]:
    """Documents that bring a text to every place where one is shown."""
    everywhere = _with_texts(played(House(), plays=8).export(), nasty)
    keys = deepcopy(everywhere)
    keys[nasty] = 1
    return [everywhere, keys, {"title": nasty, "status": 1, "detail": nasty}]


def _with_texts(document: Any, text: str) -> Any:
    """Every name of a thing becomes this text, and keeps its own end, so that it stays a name of one thing."""
    if isinstance(document, dict):
        return {key: _with_texts(value, text) for key, value in document.items()}
    if isinstance(document, list):
        return [_with_texts(value, text) for value in document]
    is_name = isinstance(document, str) and document.startswith(("pla_", "prz_", "gam_", "mem_", "dck_", "s1"))
    return f"{text}{document}" if is_name else document


@pytest.mark.parametrize(
    ("text", "why", "advice"),
    [
        ("", "There is nothing in it.", "Choose a file"),
        ("<!doctype html><p>Sign in", "This is a web page, not an export.", "Take the whole file"),
        ('{"format": "engage-export/1", "rece', "The text breaks off before its end.", "Not all of it was copied"),
        ("play,prize\n1,none\n", "This is not an export: it is not written as JSON.", "Take the whole file"),
        ("[1, 2]", "This is not an export.", "Take the whole file"),
        ('{"a": 1}', "This is not an export.", "Take the whole file"),
        ('{"title": "Gone", "status": 404, "detail": "No."}', "This is a message of the server", "Take the whole"),
        ('{"play": "pla_1", "seal": {}}', "This is a single receipt.", "Take the whole file"),
        ('{"answer": {}, "server_seed": "00"}', "This is one round of seeds.", "Take the whole file"),
        ('{"alg": "draw/1", "tables": [], "prizes": []}', "These are the rules of a game", "Take the whole file"),
        ('{"keys": []}', "These are public keys", "Take the whole file"),
        ("[" * 100_000, "This is not an export", "Take the whole file"),
    ],
)
def test_what_is_no_export_is_told_in_plain_words_with_a_way_out(
    page: OpenPage, text: str, why: str, advice: str
) -> None:
    opened = page(VERIFY, locale="en-US")
    check(opened, text)
    told = opened.get_by_role("alert").inner_text()
    assert told.startswith(why)
    assert advice in told
    expect(opened.get_by_role("button", name="Choose the file of your results")).to_be_visible()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04\xff\xfe", "This is a ZIP archive."),
        (b"\x89PNG\xff\xfe", "This file is no text"),
        (b'\xef\xbb\xbf{"keys": []}', "These are public keys"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is(page: OpenPage, data: bytes, why: str) -> None:
    opened = page(VERIFY, locale="en-US")
    opened.locator(".take input").set_input_files({"name": "my.file", "mimeType": "", "buffer": data})
    assert opened.get_by_role("alert").inner_text().startswith(why)


def test_a_file_that_is_too_large_is_sent_to_the_command(page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    with path.open("wb") as file:
        file.truncate(201 * 1024 * 1024)
    opened = page(VERIFY, locale="en-US")
    opened.locator(".take input").set_input_files(path)
    told = opened.get_by_role("alert").inner_text()
    assert told.startswith("This is too large for a browser: 201 MB, and at most 200 MB.")
    assert "engage verify FILE" in told


def test_whose_key_it_is_is_told_precisely(page: OpenPage, served: Served) -> None:
    opened = page(VERIFY, locale="en-US")
    own = taken_home(served.address)
    check(opened, own)
    about = opened.locator("engage-report .about")
    assert "Signed with a key of this site." in about.inner_text()
    fingerprint = about.locator("code").inner_text()
    _pin(opened, fingerprint)
    assert "Signed with the key that you named." in about.inner_text()
    _pin(opened, "0" * 64)
    assert "The file does not list the key that you named." in about.inner_text()
    assert sentence(opened) == "Does not check out: 9 results of 9 do not agree"
    opened.locator("#key").fill("not a fingerprint")
    opened.get_by_role("button", name="Check again with these").click()
    assert "A fingerprint has 64 digits" in opened.get_by_role("alert").inner_text()


def _pin(page: Page, fingerprint: str) -> None:
    if not page.locator("#key").is_visible():
        page.locator(".more > summary").click()
    page.locator("#key").fill(fingerprint)
    page.get_by_role("button", name="Check again with these").click()
    page.locator("engage-report h2").wait_for()


def test_a_file_with_a_stranger_s_key_is_not_called_checked(page: OpenPage) -> None:
    opened = page(VERIFY, locale="en-US")
    check(opened, json.dumps(SETS[0]["export"]))
    assert sentence(opened) == "It agrees with itself, but the key that signed it is not one of this site’s"
    report = opened.locator("engage-report")
    expect(report.get_by_text(re.compile("Checked"))).to_have_count(0)
    expect(report.get_by_text("The file names prizes by their ids.")).to_be_visible()


def test_an_export_is_compared_with_a_bundle(page: OpenPage, tmp_path: Path) -> None:
    house = played(House())
    mine, whole = house.export(member="mem_bob"), house.export()
    assert (
        _compared(page, mine, whole, tmp_path)
        == "It agrees with itself, but the key that signed it is not one of this site’s"
    )
    whole["receipts"].pop()
    assert _compared(page, mine, whole, tmp_path).startswith("Does not check out")


def _compared(page: OpenPage, mine: Document, whole: Document, folder: Path) -> str:
    opened = page(VERIFY, locale="en-US")
    opened.locator(".more > summary").click()
    path = folder / "bundle.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    opened.locator("input.bundle").set_input_files(path)
    check(opened, json.dumps(mine))
    return sentence(opened)


def test_a_long_text_is_taken_from_the_clipboard_without_filling_the_field(page: OpenPage) -> None:
    opened = page(VERIFY, locale="en-US")
    opened.locator(".take").wait_for()
    paste(opened, json.dumps(blanks(200)))
    expect(opened.get_by_role("heading", name="200 results")).to_be_visible()
    expect(opened.get_by_text("The file names prizes by their ids.")).to_have_count(0)


def test_a_dropped_file_is_checked(page: OpenPage) -> None:
    opened = page(VERIFY, locale="en-US")
    opened.locator(".take").wait_for()
    opened.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], 'mine.json'));
            const drop = new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});
            document.body.dispatchEvent(drop);
        }""",
        json.dumps(played(House(), plays=4).export()),
    )
    opened.locator("engage-report h2").wait_for()
    expect(opened.get_by_text("mine.json")).to_be_visible()


def sealed(cards: int) -> Document:
    """An export of a deck of so many cards, of which none was sold: a small file that takes long."""
    house, seed = House(), bytes(32)
    counts = [["prz_gold", cards // 10], [NO_PRIZE, cards - cards // 10]]
    house.publish(deck_rules("gam_cards", "dck_1", counts, seed), seed)
    return house.export()


HAS_HELP = "() => document.querySelector('engage-verify').helper !== null"


@pytest.mark.parametrize("has_help", [True, False], ids=["the worker", "the page"])
def test_the_page_answers_while_it_checks_and_stops_when_it_is_told_to(page: OpenPage, *, has_help: bool) -> None:
    opened = page(VERIFY, locale="en-US")
    opened.wait_for_function(HAS_HELP)
    if not has_help:
        opened.evaluate("document.querySelector('engage-verify').helper = null")
        opened.context.new_cdp_session(opened).send("Emulation.setCPUThrottlingRate", {"rate": 10})
    text = json.dumps(sealed(60_000) if has_help else blanks(1500))
    opened.evaluate("text => void document.querySelector('engage-verify').checkText(text)", text)
    opened.get_by_role("button", name="Stop").click()
    expect(opened.get_by_role("button", name="Choose the file of your results")).to_be_visible()
    expect(opened.locator("engage-report")).to_have_count(0)
    expect(opened.locator("progress")).to_have_count(0)
    check(opened, json.dumps(blanks(5)))
    assert sentence(opened)


TAKE_FILE = "text => { globalThis.file = new File([text], 'large.json'); }"
LONGEST_TASK = """async () => {
    const long = [];
    const observer = new PerformanceObserver(list => list.getEntries().forEach(entry => long.push(entry.duration)));
    observer.observe({entryTypes: ['longtask']});
    const report = await document.querySelector('engage-verify').checkFile(file);
    await new Promise(requestAnimationFrame);
    observer.disconnect();
    return [report.results.length, Math.max(0, ...long)];
}"""
STALL_MS = 100


def test_the_page_never_stands_still_for_a_large_file(page: OpenPage) -> None:
    opened = page(VERIFY, locale="en-US")
    opened.wait_for_function(HAS_HELP)
    for document, results in ((blanks(6_000), 6_000), (sealed(30_000), 0)):
        opened.evaluate(TAKE_FILE, json.dumps(document))
        found, longest = opened.evaluate(LONGEST_TASK)
        assert found == results
        assert longest <= STALL_MS
    assert sentence(opened)


def test_many_results_are_shown_a_part_at_a_time(page: OpenPage) -> None:
    opened = page(VERIFY, locale="en-US")
    check(opened, json.dumps(blanks(50)))
    rows = opened.locator("engage-report .rows > li")
    expect(rows).to_have_count(20)
    opened.get_by_role("button", name="Show 20 more").click()
    expect(rows).to_have_count(40)
    opened.get_by_role("button", name="Show 10 more").click()
    expect(rows).to_have_count(50)


def test_the_same_check_can_be_taken_home_as_one_file(served: Served, page: OpenPage, tmp_path: Path) -> None:
    opened = page(VERIFY, locale="en-US")
    with opened.expect_download() as download:
        opened.get_by_role("link", name="the same check as one file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "engage-verifier.py"
    assert path.read_bytes() == (Path(__file__).parents[2] / "engage/fairness/verifier.py").read_bytes()
    assert served.address


def test_a_member_who_is_signed_in_checks_all_results_with_one_tap(
    screen: Callable[..., Screen], served: Served
) -> None:
    phone = screen(locale="en-US")
    page = phone.open(VERIFY)
    expect(page.get_by_role("button", name="Choose the file of your results")).to_be_visible()
    expect(page.get_by_role("button", name="Check all my results")).to_have_count(0)
    _sign_in(phone, served)
    page.reload()
    page.get_by_role("button", name="Check all my results").click()
    page.locator("engage-report h2").wait_for()
    assert sentence(page) == "There are no results in it, and nothing in it is wrong."
    page.get_by_role("button", name="Check something else").click()
    page.route("**/v1/receipts", lambda route: route.fulfill(body=taken_home(served.address)))
    page.get_by_role("button", name="Check all my results").click()
    page.locator("engage-report h2").wait_for()
    assert sentence(page).startswith("Agrees ✓ all 9 results")


def _sign_in(phone: Screen, served: Served) -> None:
    """A fresh member comes from the brand's hand to this phone."""
    browser, member = phone.context.request, served.new_member()
    gone = browser.get("/sign-in?return=/healthz", max_redirects=0)
    state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
    code = served.post(f"/v1/members/{member['external_id']}/handovers", {"state": state}, served.key)["code"]
    assert browser.get(f"/sign-in?code={code}", max_redirects=0).status == 303


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"status": 401}, "You are no longer signed in here."),
        ({"status": 503}, "The server does not answer now."),
        (None, "There is no connection now."),
    ],
)
def test_results_that_can_t_be_had_are_told_with_a_way_out(
    page: OpenPage, answer: dict[str, int] | None, why: str
) -> None:
    opened = page(VERIFY, locale="en-US", allowed=["Failed to load resource"])
    # The page comes with the cookie of a session; of what worth, only the server can tell.
    opened.context.add_cookies([{"name": "engage", "value": "old", "url": opened.url}])
    opened.reload()
    opened.route("**/v1/receipts", lambda route: route.fulfill(**answer) if answer else route.abort())
    opened.get_by_role("button", name="Check all my results").click()
    assert why in opened.get_by_role("alert").inner_text()
    expect(opened.get_by_role("button", name="Choose the file of your results")).to_be_visible()
