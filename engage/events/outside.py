"""Outside events as they are read again: by rules, which say what they made of each, and by whoever asks why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engage.events.log import LoggedEvent
from engage.events.tables import VERDICT, OutsideEvent, Verdict, outside_event, parked_event, verdict
from engage.kernel.clock import DAY_MS
from engage.kernel.refusals import NotFound
from engage.storage.work import Work

PREFIX = "event:"
COUNTED = "counted"
MAX_AGE_MS = 90 * DAY_MS
"""What happened longer ago than this is too old: every period that it could count to has settled."""
ERASED = ""
"""What the data of an event are once its member was erased, and the name where somebody never appeared."""
FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """An outside event, whether it `waits` for its member or was `applied` or `lapsed`, and what rules made of it."""

    event: OutsideEvent
    state: str
    verdicts: tuple[Verdict, ...]


def read_outside(connection: sa.Connection, events: Iterable[LoggedEvent]) -> dict[int, OutsideEvent]:
    """The outside events among these of the log, by position. Those of our own and erased ones are left out."""
    named = {one.subject.removeprefix(PREFIX): one.position for one in events if one.subject.startswith(PREFIX)}
    rows = connection.execute(
        sa.select(outside_event).where(outside_event.c.id.in_(named), outside_event.c.data != ERASED)
    )
    found = (OutsideEvent(*row) for row in rows)
    return {named[event.id]: event for event in found}


def read_outside_by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, OutsideEvent]:
    """These outside events by id."""
    rows = connection.execute(sa.select(outside_event).where(outside_event.c.id.in_(sorted(set(ids)))))
    return {event.id: event for event in (OutsideEvent(*row) for row in rows)}


def judge(work: Work, event: str, rule: str, said: str, **data: Any) -> None:  # noqa: ANN401  JSON
    """Record what a rule made of an event: `counted`, or why not, with the figures that explain it."""
    work.insert(VERDICT, Verdict(event, rule, said, orjson.dumps(data).decode(), work.now_ms))


def erase_events(work: Work, external_id: str) -> None:
    """Forget who the events of a member were about and what they said; those that still waited never apply."""
    mine = sa.select(outside_event.c.id).where(outside_event.c.external_id == external_id)
    work.connection.execute(sa.delete(parked_event).where(parked_event.c.event.in_(mine)))
    of_member = outside_event.c.external_id == external_id
    work.connection.execute(sa.update(outside_event).where(of_member).values(external_id=None, data=ERASED))


def forget_lapsed(work: Work) -> int:
    """Forget up to 500 events of people who never appeared, once they are too old to be sent again; how many.

    That such an event came in and lapsed stays known; whom it was about and what it said does not.
    """
    due = (
        sa.select(parked_event.c.event)
        .join(outside_event, outside_event.c.id == parked_event.c.event)
        .where(
            parked_event.c.until <= work.now_ms,
            parked_event.c.external_id != ERASED,
            outside_event.c.occurred_at < work.now_ms - MAX_AGE_MS,
        )
        .limit(FORGOTTEN_AT_ONCE)
    )
    lapsed = sa.update(parked_event).where(parked_event.c.event.in_(due)).values(external_id=ERASED)
    found = list(work.connection.execute(lapsed.returning(parked_event.c.event)).scalars())
    of_them = outside_event.c.id.in_(found)
    work.connection.execute(sa.update(outside_event).where(of_them).values(external_id=None, data=ERASED))
    return len(found)


def find_event(connection: sa.Connection, source: str, source_id: str, now_ms: int) -> Found:
    """An event by the brand's names of it. Refuses with NotFound.

    An address does not tell a slash between the two from one in the id: each is tried as that one, the last first.
    """
    parts = f"{source}/{source_id}".split("/")
    names = [("/".join(parts[:n]), "/".join(parts[n:])) for n in range(1, len(parts))]
    query = sa.select(outside_event).where(sa.tuple_(outside_event.c.source, outside_event.c.source_id).in_(names))
    row = connection.execute(query.order_by(sa.func.length(outside_event.c.source).desc()).limit(1)).first()
    if row is None:
        raise NotFound("There is no such event. It was refused, or never came in.")
    return _describe(connection, [OutsideEvent(*row)], now_ms)[0]


def list_events(connection: sa.Connection, external_id: str, before: str, limit: int, now_ms: int) -> list[Found]:
    """A member's outside events, the latest to come in first; `before` is the id of the last one that was read."""
    query = sa.select(outside_event).where(outside_event.c.external_id == external_id)
    if before:
        query = query.where(outside_event.c.id < before)
    rows = connection.execute(query.order_by(outside_event.c.id.desc()).limit(limit))
    return _describe(connection, [OutsideEvent(*row) for row in rows], now_ms)


def read_events_between(
    connection: sa.Connection, external_id: str, type_: str, since_ms: int, until_ms: int
) -> list[OutsideEvent]:
    """A member's outside events of a type that happened from one instant on and before another, the oldest first."""
    query = sa.select(outside_event).where(
        outside_event.c.external_id == external_id,
        outside_event.c.type == type_,
        outside_event.c.occurred_at >= since_ms,
        outside_event.c.occurred_at < until_ms,
    )
    rows = connection.execute(query.order_by(outside_event.c.occurred_at, outside_event.c.id))
    return [OutsideEvent(*row) for row in rows]


def _describe(connection: sa.Connection, events: Sequence[OutsideEvent], now_ms: int) -> list[Found]:
    ids = [event.id for event in events]
    said: dict[str, list[Verdict]] = {}
    rows = connection.execute(sa.select(verdict).where(verdict.c.event.in_(ids)).order_by(verdict.c.rule))
    for row in rows:
        said.setdefault(row.event, []).append(Verdict(*row))
    waits = {
        row.event: row.until for row in connection.execute(sa.select(parked_event).where(parked_event.c.event.in_(ids)))
    }
    return [Found(event, _state(event, waits, now_ms), tuple(said.get(event.id, ()))) for event in events]


def _state(event: OutsideEvent, waits: Mapping[str, int], now_ms: int) -> str:
    if event.id not in waits:
        return "applied"
    return "waits" if waits[event.id] > now_ms else "lapsed"
