"""`python -m tests.browser`: a picture of every face in every state, in three themes, light and dark, on three screens.

They lie in `build/faces`; `--only 'won-festive-*'` takes some of them.
"""

import argparse
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.serving import served_gallery
from tests.support.chromium import running_chromium
from tests.support.screen import DESKTOP, PHONE, SMALL, Locale, Screen, Settings

FOLDER = Path(__file__).parents[2] / "build" / "faces"
STATES = {
    "start": "mechanic=wheel",
    "spinning": "mechanic=wheel&show=spinning",
    "landed": "mechanic=wheel&show=landed&slot=s3",
    "parked": "mechanic=wheel&show=parked",
    "won": "mechanic=wheel&show=won&slot=s1",
    "none": "mechanic=wheel&show=won&slot=s4",
    "card": "mechanic=scratch",
    "half": "mechanic=scratch&show=half",
    "revealed": "mechanic=scratch&show=revealed&slot=s3",
}
SCREENS = {"phone": PHONE, "small": SMALL, "desktop": DESKTOP}
LOCALES: tuple[Locale, ...] = ("zh-CN", "en-US")
THEMES = ("festive", "calm", "brand")
SEEN = "() => new Promise(resolve => setTimeout(resolve, 1200))"
"""A moment, so that sheets have risen and confetti flies."""


def main() -> int:
    """Take the pictures; exit status 1 if something went wrong on one."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description="Photograph every face.")
    parser.add_argument("--only", default="*", help="the pictures whose name matches, such as 'won-festive-*'")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with running_chromium() as browser, served_gallery() as address:
        for name, path, settings in pictures():
            if fnmatch(name, asked.only):
                faults += photograph(browser, address + path, settings, FOLDER / f"{name}.png")
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def pictures() -> Iterator[tuple[str, str, Settings]]:
    """Each picture's name, the address of its state, and the screen it is taken on."""
    for state, theme, screen, locale, dark in product(STATES, THEMES, SCREENS, LOCALES, (False, True)):
        name = f"{state}-{theme}-{screen}-{locale[:2]}{'-dark' if dark else ''}"
        language = "zh-CN" if locale == "zh-CN" else "en"
        settings = Settings(viewport=SCREENS[screen], locale=locale, dark=dark, scale=2 if screen == "phone" else 1)
        yield name, f"/?theme={theme}&lang={language}&{STATES[state]}", settings


def photograph(browser: Browser, address: str, settings: Settings, into: Path) -> list[str]:
    """Take one picture; what went wrong on the page."""
    screen = Screen(browser, address, settings)
    page = screen.open(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate(SEEN)
    page.screenshot(path=into)
    screen.close()
    return screen.faults


if __name__ == "__main__":
    sys.exit(main())
