"""Streaks, said slowly and obviously: a calendar, gone through day by day from the first visit on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from engage.kernel.clock import DAY_MS, day_ms, local_date

ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
HOUR_MS = 3_600_000


@dataclass
class Calendar:
    """The days on which a member came by, each as it was counted when it came in, and those that were restored."""

    terms: Mapping[str, int]
    is_paused: Callable[[date], bool]
    visits: list[tuple[int, date]] = field(default_factory=list)
    restored: set[date] = field(default_factory=set)

    def come(self, at: int) -> None:
        """Somebody came by at an instant (milliseconds)."""
        self.visits.append((at, self._day_of(at)))

    def rounds(self, target: int) -> int:
        """How often so many days in a row were reached."""
        return sum(length // target for length in self._walk({day for _, day in self.visits}, None).lengths)

    def restorable(self, now_ms: int) -> date | None:
        """The day that can be restored now, if there is one."""
        today = local_date(now_ms, ZONE)
        until = today - DAY if self._is_grace(now_ms) else today
        broken = self._walk({day for _, day in self.visits}, until).broken
        if broken is None or len(self.restored) >= self.terms.get("restorations", 0):
            return None
        return broken if now_ms < day_ms(broken, ZONE)[1] + self._grace_ms + DAY_MS else None

    @property
    def _grace_ms(self) -> int:
        return self.terms.get("grace_hours", 0) * HOUR_MS

    def _is_grace(self, at: int) -> bool:
        return local_date(at - self._grace_ms, ZONE) < local_date(at, ZONE)

    def _day_of(self, at: int) -> date:
        """Its day, or in the hours of grace the one before, where the streak still reaches to that one."""
        day, before = local_date(at, ZONE), {each for moment, each in self.visits if moment < at}
        if not before or not self._is_grace(at) or max(before) >= day - DAY:
            return day
        missed = (max(before) + DAY * n for n in range(1, (day - DAY - max(before)).days))
        bare = [each for each in missed if each not in self.restored and not self.is_paused(each)]
        return day - DAY if len(bare) <= self._walk(before, None).freezes else day

    def _walk(self, done: Collection[date], until: date | None) -> _Walked:
        """Every day from the first visit to the last, or to the day before `until` if that is later."""
        walked = _Walked(self.terms.get("freezes", 0))
        if not done:
            return walked
        end = max(max(done) + DAY, until or date.min)
        for number in range((end - min(done)).days):
            self._pass(walked, min(done) + DAY * number, done)
        return walked

    def _pass(self, walked: _Walked, day: date, done: Collection[date]) -> None:
        every = self.terms.get("freeze_every", 0)
        if day in done:
            walked.lengths[-1] += 1
            if every and walked.lengths[-1] % every == 0:
                walked.freezes = max(walked.freezes, min(walked.freezes + 1, self.terms["freezes_max"]))
        elif not walked.lengths[-1] or day in self.restored or self.is_paused(day):
            return
        elif walked.freezes:
            walked.freezes -= 1
        else:
            walked.lengths.append(0)
            walked.broken = day


@dataclass
class _Walked:
    """What a walk came to: the freezes that are left, how long each run was, and the day that broke the last one."""

    freezes: int
    lengths: list[int] = field(default_factory=lambda: [0])
    broken: date | None = None
