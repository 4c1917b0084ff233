"""The pointer never lies: the slice that is drawn under it is the outcome, and its face is the prize."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.screen import DESKTOP

OpenState = Callable[..., Page]
POINTER = Path(__file__).with_name("pointer.js").read_text(encoding="utf-8").rstrip(";\n")
FEWEST, MOST = 2, 16
PPM = 1_000_000
STOPS = 1_100
QUICKER = 25
"""How much faster than for people the motion runs, by the browser's own clock of animations."""

LAND_ALL = """async rounds => {
  const wheels = [...document.querySelectorAll('engage-wheel')];
  const pointerOf = POINTER;
  const tell = async (wheel, {slot, ppm, skipAfter}) => {
    wheel.spin();
    if (skipAfter !== null) setTimeout(() => wheel.skip(), skipAfter);
    await wheel.land(slot, ppm);
    return pointerOf(wheel);
  };
  const seen = wheels.map(() => []);
  await Promise.all(wheels.map(async (wheel, index) => {
    for (const stops of rounds) seen[index].push(await tell(wheel, stops[index]));
  }));
  return rounds.map((_, round) => seen.map(each => each[round]));
}""".replace("POINTER", POINTER)
"""Every wheel takes its own stop of each round, one after the other; what its pointer was on after each."""
CHANGE_ALL = """async stops => {
  const wheels = [...document.querySelectorAll('engage-wheel')];
  const pointerOf = POINTER;
  const tell = async (wheel, {slot, ppm, after}) => {
    wheel.spin();
    const face = wheel.faces.find(each => each.slot === slot);
    const landed = wheel.land(slot, ppm);
    await new Promise(resolve => setTimeout(resolve, after));
    const isLate = wheel.state === 'landed';
    if (!isLate) wheel.changeFace(slot, {...face, prize: 'another', name: '50 points', art: 'coins', kind: 'points'});
    await landed;
    return isLate ? tell(wheel, {slot, ppm, after: Math.floor(after / 2)}) : pointerOf(wheel);
  };
  return Promise.all(stops.map((stop, index) => tell(wheels[index], stop)));
}""".replace("POINTER", POINTER)
"""Each wheel's face changes that many milliseconds after it was told; one that stands by then turns again, for less."""
PARK = """async wheel => {
  await wheel.ease();
  await wheel.updateComplete;
  const turning = wheel.shadowRoot.querySelector('.pointer svg').getAnimations();
  await Promise.all(turning.map(each => each.finished));
}"""


def slots_of(index: int) -> int:
    """How many slices the wheel at this place of the page has."""
    return FEWEST + index


def wheels() -> range:
    return range(MOST - FEWEST + 1)


def hurry(page: Page) -> None:
    """Let all motion of a page run quicker."""
    session = page.context.new_cdp_session(page)
    session.send("Animation.enable")
    session.send("Animation.setPlaybackRate", {"playbackRate": QUICKER})


def expect_truth(found: list[list[dict[str, Any]]], rounds: list[list[dict[str, Any]]]) -> None:
    """Each wheel's pointer was on the slot it was told, whose label lies on the slice and names the prize."""
    for seen, stops in zip(found, rounds, strict=True):
        for index in wheels():
            expect_outcome(seen[index], stops[index], slots_of(index))


def expect_outcome(seen: dict[str, Any], stop: dict[str, Any], slices: int) -> None:
    """What the pointer was on is what the wheel was told."""
    number = stop["slot"].removeprefix("slot ")
    where = f"{stop} of {slices}"
    assert seen["slot"] == stop["slot"], where
    assert seen["labelLiesOn"] == stop["slot"], where
    assert seen["prize"] == seen["prizeOfLabel"] == f"prize {number}", where
    assert seen["name"] == f"奖品 {number} of {slices}", where
    assert seen["label"].startswith(f"奖品 {number}"), where
    assert seen["name"] in seen["said"], where


def random_stop(chance: random.Random, index: int, skip: float = 0) -> dict[str, Any]:
    slot = f"slot {chance.randrange(slots_of(index))}"
    skip_after = chance.randrange(40) if chance.random() < skip else None
    return {"slot": slot, "ppm": chance.randrange(PPM), "skipAfter": skip_after}


