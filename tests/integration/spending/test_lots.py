"""Whatever is bought, given back, captured and left to expire comes to what a slow model of lots says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engage.kernel.clock import DAY_MS
from engage.kernel.refusals import Refusal
from engage.ledger import expire_points, give_notices
from engage.rewards import cancel, capture, capture_due, redeem
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.till import Till, item, shop_text

DAYS = 33
EXAMPLES = int(os.environ.get("LOTS", "15"))
REMINDED_MS = DAY_MS + 3_600_000
PRICES = {"one": 7, "two": 30}
TEXT = shop_text(
    item("one", 7, units=1000, kind="goods"),
    item("two", 30, units=1000, kind="goods", cancel_minutes=1440),
    text=changed(
        "points_expire: {days: 365}",
        f"points_expire: {{days: {DAYS}}}",
        changed("closes_at: 2026-12-01", "closes_at: 2099-12-01"),
    ),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.integers(1, 60)),
        st.tuples(st.just("one"), st.integers(1, 3)),
        st.tuples(st.just("two"), st.integers(1, 2)),
        st.tuples(st.just("capture"), st.integers(0, 2)),
        st.tuples(st.just("cancel"), st.integers(0, 2)),
        st.tuples(st.just("days"), st.integers(1, 12)),
    ),
    min_size=4,
    max_size=16,
)


@dataclass
class SlowLot:
    """Points that expire together."""

    expires: int
    free: int
    held: int = 0
    reminded: bool = False


@dataclass
class Slow:
    """Lots in the order in which they came, and redemptions with what they took of which."""

    lots: list[SlowLot] = field(default_factory=list)
    parts: dict[str, list[SlowLot]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def take(self, amount: int, now: int) -> list[SlowLot] | None:
        """Take points one by one, those that expire first; a lot for each. None if there are too few."""
        usable = [lot for lot in sorted(self.lots, key=lambda lot: lot.expires) if lot.expires > now]
        points = [lot for lot in usable for _ in range(lot.free)][:amount]
        if len(points) < amount:
            return None
        for lot in points:
            lot.free -= 1
        return points

    def end(self, id_: str, outcome: str) -> bool:
        """Let a redemption come to an end; whether it may."""
        if self.states[id_] != "held":
            return self.states[id_] == outcome
        self.states[id_] = outcome
        for lot in self.parts[id_]:
            lot.held -= 1
            lot.free += outcome == "cancelled"
        return True

    def pass_day(self, now: int) -> None:
        """Remind, then capture what can't be given back any more, then let expire what is over."""
        for lot in self.lots:
            if lot.free and not lot.reminded and lot.expires <= now + REMINDED_MS:
                lot.reminded, lot.expires = True, max(lot.expires, now + DAY_MS)
        for id_, state in self.states.items():
            if state == "held":
                self.end(id_, "captured")
        for lot in self.lots:
            if lot.expires <= now and lot.reminded and not lot.held:
                lot.free = 0

    @property
    def standing(self) -> tuple[int, int]:
        """What is owned, and what of it is held."""
        held = sum(lot.held for lot in self.lots)
        return sum(lot.free for lot in self.lots) + held, held


class Both:
    """A member of the shop, and the same member in the slow model."""

    def __init__(self, till: Till, slow: Slow, name: str) -> None:
        self.till, self.slow, self.name = till, slow, name
        self.member = till.bureau.member(name)

    def step(self, step: str, number: int) -> None:
        """Do one thing in both worlds."""
        if step == "order":
            self.till.order(number, self.name)
            self.slow.lots.append(SlowLot(self.till.bureau.clock.now_ms() + DAYS * DAY_MS, number))
        elif step == "days":
            for _ in range(number):
                self._pass_day()
        elif step in PRICES:
            self._buy(step, number)
        elif number < len(self.slow.states):
            id_ = list(self.slow.states)[number]
            end, outcome = (capture, "captured") if step == "capture" else (cancel, "cancelled")
            assert is_done(self.till, partial(end, member=self.member, id_=id_)) == self.slow.end(id_, outcome)

    def _pass_day(self) -> None:
        bureau = self.till.bureau
        bureau.clock.move(timedelta(days=1))
        bureau.services.writer.run(give_notices)
        for member, id_ in self.till.due():
            bureau.services.writer.run(partial(capture_due, member=member, id_=id_))
        bureau.services.writer.run(expire_points)
        self.slow.pass_day(bureau.clock.now_ms())

    def _buy(self, name: str, quantity: int) -> None:
        """Buy in both worlds; either refuses if the other does."""
        points = self.slow.take(PRICES[name] * quantity, self.till.bureau.clock.now_ms())
        bought = partial(redeem, member_id=self.member, item_id=f"itm_{name}", quantity=quantity)
        assert is_done(self.till, bought) == (points is not None)
        if points is not None and name == "two":
            held = "SELECT id FROM redemption WHERE until IS NOT NULL AND member = :member ORDER BY recorded_at"
            id_ = self.till.bureau.rows(held, member=self.member)[-1][0]
            self.slow.states[id_], self.slow.parts[id_] = "held", points
            for lot in points:
                lot.held += 1


def is_done(till: Till, step: Any) -> bool:
    """Whether something was not refused."""
    try:
        till.bureau.services.writer.run(step)
    except Refusal:
        return False
    return True


def test_whatever_happens_the_lots_are_those_of_the_slow_model(
    fresh_bureau: Callable[[], AbstractContextManager[Bureau]],
) -> None:
    with fresh_bureau() as bureau:
        till, names = Till(bureau), (f"m{number}" for number in count())
        till.open(TEXT, [])

        @settings(max_examples=EXAMPLES)
        @given(steps=STEPS)
        def live(steps: list[tuple[str, int]]) -> None:
            both = Both(till, Slow(), next(names))
            for step, number in steps:
                both.step(step, number)
                assert both.till.standing(both.member) == both.slow.standing
                bureau.clock.move(timedelta(seconds=1))
            left = "SELECT remaining, held FROM lot WHERE member = :member AND asset = 'PTS' ORDER BY earned_at"
            assert bureau.rows(left, member=both.member) == [(lot.free + lot.held, lot.held) for lot in both.slow.lots]

        live()
        till.prove()
