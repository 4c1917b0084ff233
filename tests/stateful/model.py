"""What the town's campaign comes to, said slowly and obviously: out of all that was ever sent, each time anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engage.kernel.clock import day_ms, local_date, to_ms
from tests.stateful.campaign import FORGIVEN, MOST, PER_FEN, REWARDS, TARGETS
from tests.stateful.streaks import ZONE, Calendar

DEADLINE = to_ms(datetime.fromisoformat("2026-11-25T00:00:00+08:00"))
OPENS_AT = to_ms(datetime.fromisoformat("2026-11-01T00:00:00+08:00"))
PAID, REFUNDED = "order.completed", "order.refunded"
REVIEWED, RECYCLED, VISITED = "review.posted", "item.recycled", "share.visited"
CAME, CHECKED_IN = "member.visited", "member.checked_in"
COUNTED_DAYS = {"strict": CAME, "kind": CAME, "days": CHECKED_IN}
"""The streaks, by what makes a day of them."""
TIERS = {"bronze": 1, "silver": 3, "gold": 5}
ORDER_TIERS = {"bronze": 2, "silver": 4}


@dataclass(frozen=True)
class Told:
    """An event as it was sent: of whom, when it happened (milliseconds), and what it says."""

    id: str
    type: str
    member: str
    at: int
    data: dict[str, Any]


@dataclass(frozen=True)
class Restored:
    """A day of a streak that its member restored, once so many events had come in."""

    task: str
    member: str
    day: date
    after: int


@dataclass
class Model:
    """All that was sent, in the order in which it came in, each once; and since when the campaign was paused."""

    told: list[Told] = field(default_factory=list)
    pauses: list[tuple[int, int | None]] = field(default_factory=list)
    restored: list[Restored] = field(default_factory=list)

    @property
    def sent(self) -> list[Told]:
        """What came from outside."""
        return [event for event in self.told if event.type != CHECKED_IN]

    def take(self, event: Told) -> bool:
        """Take an event in; whether it was new."""
        is_new = all(event.id != each.id for each in self.told)
        if is_new:
            self.told.append(event)
        return is_new

    def earned(self, member: str) -> int:
        """The points that a member's orders earn. Of orders of one name the first counts, whoever's it is."""
        orders: dict[str, Told] = {}
        for event in self._of(PAID):
            orders.setdefault(event.data["order"], event)
        mine = (event for event in orders.values() if event.member == member and event.at >= OPENS_AT)
        return sum(max(event.data["net_fen"] - self._refunded(event), 0) // PER_FEN for event in mine)

    def rounds(self, task: str, member: str) -> int:
        """How often a member has completed a task by now."""
        target = TARGETS[task]
        match task:
            case "spend" | "tea" | "hand":
                measure = {"spend": self._paid, "tea": self._has_tea, "hand": self._is_paid}[task]
                return min(sum(map(measure, self._counted(task, member))) // target, MOST)
            case "review":
                return min(len({event.data["product"] for event in self._timely(REVIEWED, member)}) // target, MOST)
            case "visits":
                return min(len({event.data["visitor"] for event in self._timely(VISITED, member)}) // target, MOST)
            case "strict" | "kind" | "days":
                return min(self._most_rounds(task, member), MOST)
        days: dict[object, int] = defaultdict(int)
        for event in self._timely(RECYCLED, member):
            days[local_date(event.at, ZONE)] += 1
        return sum(count >= target for count in days.values())

    def tasks(self, member: str) -> int:
        """The points that a member's tasks bring by themselves."""
        return sum(self.rounds(task, member) * points for task, points in REWARDS.items() if task != "hand")

    def badges(self, member: str) -> set[tuple[str, str]]:
        """The tiers of badges that a member has earned, less what refunds took. A pause takes nothing from badges."""
        cups = sum(
            event.data["quantity"]
            for event in self._of(RECYCLED)
            if event.member == member and event.at >= OPENS_AT and event.data["what"] == "cup"
        )
        reviews = [event for event in self._of(REVIEWED) if event.member == member and event.at >= OPENS_AT]
        green = {("bdg_green", tier) for tier, at in TIERS.items() if cups >= at}
        orders = sum(map(self._is_paid, self._first_orders(member)))
        regular = {("bdg_regular", tier) for tier, at in ORDER_TIERS.items() if orders >= at}
        return green | regular | ({("bdg_critic", "only")} if reviews else set())

    def is_whole(self, member: str) -> bool:
        """Whether a member earned all of the collection before its deadline, each by what was told of it first."""
        green = [event.at for event in self._of(RECYCLED) if event.member == member and event.data["what"] == "cup"]
        critic = [event.at for event in self._of(REVIEWED) if event.member == member]
        firsts = [next((at for at in all_ if at >= OPENS_AT), DEADLINE) for all_ in (green, critic)]
        return max(firsts) < DEADLINE

    def restorable(self, task: str, member: str, now_ms: int) -> date | None:
        """The day of a streak that its member can restore now, if there is one."""
        return self._live_through(task, member)[0].restorable(now_ms)

    def _most_rounds(self, task: str, member: str) -> int:
        """A streak is completed as often as it ever reached its target: what comes in late takes nothing back."""
        return max(self._live_through(task, member)[1], default=0)

    def _live_through(self, task: str, member: str) -> tuple[Calendar, list[int]]:
        """A streak's calendar, and how often it was completed after each thing that happened to it."""
        calendar, reached = Calendar(FORGIVEN[task], self._is_paused_on), list[int]()
        days = list(self._timely(COUNTED_DAYS[task], member))
        for number, event in enumerate([*self.told, None]):
            for each in self.restored:
                if (each.task, each.member, each.after) == (task, member, number):
                    calendar.restored.add(each.day)
                    reached.append(calendar.rounds(TARGETS[task]))
            if event is not None and event in days:
                calendar.come(event.at)
                reached.append(calendar.rounds(TARGETS[task]))
        return calendar, reached

    def _is_paused_on(self, day: date) -> bool:
        start, end = day_ms(day, ZONE)
        return any(since < end and (until is None or until > start) for since, until in self.pauses)

    def _first_orders(self, member: str) -> Iterator[Told]:
        """The first event of each order of a member's of which something was left as it came in."""
        seen: set[str] = set()
        for number, event in enumerate(self.told):
            is_mine = event.type == PAID and event.member == member and event.at >= OPENS_AT
            if is_mine and event.data["order"] not in seen and Model(self.told[:number])._is_paid(event):
                seen.add(event.data["order"])
                yield event

    def _of(self, type_: str) -> Iterator[Told]:
        return (event for event in self.told if event.type == type_)

    def _timely(self, type_: str, member: str) -> Iterator[Told]:
        for event in self._of(type_):
            if event.member == member and event.at >= OPENS_AT and not self._is_paused(event.at):
                yield event

    def _is_paused(self, at: int) -> bool:
        return any(since <= at and (until is None or at < until) for since, until in self.pauses)

    def _counted(self, task: str, member: str) -> Iterator[Told]:
        """The orders that a task has counted: of each the first event that came in time and passed what it filters by.

        Whoever's event comes first takes the order, also where all of it went back before it came in.
        """
        seen: set[str] = set()
        for number, event in enumerate(self.told):
            if event.type != PAID or event.at < OPENS_AT or self._is_paused(event.at) or event.data["order"] in seen:
                continue
            before = Model(self.told[:number])
            measure = {"spend": before._paid, "tea": before._has_tea, "hand": before._is_paid}[task]
            counts = measure(event)
            if counts or not before._is_paid(event):
                seen.add(event.data["order"])
            if counts and event.member == member:
                yield event

    def _refunds(self, order: Told) -> Iterator[dict[str, Any]]:
        for event in self._of(REFUNDED):
            if event.data["order"] == order.data["order"] and event.member == order.member:
                yield event.data

    def _refunded(self, order: Told) -> int:
        return sum(refund["net_fen"] for refund in self._refunds(order))

    def _paid(self, order: Told) -> int:
        return max(int(order.data["net_fen"]) - self._refunded(order), 0)

    def _is_paid(self, order: Told) -> int:
        return int(self._paid(order) > 0)

    def _has_tea(self, order: Told) -> int:
        """1 as long as something is left of the order, and of its tea."""
        lines = (line for refund in self._refunds(order) for line in refund["lines"])
        back = sum(line["net_fen"] for line in lines if line["line"] == "1")
        (tea,) = [line["net_fen"] for line in order.data["lines"] if line["line"] == "1"]
        return int(self._paid(order) > 0 and back < tea)
