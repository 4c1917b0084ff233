"""The browser of the tests draws what people see, and tells what goes wrong on a page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.support.screen import DESKTOP, SMALL, Screen, Settings
from tests.support.served import Served

RULES = "/g/gam_anniversary_wheel/rules"
STRICT = {"Content-Security-Policy": "default-src 'none'; script-src 'nonce-x'; require-trusted-types-for 'script'"}

OpenPage = Callable[..., Page]


def test_chinese_is_drawn_in_glyphs_of_its_own(page: OpenPage) -> None:
    opened = page(RULES)
    assert "抽奖" in opened.inner_text("body")
    opened.set_content("<p id=a>奖</p><p id=b>券</p><p id=c>\U0010fffd</p>")
    drawn = [opened.locator(f"#{name}").screenshot() for name in "abc"]
    assert len({Image.open(BytesIO(png)).tobytes() for png in drawn}) == 3, "a missing glyph is one and the same box"


def test_a_page_is_told_the_settings_of_its_screen(page: OpenPage) -> None:
    ask = "name => matchMedia(name).matches"
    one = page(RULES, locale="en-US", dark=True, still=True, viewport=SMALL)
    assert one.evaluate("navigator.language") == "en-US"
    assert one.evaluate("innerWidth") == 320
    assert one.evaluate(ask, "(prefers-color-scheme: dark) and (prefers-reduced-motion: reduce)")
    other = page(RULES, viewport=DESKTOP)
    assert other.evaluate("navigator.language") == "zh-CN"
    assert not other.evaluate(ask, "(prefers-color-scheme: dark) or (prefers-reduced-motion: reduce)")


def test_large_text_is_as_large_as_the_browser_s_setting_says(page: OpenPage) -> None:
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page(RULES, text_percent=200).evaluate(size) == 2 * page(RULES).evaluate(size)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script nonce=x>console.error('said so')</script>", "said so"),
        ("<script nonce=x>throw new Error('thrown')</script>", "thrown"),
        ("<script>alert(1)</script>", "Content Security Policy"),
        ("<p style='color: red'>", "Content Security Policy"),
        ("<script nonce=x>document.body.innerHTML = '<b>'</script>", "TrustedHTML"),
        ("<img src=/nothing.png>", "Content Security Policy"),
    ],
)
def test_what_goes_wrong_on_a_page_is_kept(browser: Browser, served: Served, body: str, fault: str) -> None:
    screen = Screen(browser, served.address, Settings())

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", headers=STRICT, body=f"<!doctype html><body>{body}")

    screen.context.route("**/*", answer)
    screen.open("/page").wait_for_load_state()
    screen.close()
    assert screen.faults
    assert fault in screen.faults[0]


def test_a_page_that_is_not_there_is_told_in_the_reader_s_language(page: OpenPage) -> None:
    settings = {"allowed": ["status of 404"]}
    assert page("/nowhere", **settings).title() == "没有找到"
    assert page("/nowhere", locale="en-US", **settings).title() == "Not found"
