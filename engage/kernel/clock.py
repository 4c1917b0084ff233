"""The only place that asks what time it is.

Instants are aware UTC datetimes, or whole milliseconds since 1970 in rows.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000


class Clock(Protocol):
    """Anything that can say the time in milliseconds since 1970, UTC."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until it is moved: the tests' stand-in for time."""

    def __init__(self, start: datetime) -> None:
        self._now_ms = to_ms(start)

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return self._now_ms

    def move(self, step: timedelta) -> None:
        """Set the clock forward, or back with a negative step."""
        self._now_ms += step // MILLISECOND


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime, rounded down."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(moment_ms: int) -> datetime:
    """The aware UTC datetime of milliseconds since 1970."""
    return EPOCH + moment_ms * MILLISECOND


def render(moment: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ss.sssZ`, the one way instants are written."""
    return render_ms(to_ms(moment))


def render_ms(moment_ms: int) -> str:
    """`YYYY-MM-DDThh:mm:ss.sssZ` of milliseconds since 1970."""
    seconds, ms = divmod(moment_ms, 1000)
    return f"{_render_second(seconds)}.{ms:03d}Z"


@lru_cache(maxsize=256)
def _render_second(seconds: int) -> str:
    """The part of an instant before the milliseconds, kept since thousands of plays share a second and a midnight."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def parse(text: str) -> datetime:
    """An aware UTC datetime from ISO 8601 text with an offset; ValueError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = "this is no instant, such as 2026-12-01T10:03:04+08:00"
        raise ValueError(message) from None
    if moment.tzinfo is None:
        message = "an instant needs an offset, such as Z or +08:00"
        raise ValueError(message)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "an instant lies between the years 1 and 9999"
        raise ValueError(message) from None


def local_date(moment_ms: int, zone: str) -> date:
    """The calendar date of an instant in a named IANA time zone."""
    return from_ms(moment_ms).astimezone(ZoneInfo(zone)).date()


_day_ends: dict[str, tuple[int, int]] = {}


def end_of_day_ms(moment_ms: int, zone: str) -> int:
    """The instant at which the local calendar day of `moment_ms` ends in `zone`, in milliseconds.

    The end of a day is the first instant whose local date is later: right in days of 23 or 25 hours and in days
    that have no midnight (IANA time zone database). The last answer for a zone is kept, since a day's plays share it.
    """
    asked_ms, end_ms = _day_ends.get(zone, (0, 0))
    if not asked_ms <= moment_ms < end_ms:
        end_ms = _find_end_of_day(moment_ms, zone)
        _day_ends[zone] = (moment_ms, end_ms)
    return end_ms


def day_ms(day: date, zone: str) -> tuple[int, int]:
    """The instants at which a calendar day begins and ends in a named IANA time zone, in milliseconds."""
    noon_ms = to_ms(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    start_ms = _first_instant(lambda moment_ms: local_date(moment_ms, zone) >= day, noon_ms - 2 * DAY_MS, noon_ms)
    return start_ms, _find_end_of_day(start_ms, zone)


def end_of_counted_day_ms(moment_ms: int, zone: str, last_end_ms: int) -> int:
    """The instant at which a member's day ends that begins to be counted now, after the last one ended (milliseconds).

    It is a midnight in `zone` with a whole day of that zone since `last_end_ms`: where the member has moved to another
    zone in the middle of a day, the rest of that day counts with the next. So whoever changes zones at every midnight
    that is near has no more days than there are.
    """
    end_ms = end_of_day_ms(moment_ms, zone)
    is_rest = local_date(last_end_ms - 1, zone) == local_date(moment_ms, zone)
    return end_of_day_ms(end_ms, zone) if is_rest else end_ms


def _find_end_of_day(moment_ms: int, zone: str) -> int:
    today = local_date(moment_ms, zone)
    return _first_instant(lambda later_ms: local_date(later_ms, zone) > today, moment_ms, moment_ms + 2 * DAY_MS)


def _first_instant(has_come: Callable[[int], bool], low_ms: int, high_ms: int) -> int:
    """The first instant after `low_ms` and up to `high_ms` from which on something is true."""
    while high_ms - low_ms > 1:
        middle_ms = (low_ms + high_ms) // 2
        if has_come(middle_ms):
            high_ms = middle_ms
        else:
            low_ms = middle_ms
    return high_ms
