"""Screens that people hold: a phone or a desktop, with settings of its own, and what went wrong on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, ViewportSize

Locale = Literal["zh-CN", "en-US"]
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE_MAX_WIDTH = 600
DEFAULT_FONT_PX, DEFAULT_MONOSPACE_PX = 16, 13
# Chromium tells every answer of 400 and more as an error. A refusal of the API is none: the page is there to tell it.
REFUSED_BY_API = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass(frozen=True)
class Settings:
    """How somebody has set up their screen. `text_percent` is the size of text in the browser's own settings."""

    viewport: ViewportSize = field(default_factory=lambda: PHONE)
    locale: Locale = "zh-CN"
    dark: bool = False
    still: bool = False
    text_percent: int = 100
    scale: float = 1


MEDIUM_TEXT = """() => {
  const text = document.body.appendChild(document.createElement('p'));
  text.style.fontSize = 'medium';
  const size = getComputedStyle(text).fontSize;
  text.remove();
  return parseFloat(size);
}"""


def text_percent(page: Page) -> float:
    """The size of text that a page is laid out with, whatever the page itself asks for."""
    size: float = page.evaluate(MEDIUM_TEXT)
    return size * 100 / DEFAULT_FONT_PX


def set_text(page: Page, percent: int) -> None:
    """Set the size of text as a person does in the browser's own settings. A picture of a whole page undoes it."""
    sizes = {"standard": DEFAULT_FONT_PX, "fixed": DEFAULT_MONOSPACE_PX}
    scaled = {name: size * percent // 100 for name, size in sizes.items()}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": scaled})


class Screen:
    """One browser profile, such as a phone: its pages share cookies and storage.

    What a page logs as an error, throws, or is denied by its policy is kept in `faults`, unless it matches `allowed`.
    """

    def __init__(self, browser: Browser, address: str, settings: Settings, allowed: Sequence[str] = ()) -> None:
        self.faults: list[str] = []
        self.settings = settings
        self._allowed = [re.compile(pattern) for pattern in allowed]
        is_phone = settings.viewport["width"] <= PHONE_MAX_WIDTH
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport=settings.viewport,
            locale=settings.locale,
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if settings.dark else "light",
            reduced_motion="reduce" if settings.still else "no-preference",
            device_scale_factor=settings.scale,
            is_mobile=is_phone,
            has_touch=is_phone,
        )
        self.context.on("page", self._watch)

    def open(self, path: str = "") -> Page:
        """A page of this screen, at an address if one is given."""
        page = self.context.new_page()
        if self.settings.text_percent != 100:
            set_text(page, self.settings.text_percent)
        if path:
            page.goto(path)
        return page

    def close(self) -> None:
        """Put the screen away."""
        self.context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", self._catch)

    def _hear(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        is_refusal = REFUSED_BY_API.match(message.text) and "/v1/" in place
        if message.type == "error" and not is_refusal:
            self._keep(f"{message.text} ({place})")

    def _catch(self, error: Error) -> None:
        self._keep(str(error.stack or error))

    def _keep(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._allowed):
            self.faults.append(fault)
