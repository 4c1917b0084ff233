"""`python -m bench.verifying`: how long the page `/verify` takes, and for how long at a stretch it does not answer.

Files of 1,200 and of 20,000 plays and decks of 5,000 and 100,000 cards, in Chromium as it is and four times slower.
"""

import json
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.support.chromium import running_chromium
from tests.support.honest_house import House, deck_rules, prize, rules, slot
from tests.support.screen import Screen, Settings
from tests.support.served import running_demo

PLAYS_OF_EPOCH, COMMIT = 900, 8
SLOWER = (1, 4)
CHECK = """async () => {
    const long = [];
    const observer = new PerformanceObserver(list => list.getEntries().forEach(entry => long.push(entry.duration)));
    observer.observe({entryTypes: ['longtask']});
    const began = performance.now();
    const report = await document.querySelector('engage-verify').checkFile(file);
    const took = performance.now() - began;
    await new Promise(requestAnimationFrame);
    observer.disconnect();
    if (report.results.some(result => result.step)) throw new Error('not proven');
    return [took, Math.max(0, ...long)];
}"""


def main() -> None:
    """Print a table."""
    print(f"{'file':<24}{'MB':>6}{'slower':>8}{'seconds':>9}{'longest task, ms':>18}")
    with running_chromium() as browser, running_demo() as demo:
        screen = Screen(browser, demo.address, Settings(locale="en-US"))
        page = screen.open()
        session = screen.context.new_cdp_session(page)
        for name, document in documents():
            text = json.dumps(document)
            for rate in SLOWER:
                took, longest = measure(page, session, demo.address, text, rate)
                print(f"{name:<24}{len(text) / 1e6:>6.1f}{rate:>7}x{took / 1000:>9.1f}{longest:>18.0f}", flush=True)
        screen.close()


def documents() -> Iterator[tuple[str, Any]]:
    """What is checked, by name."""
    yield "export, 1,200 plays", plays_of(1, 1200).export(closed=False)
    yield "bundle, 20,000 plays", plays_of(50, 20_000).export()
    for cards in (5000, 100_000):
        yield f"deck, {cards:,} cards", deck_of(cards).export()


def plays_of(members: int, plays: int) -> House:
    """A house in which so many members played a wheel."""
    house = House()
    house.publish(rules("gam_wheel", [prize("prz_a", units=plays)], [slot("s1", 1, "prz_a"), slot("s2", 3, "none")]))
    for member in range(members):
        for begin in range(0, plays // members, PLAYS_OF_EPOCH):
            epoch = house.open(f"mem_{member}", "gam_wheel")
            for _ in range(min(PLAYS_OF_EPOCH, plays // members - begin)):
                house.play(epoch)
                if house.counts["gam_wheel"] % COMMIT == 0:
                    house.commit()
    house.commit()
    return house


def deck_of(cards: int) -> House:
    """A house with a sealed deck of which nothing was sold."""
    house, seed = House(), bytes(32)
    house.publish(
        deck_rules("gam_cards", "dck_1", [["prz_gold", cards // 10], ["none", cards - cards // 10]], seed), seed
    )
    return house


def measure(page: Page, session: CDPSession, address: str, text: str, rate: int) -> tuple[float, float]:
    """Milliseconds that a check took, and the longest of its tasks of 50 ms or more."""
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.goto(f"{address}/verify")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => document.querySelector('engage-verify').helper !== null")
    page.evaluate("text => { globalThis.file = new File([text], 'export.json'); }", text)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    took, longest = page.evaluate(CHECK)
    return took, longest


if __name__ == "__main__":
    main()