@pytest.mark.timeout(300)
def test_the_outcome_is_under_the_pointer_for_every_slot_and_for_a_thousand_stops(gallery: OpenState) -> None:
    page, chance = gallery("/wheels.html", viewport=DESKTOP), random.Random(1)  # noqa: S311  the same stops each time
    hurry(page)
    rounds: list[list[dict[str, Any]]] = []
    for number in range(MOST):
        at = {"ppm": (number % 2) * (PPM - 1), "skipAfter": None}
        rounds.append([{"slot": f"slot {number % slots_of(index)}", **at} for index in wheels()])
    while len(rounds) * len(wheels()) < STOPS:
        rounds.append([random_stop(chance, index, skip=0.5) for index in wheels()])
    expect_truth(page.evaluate(LAND_ALL, rounds), rounds)


def test_without_motion_the_outcome_is_under_the_pointer_too(gallery: OpenState) -> None:
    page, chance = gallery("/wheels.html", viewport=DESKTOP, still=True), random.Random(2)  # noqa: S311  the same stops each time
    rounds = [[random_stop(chance, index) for index in wheels()] for _ in range(10)]
    expect_truth(page.evaluate(LAND_ALL, rounds), rounds)


def test_a_prize_that_ran_out_meanwhile_has_gone_from_the_slice_before_the_wheel_stands(gallery: OpenState) -> None:
    page, chance = gallery("/wheels.html", viewport=DESKTOP), random.Random(3)  # noqa: S311  the same stops each time
    hurry(page)
    for _ in range(5):
        stops = [{**random_stop(chance, index), "after": chance.randrange(120)} for index in wheels()]
        for seen, stop in zip(page.evaluate(CHANGE_ALL, stops), stops, strict=True):
            assert seen["slot"] == seen["labelLiesOn"] == stop["slot"]
            assert seen["prize"] == seen["prizeOfLabel"] == "another"
            assert seen["name"] == seen["label"] == "50 points"
            assert "50 points" in seen["said"]


def test_without_an_answer_the_pointer_is_on_no_slice(gallery: OpenState) -> None:
    page = gallery("/?show=spinning")
    hurry(page)
    wheel = page.locator("engage-wheel")
    wheel.evaluate(PARK)
    assert wheel.evaluate(POINTER) is None
    assert wheel.get_attribute("state") == "parked"
    assert wheel.evaluate("wheel => wheel.landedOn") is None


def test_the_wheel_turns_on_after_it_was_parked_and_lands(gallery: OpenState) -> None:
    page = gallery("/?show=parked&lang=en")
    hurry(page)
    wheel = page.locator("engage-wheel")
    wheel.evaluate("wheel => wheel.land('s3', 1)")
    seen = wheel.evaluate(POINTER)
    assert (seen["slot"], seen["name"]) == ("s3", "Bottle of peanut oil")


def test_a_slot_that_has_no_slice_is_an_error_and_starts_nothing(gallery: OpenState) -> None:
    wheel = gallery("/").locator("engage-wheel")
    said = wheel.evaluate("wheel => wheel.land('s99', 1).then(() => 'landed', error => error.name)")
    assert said == "RangeError"
    assert wheel.get_attribute("state") == "still"


def test_an_answer_that_comes_while_the_wheel_runs_out_is_what_it_ends_on(gallery: OpenState) -> None:
    page = gallery("/?show=spinning&lang=en")
    hurry(page)
    wheel = page.locator("engage-wheel")
    wheel.evaluate("wheel => Promise.all([wheel.ease(), wheel.land('s6', 999_999)])")
    assert wheel.get_attribute("state") == "landed"
    assert wheel.evaluate(POINTER)["slot"] == "s6"


def test_a_wheel_that_was_not_drawn_yet_stands_on_the_outcome_all_the_same(gallery: OpenState) -> None:
    page = gallery("/?lang=en", still=True)
    page.evaluate("""async () => {
      const old = document.querySelector('engage-wheel');
      const wheel = document.createElement('engage-wheel');
      [wheel.faces, wheel.calm] = [old.faces, true];
      old.replaceWith(wheel);
      await wheel.land('s5', 0);
    }""")
    assert page.locator("engage-wheel").evaluate(POINTER)["slot"] == "s5"


def test_a_wheel_of_other_slices_starts_anew(gallery: OpenState) -> None:
    page = gallery("/?show=landed&slot=s5&lang=en")
    wheel = page.locator("engage-wheel")
    wheel.evaluate("wheel => { wheel.faces = wheel.faces.slice(0, 3); return wheel.updateComplete; }")
    assert wheel.get_attribute("state") == "still"
    assert wheel.evaluate(POINTER)["slot"] == "s1"
