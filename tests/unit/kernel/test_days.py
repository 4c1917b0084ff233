"""Calendar days as instants: in days of 23, 24 and 25 hours, and where a day has no midnight."""

from datetime import date, datetime

import pytest

from engage.kernel.clock import day_ms, end_of_day_ms, local_date, to_ms

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
