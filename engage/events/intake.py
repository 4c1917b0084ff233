"""Where events from outside come in: each is recorded once, by its source and id, and appended to the log.

What is refused leaves nothing behind, so its id may be sent again. An event of an unknown member waits for 24 hours;
sent again after that, it is taken as if it were new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa
from pydantic import ValidationError

from engage.events.kinds import KINDS, CloudEvent, Data, Order
from engage.events.outside import MAX_AGE_MS
from engage.events.tables import (
    OUTSIDE_BY_SOURCE,
    OUTSIDE_EVENT,
    PARKED_BY_EVENT,
    PARKED_EVENT,
    OutsideEvent,
    ParkedEvent,
    outside_event,
    parked_event,
)
from engage.events.types import OwnTypes
from engage.kernel.clock import DAY_MS, MILLISECOND, parse, to_ms
from engage.kernel.fields import find_faults
from engage.kernel.ids import new_id
from engage.storage.work import MemberCounter, Work

EARLY_MS = timedelta(minutes=5) // MILLISECOND
"""How far ahead of ours a brand's clock may be."""
PARKED_MS = DAY_MS
MAX_TOLD = 5
"""How many wrong fields of an event are named at once."""
OWN_SOURCE = "engage"
"""The source of what members do here themselves; nobody outside can use it."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """An event that was not taken: `invalid`, `unknown_type` or `too_old`."""

    id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that may be taken."""

    source: str
    id: str
    type: str
    external_id: str
    occurred_at: int
    data: str


@dataclass(slots=True)
class Intake:
    """What became of a batch."""

    accepted: int = 0
    duplicates: int = 0
    parked: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def all_accepted(self) -> bool:
        """Whether every event is in now, be it since before or waiting for its member."""
        return not self.rejected


def read_event(document: object, own: OwnTypes, now_ms: int) -> Sent | Rejection:
    """An event as the brand sent it, or why it is not taken."""
    name = document.get("id") if isinstance(document, dict) else None
    name = name if isinstance(name, str) else ""
    try:
        event = CloudEvent.model_validate(document)
        occurred_at = now_ms if event.time is None else to_ms(parse(event.time))
        model = KINDS.get(event.type)
        if model is None and not own.knows(event.type):
            way_out = f"{event.type} is no known type. Declare it: PUT /v1/event-types/{event.type}."
            return Rejection(name, "unknown_type", way_out)
        if event.source == OWN_SOURCE:
            return Rejection(name, "invalid", f"source: {OWN_SOURCE} is this server's own; call yours another name")
        data = own.validate(event.type, event.data) if model is None else _validated(model, event.data)
        wrong = _find_wrong_instant(_instants(event, occurred_at), now_ms)
    except ValidationError as fault:
        return Rejection(name, "invalid", _sentence(fault, "event"))
    except ValueError as fault:
        return Rejection(name, "invalid", str(fault))
    if wrong is not None:
        return Rejection(name, *wrong)
    return Sent(event.source, event.id, event.type, event.subject, occurred_at, data)


def _instants(event: CloudEvent, occurred_at: int) -> dict[str, int]:
    """The instants that decide what an event counts to, by field: when it happened, and when an order was paid."""
    paid_at = event.data.get("paid_at") if KINDS.get(event.type) is Order else None
    return {"time": occurred_at} | ({} if paid_at is None else {"data.paid_at": to_ms(parse(paid_at))})


def _find_wrong_instant(instants: Mapping[str, int], now_ms: int) -> tuple[str, str] | None:
    """The first that lies in the future or too far back: the code and the sentence."""
    for name, at_ms in instants.items():
        if at_ms > now_ms + EARLY_MS:
            return "invalid", f"{name}: it lies in the future"
        if at_ms < now_ms - MAX_AGE_MS:
            return "too_old", f"{name}: more than 90 days ago"
    return None


def _validated(model: type[Data], data: Mapping[str, Any]) -> str:
    """The data as JSON. ValueError, naming each field, for what a type that is built in does not allow."""
    try:
        return orjson.dumps(model.model_validate(data).model_dump()).decode()
    except ValidationError as fault:
        raise ValueError(_sentence(fault, "data", "data.")) from fault


