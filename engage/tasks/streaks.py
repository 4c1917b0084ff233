"""A streak: consecutive calendar days in the member's own time zone, whichever that was at the time. Pure.

A move between zones never costs a day, and one instant never gives two. Days on which the campaign was paused break
nothing. A day that was missed is covered by a freeze if there is one; a streak that broke can be restored for 24 hours.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeAlias

from engage.kernel.clock import DAY_MS, day_ms, local_date

HOUR_MS = 3_600_000
DAY = timedelta(days=1)
Mark: TypeAlias = Literal["done", "frozen", "restored", "paused", "missed"]
Pauses: TypeAlias = Sequence[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class StreakTerms:
    """What a streak forgives: hours after midnight that still count for the day before, freezes, restorations.

    Of freezes there are `freezes` at first, one more after every `freeze_every` days of a streak, and at most
    `freezes_max` at a time. `restorations` is how often a member may restore in all.
    """

    grace_hours: int = 0
    freezes: int = 0
    freeze_every: int | None = None
    freezes_max: int = 0
    restorations: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """That something counted at an instant (milliseconds), for a member who lived in `zone` then.

    `day` is the day that it was counted for when it came in, so that what comes in later moves no other day.
    """

    at: int
    zone: str
    day: date | None = None


@dataclass
class Streak:
    """How a streak stands. `runs` are the lengths of all runs, the present one last; `days` say what each day was.

    `broken` is the day that broke the last run and can be restored until `restorable_until` (milliseconds).
    """

    freezes: int
    length: int = 0
    last: date | None = None
    runs: list[int] = field(default_factory=list)
    days: dict[date, Mark] = field(default_factory=dict)
    today_done: bool = False
    broken: date | None = None
    restorable_until: int | None = None

    def rounds(self, target: int) -> int:
        """How often so many days in a row were reached, in all runs."""
        return sum(length // target for length in (*self.runs, self.length))

    def month(self, year: int, month: int) -> Mapping[date, Mark]:
        """The days of a calendar month that are anything."""
        return {day: mark for day, mark in self.days.items() if (day.year, day.month) == (year, month)}


def fold(  # noqa: PLR0913  a streak is made of these
    visits: Collection[Visit],
    terms: StreakTerms,
    now_ms: int,
    zone: str,
    pauses: Pauses = (),
    restored: Collection[date] = (),
) -> Streak:
    """The streak that these visits make, as it stands now for a member who lives in `zone`."""
    walk = _Walk(terms, pauses, frozenset(restored))
    for visit in sorted(visits, key=lambda one: (one.at, one.zone)):
        walk.take(visit)
    return walk.stand(now_ms, zone)


def day_for(
    visits: Collection[Visit],
    terms: StreakTerms,
    visit: Visit,
    pauses: Pauses = (),
    restored: Collection[date] = (),
) -> date:
    """The day that a visit counts for: its own, or the one before if that is open and its grace has not ended."""
    walk = _Walk(terms, pauses, frozenset(restored))
    for one in sorted(visits, key=lambda each: (each.at, each.zone)):
        if one.at < visit.at:
            walk.take(one)
    return walk.day_of(visit)


class _Walk:
    """Goes through the visits in the order in which they happened."""

    def __init__(self, terms: StreakTerms, pauses: Pauses, restored: frozenset[date]) -> None:
        self._terms, self._pauses, self._restored = terms, pauses, restored
        self.streak = Streak(terms.freezes)
        self._last_at = -1
        self._last_zone = ""

    def take(self, visit: Visit) -> None:
        """Count a visit, unless its day is done."""
        streak, last = self.streak, self.streak.last
        day = visit.day or self.day_of(visit)
        if last is not None:
            if day <= last:
                self._last_zone = visit.zone
                return
            if visit.at <= self._last_at or (visit.zone != self._last_zone and visit.at < self._end_of(last)):
                return
            self._pass(self._between(last, day, visit.at, visit.zone), visit.zone)
        streak.days[day] = "done"
        streak.last, self._last_at, self._last_zone = day, visit.at, visit.zone
        streak.length += 1
        every = self._terms.freeze_every
        if every and streak.length % every == 0:
            streak.freezes = max(streak.freezes, min(streak.freezes + 1, self._terms.freezes_max))

    def stand(self, now_ms: int, zone: str) -> Streak:
        """How it stands at an instant: days that have gone by since are covered, or have broken it."""
        streak, today = self.streak, local_date(now_ms, zone)
        if streak.last is None:
            return streak
        is_rest = zone != self._last_zone and now_ms < self._end_of(streak.last)
        streak.today_done = today <= streak.last or is_rest
        if not streak.today_done:
            waiting = today - DAY if self._is_grace(now_ms, zone) else today
            self._pass(self._between(streak.last, waiting, now_ms, zone), zone)
        if streak.broken is not None:
            until = day_ms(streak.broken, zone)[1] + self._terms.grace_hours * HOUR_MS + DAY_MS
            is_left = len(self._restored) < self._terms.restorations
            streak.restorable_until = until if now_ms < until and is_left else None
        return streak

    def day_of(self, visit: Visit) -> date:
        """The day that a visit counts for: its own, or the one before if that is open and the grace has not ended."""
        day, last = local_date(visit.at, visit.zone), self.streak.last
        if last is None or last >= day - DAY or not self._is_grace(visit.at, visit.zone):
            return day
        missed = self._between(last, day - DAY, visit.at, visit.zone)
        bare = [each for each in missed if each not in self._restored and not self._is_paused(each, visit.zone)]
        return day - DAY if len(bare) <= self.streak.freezes else day

    def _is_grace(self, at_ms: int, zone: str) -> bool:
        grace_ms = self._terms.grace_hours * HOUR_MS
        return grace_ms > 0 and local_date(at_ms - grace_ms, zone) < local_date(at_ms, zone)

    def _end_of(self, day: date) -> int:
        return day_ms(day, self._last_zone)[1]

    def _between(self, last: date, day: date, at_ms: int, zone: str) -> list[date]:
        """The days after the last one and before this one, as they were where the member lived; a move costs none."""
        here = _days_between(last, day)
        if zone != self._last_zone:
            there = _days_between(last, local_date(at_ms, self._last_zone))
            here = here[: len(there)]
        return here

    def _pass(self, missed: Sequence[date], zone: str) -> None:
        """Go past days without a visit."""
        streak = self.streak
        for day in missed:
            if not streak.length:
                streak.days[day] = "missed"
            elif local_date(day_ms(day, zone)[0], zone) != day:
                continue
            elif day in self._restored:
                streak.days[day] = "restored"
            elif self._is_paused(day, zone):
                streak.days[day] = "paused"
            elif streak.freezes:
                streak.freezes -= 1
                streak.days[day] = "frozen"
            else:
                streak.days[day] = "missed"
                self._break(day)

    def _break(self, day: date) -> None:
        self.streak.runs.append(self.streak.length)
        self.streak.length, self.streak.broken = 0, day

    def _is_paused(self, day: date, zone: str) -> bool:
        if not self._pauses:
            return False
        start, end = day_ms(day, zone)
        return any(since < end and (until is None or until > start) for since, until in self._pauses)


def _days_between(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range(1, (last - first).days)]
