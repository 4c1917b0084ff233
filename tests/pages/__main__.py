"""`python -m tests.pages`: a picture of every page in every state, on a phone and a desktop, in both languages.

They lie in `build/screenshots`, and `index.html` beside them shows all of them.
"""

import argparse
import html
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatch
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.pages.registry import Houses, State, all_states
from tests.support.chromium import running_chromium
from tests.support.screen import DESKTOP, PHONE, SMALL, Locale, Screen, Settings, set_text

FOLDER = Path(__file__).parents[2] / "build" / "screenshots"
LOCALES: tuple[Locale, ...] = ("zh-CN", "en-US")
VIEWPORTS = {"phone": PHONE, "desktop": DESKTOP}
SHEET_IS_OPEN = "sheet => Promise.allSettled(sheet.getAnimations().map(one => one.finished))"
INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page in every state</title>
<style>
  body {{ margin: 2rem; background: #808080; color: #fff; font: 1rem/1.5 system-ui, sans-serif; }}
  section {{ display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; }}
  img {{ block-size: 26rem; }}
</style>
{sections}
</html>
"""


def main() -> int:
    """Take the pictures; exit status 1 if something went wrong on a page."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages", description="Photograph every page.")
    parser.add_argument("--only", default="*", help="the states whose name matches, such as 'game-*'")
    parser.add_argument("--full", action="store_true", help="the whole page, not just what the screen shows")
    parser.add_argument("--large", action="store_true", help="text twice the size, on phones of 390 and of 320 px")
    parser.add_argument("--into", type=Path, default=FOLDER)
    asked = parser.parse_args()
    states = [state for state in all_states() if fnmatch(state.name, asked.only)]
    asked.into.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with running_chromium() as browser, closing(Houses()) as houses:
        for state in states:
            for name, settings in large_ways() if asked.large else ways():
                path = asked.into / f"{state.name}-{name}.png"
                faults += [
                    f"{path.name}: {fault}"
                    for fault in photograph(state, settings, browser, houses, path, full=asked.full)
                ]
            print(state.name, flush=True)
    (asked.into / "index.html").write_text(render_index(asked.into), encoding="utf-8")
    print("\n".join([*faults, f"{len(states)} states are in {asked.into}"]))
    return 1 if faults else 0


def ways() -> Iterator[tuple[str, Settings]]:
    """Every way in which a state is photographed, with its name."""
    for locale, (device, viewport), dark in product(LOCALES, VIEWPORTS.items(), (False, True)):
        name = f"{locale.partition('-')[0]}-{device}{'-dark' if dark else ''}"
        yield name, Settings(viewport=viewport, locale=locale, dark=dark)


def large_ways() -> Iterator[tuple[str, Settings]]:
    """Every way in which a state is photographed for those who need large text, with its name."""
    for locale, (device, viewport) in product(LOCALES, {"phone": PHONE, "small": SMALL}.items()):
        settings = Settings(viewport=viewport, locale=locale, still=True, text_percent=200)
        yield f"{locale.partition('-')[0]}-{device}-large", settings


def photograph(  # noqa: PLR0913  a picture has these parts
    state: State, settings: Settings, browser: Browser, houses: Houses, path: Path, *, full: bool
) -> list[str]:
    """Take one picture; what went wrong on the page."""
    served = houses.of(state)
    screen = Screen(
        browser, served.address, replace(settings, scale=2 if settings.viewport != DESKTOP else 1), state.allowed
    )
    page = state.show(screen, served)
    for sheet in page.locator("dialog[open]").all():
        sheet.evaluate(SHEET_IS_OPEN)
    if full:
        _stretch(page, settings)
    page.screenshot(path=path)
    screen.close()
    return screen.faults


def _stretch(page: Page, settings: Settings) -> None:
    """Make the screen as high as its page. The browser's own way to picture a whole page forgets the size of text."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": settings.viewport["width"], "height": height})
    set_text(page, settings.text_percent)
    page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))")


def render_index(folder: Path) -> str:
    """A page that shows every picture of a folder, a state a row."""
    rows: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.png")):
        state = next((one.name for one in all_states() if path.name.startswith(f"{one.name}-")), "")
        rows.setdefault(state, []).append(path.name)
    sections = (
        f"<h2>{html.escape(state)}</h2>\n<section>"
        + "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)
        + "</section>"
        for state, names in rows.items()
    )
    return INDEX.format(sections="\n".join(sections))


if __name__ == "__main__":
    sys.exit(main())
