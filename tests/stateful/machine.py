"""The rules of what may happen in the town, in any order, and what must hold whatever has happened."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from badges.claiming import claim as claim_collection
from engage.campaigns import pause, resume
from engage.kernel.clock import day_ms, from_ms, local_date, render_ms
from engage.kernel.refusals import Refusal
from engage.rewards import cancel, capture, move_state, redeem
from engage.storage.work import Work
from engage.tasks import check_in, claim, restore
from tests.stateful.campaign import FORGIVEN, PRICES, REWARDS, TARGETS
from tests.stateful.model import (
    CAME,
    CHECKED_IN,
    COUNTED_DAYS,
    PAID,
    RECYCLED,
    REFUNDED,
    REVIEWED,
    VISITED,
    Model,
    Restored,
    Told,
)
from tests.stateful.streaks import ZONE
from tests.stateful.town import MEMBERS, OpenTown
from tests.stateful.truth import Truth
from tests.support.bureau import CAMPAIGN, DURING

PROVE_EVERY = 12
OWN_EVENTS = "SELECT id, occurred_at FROM outside_event WHERE type = :type AND external_id = :member ORDER BY id"
UNITS_OF = "SELECT id, kind FROM prize_grant WHERE cause LIKE :id ORDER BY id"
LAST = DURING + timedelta(days=14)
"""No later than this, so that the collection's deadline and the campaign's end lie ahead."""
AWAY = {"kind": timedelta(days=3), "days": timedelta(days=2)}
"""How long somebody stays away whose streak breaks by that and can be restored, with a freeze and without."""
ORDERS_FOR_ITEM = -(-max(PRICES.values()) // REWARDS["spend"])
"""Each completes the task `spend`."""
MORNING = timedelta(hours=6)
"""When they come back: after the hours of grace."""

members, orders = st.sampled_from(MEMBERS), st.sampled_from(["o-1", "o-2", "o-3", "o-4"])
fen = st.integers(1, 1500)
late = st.sampled_from([0, 0, 0, 1, 3600, 86_400, 3 * 86_400, 12 * 86_400])
"""Seconds for which an event was on its way."""


class Road(RuleBasedStateMachine):
    """A town, and the model of what it should come to."""

    open_town: ClassVar[OpenTown]
    counts: ClassVar[Counter[str]] = Counter()

    @property
    def is_paused(self) -> bool:
        """Whether the campaign is."""
        return bool(self.model.pauses) and self.model.pauses[-1][1] is None

    @initialize()
    def open(self) -> None:
        self._stack = ExitStack()
        self.town = self._stack.enter_context(type(self).open_town())
        self.model, self._numbers, self._steps = Model(), count(), 0
        self.bought: list[tuple[str, str]] = []

    @rule(member=members, order=orders, tea=fen, cup=fen, seconds=late)
    def pay(self, member: str, order: str, tea: int, cup: int, seconds: int) -> None:
        lines = [{"line": "1", "category": "tea", "net_fen": tea}, {"line": "2", "category": "cup", "net_fen": cup}]
        self._send(member, PAID, {"order": order, "net_fen": tea + cup, "lines": lines}, seconds)

    @rule(member=members, order=orders, line=st.sampled_from(["1", "2"]), amount=fen, seconds=late)
    def refund(self, member: str, order: str, line: str, amount: int, seconds: int) -> None:
        lines = [{"line": line, "net_fen": amount}]
        self._send(member, REFUNDED, {"order": order, "net_fen": amount, "lines": lines}, seconds)

    @precondition(lambda self: self.model.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.model.sent))
        twin = data.draw(st.booleans())
        self._post(Told(f"e-{next(self._numbers)}", event.type, event.member, event.at, event.data) if twin else event)

    @rule(member=members, product=st.sampled_from("abcd"), seconds=late)
    def review(self, member: str, product: str, seconds: int) -> None:
        self._send(member, REVIEWED, {"product": product}, seconds)

    @rule(member=members, visitor=st.sampled_from("abcde"), seconds=late)
    def visit(self, member: str, visitor: str, seconds: int) -> None:
        self._send(member, VISITED, {"visitor": visitor}, seconds)

    @rule(member=members, what=st.sampled_from(["cup", "bag"]), quantity=st.integers(1, 3), seconds=late)
    def recycle(self, member: str, what: str, quantity: int, seconds: int) -> None:
        self._send(member, RECYCLED, {"what": what, "quantity": quantity}, seconds)

    @rule(member=members, seconds=late)
    def come(self, member: str, seconds: int) -> None:
        self._send(member, CAME, {}, seconds)

    @rule(member=members)
    def check_in(self, member: str) -> None:
        self._ask("check_in", partial(check_in, member_id=f"mem_{member}"))
        for id_, at in self.town.rows(OWN_EVENTS, type=CHECKED_IN, member=member):
            self.model.take(Told(id_, CHECKED_IN, member, at, {}))

    @rule(member=members, name=st.sampled_from(sorted(FORGIVEN)))
    def restore(self, member: str, name: str) -> None:
        """Mostly in vain."""
        self._restore(member, name)

    @precondition(lambda self: from_ms(self.town.clock.now_ms()) < LAST - max(AWAY.values()) and not self.is_paused)
    @rule(name=st.sampled_from(sorted(AWAY)), who=st.sets(members, min_size=1), forgets=st.none() | members)
    def stay_away(self, name: str, who: set[str], forgets: str | None) -> None:
        """Some come by, and then stay away for so many days that the streak breaks, but can still be restored."""
        for member in sorted(who):
            if COUNTED_DAYS[name] == CHECKED_IN:
                self.check_in(member)
            else:
                self._send(member, CAME, {}, 0)
        back = local_date(self.town.clock.now_ms(), ZONE) + AWAY[name]
        self.town.clock.move(from_ms(day_ms(back, ZONE)[0]) + MORNING - from_ms(self.town.clock.now_ms()))
        self.town.survive(self.town.run_jobs)
        self._note("stay_away")
        for member in sorted(who - {forgets}):
            self._restore(member, name)

    def _restore(self, member: str, name: str) -> None:
        """Once all was read, since a streak is restored as it stands."""
        self.town.doom("", 0)
        self.town.read_all()
        day = self.model.restorable(name, member, self.town.clock.now_ms())
        ask = partial(restore, member_id=f"mem_{member}", task=f"tsk_{name}", turns=self.town.services.give_turns)
        found = self._ask("restore", ask)
        assert (found.day if found else None) == day, (name, member)
        if day is not None:
            self.model.restored.append(Restored(name, member, day, len(self.model.told)))

    @rule(member=members)
    def claim_task(self, member: str) -> None:
        turns = self.town.services.give_turns
        self._ask("claim_task", partial(claim, member_id=f"mem_{member}", task="tsk_hand", turns=turns))

    @rule(member=members)
    def claim_collection(self, member: str) -> None:
        turns = self.town.services.give_turns
        self._ask(
            "claim_collection", partial(claim_collection, member=f"mem_{member}", collection="col_year", turns=turns)
        )

    @rule(member=members, name=st.sampled_from(sorted(PRICES)), quantity=st.integers(1, 2))
    def buy(self, member: str, name: str, quantity: int) -> None:
        buying = partial(redeem, member_id=f"mem_{member}", item_id=f"itm_{name}", quantity=quantity)
        found = self._ask("buy", buying)
        if found is not None:
            self.bought.append((found.row.member, found.row.id))

    @precondition(lambda self: not self.is_paused)
    @rule(member=members, name=st.sampled_from(sorted(PRICES)), end=st.sampled_from([None, capture, cancel]))
    def shop(self, member: str, name: str, end: Callable[..., Any] | None) -> None:
        """Somebody pays until tasks have brought the points for an item, buys it, and may take it or give it back."""
        for _ in range(ORDERS_FOR_ITEM):
            self.pay(member, f"o-{next(self._numbers)}", TARGETS["spend"] // 2, TARGETS["spend"] // 2, 0)
        self.town.doom("", 0)
        self.town.read_all()
        before = len(self.bought)
        self.buy(member, name, 1)
        if end is not None and len(self.bought) > before:
            owner, id_ = self.bought[-1]
            self._ask(end.__name__, partial(end, member=owner, id_=id_))

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), end=st.sampled_from([capture, cancel]))
    def end_redemption(self, data: st.DataObject, end: Callable[..., Any]) -> None:
        member, id_ = data.draw(st.sampled_from(self.bought))
        self._ask(end.__name__, partial(end, member=member, id_=id_))

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """The brand takes back one of the units that somebody bought, or will not send it."""
        _, id_ = data.draw(st.sampled_from(self.bought))
        units = self.town.rows(UNITS_OF, id=f"redemption:{id_}#%")
        if units:
            grant, kind = data.draw(st.sampled_from(units))
            state = "revoked" if kind == "voucher" else "declined"
            self._ask("take_back", partial(move_state, grant_id=grant, state=state, note=None, actor="brand"))

    @rule()
    def pause_or_resume(self) -> None:
        """A moment after all that has happened so far, so that each event lies on one side of it."""
        self.town.doom("", 0)
        self.town.clock.move(timedelta(milliseconds=1))
        is_paused = self.is_paused
        now = self.town.clock.now_ms()
        if is_paused:
            resume(self.town.office, CAMPAIGN, "Carol")
            self.model.pauses[-1] = self.model.pauses[-1][0], now
        else:
            pause(self.town.office, CAMPAIGN, "Carol")
            self.model.pauses.append((now, None))
        self._note("resume" if is_paused else "pause")

    @precondition(lambda self: from_ms(self.town.clock.now_ms()) < LAST)
    @rule(hours=st.sampled_from([1, 1, 6, 30]), jobs=st.booleans())
    def pass_time(self, hours: int, jobs: bool) -> None:  # noqa: FBT001  drawn
        self.town.clock.move(timedelta(hours=hours))
        if jobs:
            self.town.survive(self.town.run_jobs)
        self._note("pass_time")

    @rule(data=st.data(), batches=st.integers(1, 3))
    def read(self, data: st.DataObject, batches: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.town.readers)))
        self.town.survive(lambda: self.town.read(name, batches))
        self._note("read")

    @rule(point=st.sampled_from(["before_commit", "after_commit"]), nth=st.integers(1, 4))
    def doom(self, point: str, nth: int) -> None:
        self.town.doom(point, nth)
        self.town.survive(self.town.read_all)
        self._note("doom")

    @rule()
    def settle(self) -> None:
        """Everybody catches up, and what is counted is what the model says."""
        self._settle()
        self._note("settle")

    @invariant()
    def holds_at_any_moment(self) -> None:
        self._steps += 1
        self._note("steps")
        Truth(self.town).require_nothing_below_nothing()
        if self._steps % PROVE_EVERY == 0:
            self.town.prove()
            self._note("proofs")

    def teardown(self) -> None:
        """The end of a life, at which everything is proven, unless a law has failed already."""
        if not hasattr(self, "town"):
            return
        try:
            if sys.exception() is None:
                self._settle()
                self.town.prove()
                self._note("proofs")
        finally:
            self.counts["deaths"] += self.town.deaths
            self._stack.close()

    def _settle(self) -> None:
        self.town.doom("", 0)
        self.town.read_all()
        self.town.run_jobs()
        self.town.read_all()
        Truth(self.town).require(self.model)

    def _send(self, member: str, type_: str, data: dict[str, Any], seconds: int) -> None:
        self._post(Told(f"e-{next(self._numbers)}", type_, member, self.town.clock.now_ms() - seconds * 1000, data))

    def _post(self, event: Told) -> None:
        """Send an event, as often as it takes."""
        document = {"specversion": "1.0", "source": "till", "subject": event.member, "data": event.data}
        document |= {"id": event.id, "type": event.type, "time": render_ms(event.at)}
        is_new, deaths = self.model.take(event), self.town.deaths
        while (taken := self.town.survive(lambda: self.town.send([document]))) is None:
            continue
        assert taken.accepted + taken.duplicates == 1
        assert taken.accepted == is_new or self.town.deaths > deaths
        self._note(event.type)

    def _ask(self, name: str, decide: Callable[[Work], Any]) -> Any:
        """What a member asks for; None if it was refused, or if the answer got lost."""
        try:
            found = self.town.survive(lambda: self.town.services.writer.run(decide))
        except Refusal as refusal:
            self._note(f"{name}: {refusal.code}")
            return None
        self._note(name)
        return found

    def _note(self, what: str) -> None:
        self.counts[what] += 1
