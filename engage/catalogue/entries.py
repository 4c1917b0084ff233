"""Entries of the catalogue: put into force, paused, resumed and ended, each time as a new revision.

Whoever publishes or stops has locked the campaign's row, so no two changes of one entry are ever under way.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import orjson
import sqlalchemy as sa

from engage.catalogue.tables import catalogue_entry
from engage.storage.work import Work

State: TypeAlias = Literal["live", "paused", "ended"]
Pauses: TypeAlias = list[tuple[int, int | None]]
"""From when until when something was paused (milliseconds; None: still)."""
KEPT = 4_096
"""How many revisions a process keeps in mind: a revision never changes."""

_LATER = catalogue_entry.alias("later")
_LAST = (
    sa.select(sa.func.max(_LATER.c.n)).where(_LATER.c.id == catalogue_entry.c.id).correlate(catalogue_entry)
).scalar_subquery()
IN_FORCE = sa.select(catalogue_entry).where(catalogue_entry.c.n == _LAST).order_by(catalogue_entry.c.id)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One revision of something published. It counts from `opens_at` on and before `closes_at` (milliseconds).

    Its `document` is shared by all who read it: nobody changes it.
    """

    id: str
    n: int
    kind: str
    campaign: str
    state: State
    opens_at: int
    closes_at: int
    document: Mapping[str, Any]
    recorded_at: int

    def covers(self, at_ms: int) -> bool:
        """Whether an instant lies within its time."""
        return self.opens_at <= at_ms < self.closes_at

    def is_open(self, now_ms: int) -> bool:
        """Whether it can be used now: within its time, neither paused nor ended."""
        return self.state == "live" and self.covers(now_ms)


def publish_entry(  # noqa: PLR0913  an entry has these parts
    work: Work, *, kind: str, id_: str, campaign: str, opens_at: int, closes_at: int, document: Mapping[str, Any]
) -> bool:
    """Put an entry into force, unless the one that is says the same; whether it was new."""
    last = find_entry(work.connection, id_)
    new = ("live", opens_at, closes_at, document)
    if last is not None and (last.state, last.opens_at, last.closes_at, last.document) == new:
        return False
    n = 1 if last is None else last.n + 1
    _insert(work, Entry(id_, n, kind, campaign, "live", opens_at, closes_at, document, work.now_ms))
    return True


def set_states(work: Work, campaign: str, kind: str, state: State) -> None:
    """Pause, resume or end what a campaign has of a kind. What has ended stays so."""
    for last in read_entries_of(work.connection, campaign):
        if last.kind == kind and last.state not in {state, "ended"}:
            _insert(
                work,
                Entry(
                    last.id,
                    last.n + 1,
                    last.kind,
                    campaign,
                    state,
                    last.opens_at,
                    last.closes_at,
                    last.document,
                    work.now_ms,
                ),
            )


def read_entries(connection: sa.Connection, kind: str) -> list[Entry]:
    """What of a kind is or was in force: the last revision of each, by id."""
    return _entries(connection, IN_FORCE.where(catalogue_entry.c.kind == kind))


def read_entries_of(connection: sa.Connection, campaign: str) -> list[Entry]:
    """The last revision of each entry of a campaign, by id."""
    return _entries(connection, IN_FORCE.where(catalogue_entry.c.campaign == campaign))


def find_entry(connection: sa.Connection, id_: str, n: int | None = None) -> Entry | None:
    """A revision of an entry; the last one if none is named."""
    query = sa.select(catalogue_entry).where(catalogue_entry.c.id == id_)
    query = query.order_by(catalogue_entry.c.n.desc()).limit(1) if n is None else query.where(catalogue_entry.c.n == n)
    return next(iter(_entries(connection, query)), None)


def read_pauses(connection: sa.Connection, ids: Collection[str]) -> dict[str, Pauses]:
    """The stretches in which these entries were paused, in their order."""
    query = (
        sa.select(catalogue_entry.c.id, catalogue_entry.c.state, catalogue_entry.c.recorded_at)
        .where(catalogue_entry.c.id.in_(sorted(ids)))
        .order_by(catalogue_entry.c.id, catalogue_entry.c.n)
    )
    pauses: dict[str, Pauses] = defaultdict(list)
    for id_, state, at in connection.execute(query):
        mine = pauses[id_]
        is_paused = bool(mine) and mine[-1][1] is None
        if state == "paused" and not is_paused:
            mine.append((at, None))
        elif state != "paused" and is_paused:
            mine[-1] = mine[-1][0], at
    return pauses


def _entries(connection: sa.Connection, query: sa.Select[Any]) -> list[Entry]:
    return [_entry(*row) for row in connection.execute(query)]


@lru_cache(maxsize=KEPT)
def _entry(  # noqa: PLR0913  the columns, in their order
    id_: str,
    n: int,
    kind: str,
    campaign: str,
    state: State,
    opens_at: int,
    closes_at: int,
    document: str,
    recorded_at: int,
) -> Entry:
    return Entry(id_, n, kind, campaign, state, opens_at, closes_at, orjson.loads(document), recorded_at)


def _insert(work: Work, entry: Entry) -> None:
    document = orjson.dumps(entry.document, option=orjson.OPT_SORT_KEYS).decode()
    values = {
        "id": entry.id,
        "n": entry.n,
        "kind": entry.kind,
        "campaign": entry.campaign,
        "state": entry.state,
        "opens_at": entry.opens_at,
        "closes_at": entry.closes_at,
        "document": document,
        "recorded_at": entry.recorded_at,
    }
    work.connection.execute(sa.insert(catalogue_entry).values(values))
