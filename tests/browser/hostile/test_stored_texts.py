"""Nothing that a brand or a member wrote does anything on any page: it is text, and it is shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.support.bureau import CARDS, WHEEL
from tests.support.hostile_house import CORPUS, NAMES, HostileHouse, running_hostile_house
from tests.support.screen import Locale, Screen, Settings
from tests.support.served import Served

LOCALES: tuple[Locale, ...] = ("zh-CN", "en-US")
MARKS = "window.hit = []; window.pwned = (how) => window.hit.push(how);"
LOOK = """() => {
  const found = [...window.hit];
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        const leads = /^(src|href|action|formaction|srcdoc|data|content|xlink:href)$/.test(name);
        if (name.startsWith('on') || (leads && /^\\s*javascript|^data:text|evil\\.example|pwned/i.test(value))) {
          found.push(`<${element.localName} ${name}="${value}">`);
        }
      }
      if (/^(base|iframe|frame|object|embed|math)$/.test(element.localName)) found.push(`<${element.localName}>`);
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  return found;
}"""


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileHouse]:
    """The house, for all tests here."""
    with running_hostile_house() as house:
        yield house


@pytest.fixture
def shown(browser: Browser, hostile: HostileHouse) -> Iterator[Any]:
    """Gives pages of a member of that house; what is said about scripts that were kept from running fails the test."""
    screens: list[Screen] = []

    def show(number: int, path: str, locale: Locale = "zh-CN") -> Page:
        screen = Screen(browser, hostile.address, Settings(locale=locale), ("status of 4",))
        screens.append(screen)
        screen.context.add_init_script(MARKS)
        hostile.sign_in(screen, f"m-{number}")
        page = screen.open(path)
        page.on("dialog", lambda dialog: screen.faults.append(dialog.message))
        page.wait_for_load_state("networkidle")
        return page

    yield show
    faults = [fault for one in screens for fault in one.faults]
    for one in screens:
        one.close()
    assert not faults, "\n".join(faults)


def test_the_corpus_gets_as_far_as_the_pages(shown: Any, hostile: HostileHouse) -> None:
    """Else nothing below would mean anything."""
    text = shown(0, f"/g/{WHEEL}/rules").inner_text("body")
    for attack in CORPUS:
        assert re.sub(r"\s+", "", attack) in re.sub(r"\s+", "", text), attack
    assert {f"/g/{WHEEL}", f"/g/{CARDS}"} <= set(hostile.pages)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_runs_what_is_in_its_texts(
    shown: Any, hostile: HostileHouse, locale: Locale, pytestconfig: pytest.Config
) -> None:
    """In the suite each page is read in one of the languages in turn, by `make barriers` in both."""
    turns = len(LOCALES)
    pages = (
        hostile.pages if pytestconfig.getoption("--both-languages") else hostile.pages[LOCALES.index(locale) :: turns]
    )
    for path in pages:
        page = shown(0, path, locale)
        assert page.evaluate(LOOK) == [], path


@pytest.mark.parametrize("number", range(len(NAMES)), ids=lambda number: NAMES[number][:24])
def test_a_name_is_a_name(shown: Any, number: int) -> None:
    page = shown(number, f"/g/{WHEEL}")
    assert page.evaluate(LOOK) == []
    assert page.evaluate("async () => (await (await fetch('/v1/me')).json()).nickname") == NAMES[number]


@pytest.mark.parametrize("game", [WHEEL, CARDS])
def test_a_result_is_text_and_so_is_every_sheet(shown: Any, game: str) -> None:
    page = shown(1, f"/g/{game}")
    for name in (re.compile("Prizes and odds|奖品与概率"), re.compile("Settings|设置")):
        page.get_by_role("button", name=name).click()
        page.locator("dialog[open]").wait_for()
        assert page.evaluate(LOOK) == [], name.pattern
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="hidden")
    page.locator(".button-play").click()
    page.locator("engage-result h2").wait_for(timeout=20_000)
    assert page.evaluate(LOOK) == []
    assert CORPUS[0] in page.locator("engage-result h2").inner_text()


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack[:24])
def test_an_address_is_not_repeated_as_anything_but_text(screen: Any, served: Served, attack: str) -> None:
    opened: Screen = screen(allowed=(r"status of 4\d\d",))
    opened.context.add_init_script(MARKS)
    page = opened.open()
    sent = quote(attack, safe="")
    for path in (
        f"/nowhere/{sent}",
        f"/g/{sent}",
        f"/g/{sent}/rules",
        f"/sign-in?code={sent[:190]}",
        f"/sign-in?return={sent}",
        f"/sign-in?return=/%3F{sent}",
        f"/demo/sign-in?state={sent}&return={sent}",
        f"/?language={sent}&paid={sent}",
        f"/g/gam_anniversary_wheel/rules?language={sent}",
    ):
        page.goto(path)
        assert page.url.startswith(served.address), path
        assert page.evaluate(LOOK) == [], path