def _sentence(fault: ValidationError, whole: str, under: str = "") -> str:
    """What is wrong with which fields: five of them."""
    found = (f"{whole if field == whole else under + field}: {reason}" for field, reason in find_faults(fault, whole))
    return "; ".join(islice(found, MAX_TOLD))


def load_known(work: Work, sent: Sequence[Sent]) -> None:
    """Load which of these events are recorded already, and which of those wait."""
    for load in (OUTSIDE_BY_SOURCE, PARKED_BY_EVENT):
        work.found.setdefault(load, {})
    if sent:
        work.load(OUTSIDE_BY_SOURCE, sorted({(one.source, one.id) for one in sent}))
    known = sorted(row.id for row in work.found[OUTSIDE_BY_SOURCE].values())
    if known:
        work.load(PARKED_BY_EVENT, known)


def record(work: Work, sent: Sequence[Sent], members: Mapping[str, MemberCounter], result: Intake) -> None:
    """Record these events in their order: of `members`, by the brand's id, at once; others wait for theirs.

    The members' books are locked, and the names of those who are none: what is known of the events holds.
    """
    for one in sent:
        known = work.find(OUTSIDE_BY_SOURCE, (one.source, one.id))
        parked = None if known is None else work.find(PARKED_BY_EVENT, known.id)
        if known is not None and (parked is None or parked.until > work.now_ms):
            result.duplicates += 1
        elif known is not None and (one.type, one.external_id, one.data) != (known.type, known.external_id, known.data):
            result.rejected.append(Rejection(one.id, "invalid", "id: it has lapsed with other data; send a new id"))
        else:
            _take(work, one, known or _record(work, one), parked, members, result)


def _take(  # noqa: PLR0913  an event has these parts
    work: Work,
    one: Sent,
    known: OutsideEvent,
    parked: ParkedEvent | None,
    members: Mapping[str, MemberCounter],
    result: Intake,
) -> None:
    member = members.get(one.external_id)
    if member is not None:
        _forget_parked(work, parked)
        work.append(one.type, subject_of(known.id), member=member)
        result.accepted += 1
    else:
        _park(work, known, parked)
        result.parked += 1


def _record(work: Work, one: Sent) -> OutsideEvent:
    event_id = new_id("evt", work.now_ms)
    row = OutsideEvent(event_id, one.source, one.id, one.type, one.external_id, one.occurred_at, one.data, work.now_ms)
    work.insert(OUTSIDE_EVENT, row)
    return row


def _park(work: Work, event: OutsideEvent, parked: ParkedEvent | None) -> None:
    until = work.now_ms + PARKED_MS
    if parked is None:
        work.insert(PARKED_EVENT, ParkedEvent(event.id, event.external_id or "", until))
    else:
        parked.until = until
        work.change(PARKED_EVENT, parked)


def _forget_parked(work: Work, parked: ParkedEvent | None) -> None:
    if parked is not None:
        work.connection.execute(sa.delete(parked_event).where(parked_event.c.event == parked.event))
        del work.found[PARKED_BY_EVENT][parked.event]


def subject_of(event_id: str) -> str:
    """How the log names an outside event."""
    return f"event:{event_id}"


def apply_parked(work: Work, external_id: str, member: MemberCounter) -> int:
    """Append the events that waited for this member, in the order in which they happened; how many."""
    found = work.connection.execute(
        sa.select(outside_event.c.id, outside_event.c.type)
        .join(parked_event, parked_event.c.event == outside_event.c.id)
        .where(parked_event.c.external_id == external_id, parked_event.c.until > work.now_ms)
        .order_by(outside_event.c.occurred_at, outside_event.c.id)
    ).all()
    for row in found:
        work.append(row.type, subject_of(row.id), member=member)
    if found:
        names = [row.id for row in found]
        work.connection.execute(sa.delete(parked_event).where(parked_event.c.event.in_(names)))
    return len(found)
