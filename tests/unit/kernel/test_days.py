"""Calendar days as instants: in days of 23, 24 and 25 hours, and where a day has no midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from engage.kernel.clock import DAY_MS, day_ms, end_of_counted_day_ms, end_of_day_ms, local_date, to_ms

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        ("2026-12-01", "Asia/Shanghai", "2026-12-01T00:00:00+08:00", 24),
        ("2026-12-01", "UTC", "2026-12-01T00:00:00+00:00", 24),
        ("2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T00:00:00+02:00", 25),
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", 24.5),
        ("2026-09-06", "America/Santiago", "2026-09-06T01:00:00-03:00", 23),
        ("2026-12-01", "Pacific/Kiritimati", "2026-12-01T00:00:00+14:00", 24),
        ("2026-12-01", "Pacific/Pago_Pago", "2026-12-01T00:00:00-11:00", 24),
    ],
)
def test_a_day_begins_and_ends_where_its_zone_says(day: str, zone: str, start: str, hours: float) -> None:
    start_ms, end_ms = day_ms(date.fromisoformat(day), zone)
    assert start_ms == to_ms(datetime.fromisoformat(start))
    assert end_ms - start_ms == hours * HOUR_MS
    assert end_of_day_ms(start_ms, zone) == end_ms
    assert local_date(start_ms - 1, zone) < local_date(start_ms, zone) < local_date(end_ms, zone)


def test_a_day_that_is_counted_where_the_last_one_was_ends_at_midnight() -> None:
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"):
        end_ms = 0
        for number in range(500):
            start_ms, midnight_ms = day_ms(date(2026, 1, 1) + timedelta(days=number), zone)
            end_ms = end_of_counted_day_ms(start_ms + number * 60_000, zone, end_ms)
            assert end_ms == midnight_ms


def test_whoever_changes_zones_as_it_pays_best_has_no_more_days_than_there_are() -> None:
    """Mallory looks, whenever a day of his is over, for the zone in which the next one ends the soonest."""
    zones = sorted(one for one in available_timezones() if "/" in one)[::4]
    start_ms = now_ms = to_ms(datetime(2026, 12, 1, 4, tzinfo=UTC))
    end_ms, days = 0, 0
    while now_ms < start_ms + 60 * DAY_MS:
        end_ms, days = min(end_of_counted_day_ms(now_ms, zone, end_ms) for zone in zones), days + 1
        now_ms = end_ms
    assert days <= 60 + 2
