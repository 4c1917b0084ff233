"""The scratch card: nothing is under the foil before the play; rubbing is one way to open it, a button the other."""

from collections.abc import Callable

from playwright.sync_api import Page

OpenState = Callable[..., Page]
PRIZE = "Noodle set meal"
FACE = {"slot": "s1", "prize": "prz_1", "name": PRIZE, "art": "meal", "kind": "voucher"}
WATCH = """card => {
  window.heard = [];
  for (const name of ['engage-scratch-start', 'engage-revealed']) card.addEventListener(name, () => heard.push(name));
}"""
COVERED = """card => {
  const canvas = card.shadowRoot.querySelector('canvas');
  return canvas !== null && getComputedStyle(canvas).opacity === '1';
}"""
STATE = "/?mechanic=scratch&lang=en"


def rub(page: Page, rows: int) -> None:
    """Rub rows of the foil with the mouse, from its top."""
    box = page.locator("engage-scratch canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 15)
    page.mouse.down()
    for row in range(rows):
        y = box["y"] + 15 + row * 36
        page.mouse.move(box["x"] + (box["width"] - 5 if row % 2 == 0 else 5), y, steps=8)
        page.mouse.move(box["x"] + (box["width"] - 5 if row % 2 == 0 else 5), y + 36, steps=2)
    page.mouse.up()


def test_the_first_touch_asks_to_play_and_gives_nothing_away(gallery: OpenState) -> None:
    page = gallery(STATE)
    card = page.locator("engage-scratch")
    card.evaluate(WATCH)
    rub(page, 1)
    rub(page, 1)
    assert page.evaluate("heard") == ["engage-scratch-start"]
    assert PRIZE not in card.evaluate("card => card.shadowRoot.innerHTML")
    assert card.evaluate(COVERED)


def test_a_card_that_was_rubbed_before_the_answer_waits_for_it_and_opens(gallery: OpenState) -> None:
    page = gallery(STATE)
    card = page.locator("engage-scratch")
    card.evaluate(WATCH)
    rub(page, 8)
    assert card.evaluate(COVERED)
    card.evaluate("(card, face) => { card.face = face; }", FACE)
    page.wait_for_function("() => heard.includes('engage-revealed')")
    assert card.get_by_text(PRIZE).is_visible()
    assert page.evaluate("heard") == ["engage-scratch-start", "engage-revealed"]


def test_half_of_the_foil_is_enough(gallery: OpenState) -> None:
    page = gallery(STATE)
    card = page.locator("engage-scratch")
    card.evaluate(WATCH)
    card.evaluate("(card, face) => { card.face = face; }", FACE)
    rub(page, 2)
    assert page.evaluate("heard") == ["engage-scratch-start"]
    rub(page, 8)
    page.wait_for_function("() => heard.includes('engage-revealed')")
    assert not card.evaluate(COVERED)


def test_one_button_opens_it_and_both_ways_end_alike(gallery: OpenState) -> None:
    page = gallery(STATE)
    card = page.locator("engage-scratch")
    card.evaluate(WATCH)
    card.evaluate("(card, face) => { window.opened = card.reveal(); card.face = face; }", FACE)
    page.evaluate("opened")
    assert page.evaluate("heard") == ["engage-scratch-start", "engage-revealed"]
    assert card.get_by_text(PRIZE).is_visible()
    assert card.get_attribute("revealed") is not None


def test_without_motion_it_opens_at_once(gallery: OpenState) -> None:
    page = gallery(STATE, still=True)
    card = page.locator("engage-scratch")
    took = card.evaluate(
        "async (card, face) => { card.face = face; const begun = performance.now(); await card.reveal(); "
        "return performance.now() - begun }",
        FACE,
    )
    assert took < 200
    assert card.get_by_text(PRIZE).is_visible()


def test_a_covered_card_shows_nothing_of_the_one_before(gallery: OpenState) -> None:
    page = gallery(f"{STATE}&show=revealed")
    card = page.locator("engage-scratch")
    assert PRIZE in card.evaluate("card => card.shadowRoot.innerHTML")
    card.evaluate("async card => { card.cover(); await card.updateComplete; }")
    assert PRIZE not in card.evaluate("card => card.shadowRoot.innerHTML")
    assert card.evaluate(COVERED)
    card.evaluate(WATCH)
    rub(page, 1)
    assert page.evaluate("heard") == ["engage-scratch-start"]


def test_a_card_that_is_covered_while_it_opens_stays_covered(gallery: OpenState) -> None:
    page = gallery(STATE)
    card = page.locator("engage-scratch")
    card.evaluate(WATCH)
    card.evaluate("""async card => {
      const opened = card.reveal();
      await new Promise(requestAnimationFrame);
      card.cover();
      await opened;
      await card.updateComplete;
    }""")
    card.evaluate("(card, face) => { card.face = face; return card.updateComplete; }", FACE)
    assert card.evaluate(COVERED)
    assert page.evaluate("heard") == ["engage-scratch-start"]
    assert card.get_attribute("started") is None
