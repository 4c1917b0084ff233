"""The wheel turns at 60 frames a second, also where the main thread is four times slower, as on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.frames import Frames, trace_frames

SLOWED = 4
DROPPED_MOST = 0.02
ATTEMPTS = 10
"""Whatever else a machine does costs frames as well: what counts is what the wheel can do."""
SPIN = """async () => {
  const wheel = document.querySelector('engage-wheel');
  wheel.spin();
  await new Promise(resolve => setTimeout(resolve, 800));
  await wheel.land('s3', 500_000);
}"""
SHOWN_LEAST = 240


def spins(page: Page) -> Frames:
    return trace_frames(page, SPIN, slowed=SLOWED)


@pytest.mark.alone
def test_at_most_one_frame_in_fifty_is_dropped_while_the_wheel_turns(gallery: Callable[..., Page]) -> None:
    page = gallery("/?slices=12")
    best = spins(page)
    for _ in range(ATTEMPTS - 1):
        if best.dropped_share <= DROPPED_MOST:
            break
        best = min(best, spins(page), key=lambda frames: frames.dropped_share)
    assert best.shown >= SHOWN_LEAST, best
    assert best.dropped_share <= DROPPED_MOST, best


def test_nothing_is_drawn_anew_while_the_wheel_turns(gallery: Callable[..., Page]) -> None:
    page = gallery("/?slices=12")
    turning = trace_frames(page, SPIN)
    assert turning.drawings < turning.shown / 4, turning
