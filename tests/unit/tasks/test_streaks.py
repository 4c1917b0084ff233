"""Streaks: by calendar day where the member lives, through every change of the clocks and every journey."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.kernel.clock import DAY_MS, day_ms, local_date, to_ms
from engage.tasks.streaks import HOUR_MS, Streak, StreakTerms, Visit, day_for, fold

SHANGHAI = "Asia/Shanghai"
PLAIN = StreakTerms()
FULL = bool(os.environ.get("ENGAGE_ALL_ZONES"))
FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
DAY = timedelta(days=1)
DAY_0 = date(2026, 11, 1)


def at(day: int, hour: int = 12, zone: str = SHANGHAI) -> Visit:
    moment = datetime(2026, 11, day, hour, tzinfo=ZoneInfo(zone))
    return Visit(to_ms(moment.astimezone(UTC)), zone)


def stand(visits: list[Visit], now: Visit, terms: StreakTerms = PLAIN, **more: object) -> Streak:
    return fold(visits, terms, now.at, now.zone, **more)  # type: ignore[arg-type]  # pauses or restored days


def test_days_in_a_row_count_each_once_and_today_is_not_missed_yet() -> None:
    visits = [at(1), at(1, 20), at(2, 0), at(3, 23)]
    assert stand(visits, at(3, 23)).length == 3
    assert stand(visits, at(3, 23)).today_done
    assert (stand(visits, at(4, 23)).length, stand(visits, at(4, 23)).today_done) == (3, False)
    assert stand(visits, at(5, 0)).length == 0
    assert stand(visits, at(5, 0)).rounds(2) == 1


def test_the_grace_after_midnight_counts_for_the_day_before_if_that_is_open() -> None:
    terms = StreakTerms(grace_hours=2)
    assert stand([at(1), at(3, 1)], at(3, 1), terms).days == {date(2026, 11, 1): "done", date(2026, 11, 2): "done"}
    assert stand([at(1), at(3, 1), Visit(at(3, 1).at + 1, SHANGHAI)], at(3, 2), terms).length == 3
    assert stand([at(1), at(3, 2)], at(3, 2), terms).length == 1
    assert stand([at(1)], at(3, 1), terms).length == 1


def test_what_comes_in_late_moves_no_other_day() -> None:
    terms = StreakTerms(grace_hours=2)
    night = at(3, 1)
    assert day_for([at(1)], terms, night) == date(2026, 11, 2)
    assert day_for([], terms, night) == date(2026, 11, 3)
    first = Visit(night.at, night.zone, date(2026, 11, 3))
    assert stand([at(1), first, at(4), at(5)], at(5), terms).rounds(3) == 1


def test_freezes_cover_missed_days_and_are_earned() -> None:
    terms = StreakTerms(freezes=1, freeze_every=2, freezes_max=2)
    found = stand([at(1), at(3), at(6)], at(6), terms)
    assert (found.length, found.freezes) == (1, 0)
    assert found.days[date(2026, 11, 2)] == "frozen"
    assert stand([at(1), at(2), at(3), at(4)], at(4), terms).freezes == 2
    assert stand([at(1)], at(3), terms).freezes == 0


def test_a_broken_streak_is_restorable_for_24_hours() -> None:
    terms = StreakTerms(restorations=1)
    visits = [at(1), at(2)]
    broken = stand(visits, at(4, 1), terms)
    assert (broken.length, broken.broken, broken.restorable_until) == (0, date(2026, 11, 3), at(5, 0).at)
    assert stand([*visits, at(4, 2)], at(4, 23), terms).restorable_until == at(5, 0).at
    assert stand(visits, at(5, 0), terms).restorable_until is None
    whole = stand([*visits, at(4, 2)], at(4, 23), terms, restored=[date(2026, 11, 3)])
    assert (whole.length, whole.restorable_until) == (3, None)


def test_days_of_a_pause_break_nothing() -> None:
    pauses = [(at(2, 15).at, at(3, 1).at)]
    found = stand([at(1), at(4)], at(4), pauses=pauses)
    assert (found.length, found.days[date(2026, 11, 3)]) == (2, "paused")
    assert stand([at(1)], at(9), pauses=[(at(2, 15).at, None)]).length == 1


def test_a_day_that_a_country_skipped_is_not_missed() -> None:
    zone = "Pacific/Apia"
    visits = [Visit(day_ms(day, zone)[0] + HOUR_MS, zone) for day in (date(2011, 12, 29), date(2011, 12, 31))]
    assert fold(visits, PLAIN, visits[-1].at, zone).length == 2


def test_one_instant_never_gives_two_days() -> None:
    moment = at(1, 23).at
    for terms in (PLAIN, StreakTerms(grace_hours=3)):
        visits = [Visit(moment + step, zone) for zone in (SHANGHAI, "Pacific/Kiritimati") for step in (0, 1)]
        assert fold(visits, terms, moment, SHANGHAI).length == 1


ZONES = st.sampled_from(["Asia/Shanghai", "Pacific/Auckland", "Pacific/Honolulu", "Europe/Paris", "America/Sao_Paulo"])


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(1, DAY_MS - 1), ZONES), min_size=1, max_size=20), st.integers(0, 6))
def test_whoever_comes_every_24_hours_loses_nothing_wherever_they_go(
    steps: list[tuple[int, str]], grace_hours: int
) -> None:
    now, visits = at(1).at, [at(1)]
    for gap, zone in steps:
        now += gap
        visits.append(Visit(now, zone))
    found = fold(visits, StreakTerms(grace_hours=grace_hours), now, visits[-1].zone)
    assert found.runs == []
    assert found.length <= (now - visits[0].at) // DAY_MS + 3


def obvious(done: set[int], until: int, freezes: int, paused: set[int]) -> tuple[int, int]:
    """A streak by walking the calendar one day at a time: its length and the freezes left."""
    length = 0
    for day in range(until + 1):
        if day in done:
            length += 1
        elif day == until or day in paused or not length:
            continue
        elif freezes:
            freezes -= 1
        else:
            length = 0
    return length, freezes


@settings(max_examples=150)
@given(
    days=st.sets(st.integers(0, 20), min_size=1),
    freezes=st.integers(0, 3),
    paused=st.sets(st.integers(0, 20), max_size=6),
)
def test_a_streak_is_what_a_walk_through_the_calendar_gives(days: set[int], freezes: int, paused: set[int]) -> None:
    def noon(day: int) -> int:
        return day_ms(DAY_0 + DAY * day, SHANGHAI)[0] + DAY_MS // 2

    pauses = [(noon(day), noon(day) + 1) for day in sorted(paused)]
    terms = StreakTerms(freezes=freezes)
    found = fold([Visit(noon(day), SHANGHAI) for day in days], terms, noon(21), SHANGHAI, pauses)
    assert (found.length, found.freezes) == obvious(days, 21, freezes, paused)


def zones() -> list[str]:
    """Every zone of the database; in the short form one of those that have gone the same way since 2020."""
    every = sorted(zone for zone in available_timezones() if "/" in zone)
    if FULL:
        return every
    ways: dict[tuple[object, ...], str] = {}
    for zone in every:
        info = ZoneInfo(zone)
        months = (datetime(year, month, 15, tzinfo=info) for year in range(2020, 2030) for month in range(1, 13))
        ways.setdefault(tuple(moment.utcoffset() for moment in months), zone)
    return list(ways.values())


def days_of(zone: str) -> list[date]:
    """Every day of ten years; in the short form those around the changes of the clocks."""
    days = [FIRST + DAY * n for n in range((LAST - FIRST).days + 1)]
    if FULL:
        return days
    info = ZoneInfo(zone)
    offsets = [datetime(day.year, day.month, day.day, tzinfo=info).utcoffset() for day in days]
    changes = [n for n in range(1, len(days)) if offsets[n] != offsets[n - 1]] or [1]
    return [days[n] for change in changes for n in range(max(change - 2, 0), min(change + 3, len(days)))]


@pytest.mark.timeout(3600)
def test_through_every_change_of_the_clocks_in_every_zone_each_day_counts_once() -> None:
    for zone in zones():
        days, visits = days_of(zone), []
        for day in days:
            start, end = day_ms(day, zone)
            assert local_date(start, zone) == local_date(end - 1, zone) == day
            visits += [Visit(start, zone), Visit(end - 1, zone)]
        found = fold(visits, PLAIN, visits[-1].at, zone)
        rows = sum(later - day > DAY for day, later in pairwise(days)) + 1
        assert len(found.days) - list(found.days.values()).count("missed") == len(set(days)), zone
        assert len([*found.runs, found.length]) == rows, zone
