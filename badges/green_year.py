"""A member's year of green actions: what they brought back, recycled or bought second-hand."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import orjson
import sqlalchemy as sa

from engage.events import read_events_between
from engage.kernel.clock import day_ms

RECYCLED = "item.recycled"


@dataclass(frozen=True, slots=True)
class GreenYear:
    """What came together in a calendar year of the member's zone: `quantities` by what it was, the most first."""

    year: int
    actions: int
    grams: int
    quantities: Mapping[str, int]


def read_green_year(connection: sa.Connection, external_id: str, zone: str, year: int) -> GreenYear:
    """The green actions of a year, by when they happened."""
    first, last = day_ms(date(year, 1, 1), zone)[0], day_ms(date(year, 12, 31), zone)[1]
    quantities: Counter[str] = Counter()
    actions = grams = 0
    for event in read_events_between(connection, external_id, RECYCLED, first, last):
        data = orjson.loads(event.data)
        actions += 1
        grams += data["grams"] or 0
        quantities[data["what"]] += data["quantity"]
    return GreenYear(year, actions, grams, dict(quantities.most_common()))
