"""How far each subscriber has read the log, and what came in from outside.

An outside event is a fact, but for the member's name and the data, which may be erased. The log refers to it by its id.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)

dead_letter = sa.Table(
    "dead_letter",
    metadata,
    sa.Column("subscriber", TEXT, primary_key=True),
    sa.Column("position", BIG, primary_key=True, autoincrement=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.Column("replayed_at", BIG),
)
"""What a subscriber could not handle and went past. `replayed_at` is when it was handled after all."""

outside_event = sa.Table(
    "outside_event",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("source", TEXT, nullable=False),
    sa.Column("source_id", TEXT, nullable=False),
    sa.Column("type", TEXT, nullable=False),
    sa.Column("external_id", TEXT),
    sa.Column("occurred_at", BIG, nullable=False),
    sa.Column("data", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.UniqueConstraint("source", "source_id"),
    sa.Index("ix_outside_event_external_id", "external_id", "id"),
)

parked_event = sa.Table(
    "parked_event",
    metadata,
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("external_id", TEXT, nullable=False, index=True),
    sa.Column("until", BIG, nullable=False),
)
"""Events of members who are not known yet: applied when the member appears before `until`."""

event_type = sa.Table(
    "event_type",
    metadata,
    sa.Column("type", TEXT, primary_key=True),
    sa.Column("schema", TEXT, nullable=False),
    sa.Column("updated_at", BIG, nullable=False),
)
"""The brand's own types, each with its JSON Schema."""

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("event", TEXT, sa.ForeignKey("outside_event.id"), primary_key=True),
    sa.Column("rule", TEXT, primary_key=True),
    sa.Column("verdict", TEXT, nullable=False),
    sa.Column("data", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)
"""What each rule made of an event: the answer to "why did this not count?"."""


@dataclass(slots=True)
class OutsideEvent:
    """An event that a brand's server sent. Instants are milliseconds since 1970, `data` is JSON."""

    id: str
    source: str
    source_id: str
    type: str
    external_id: str | None
    occurred_at: int
    data: str
    recorded_at: int


@dataclass(slots=True)
class ParkedEvent:
    """That an event waits for its member until an instant."""

    event: str
    external_id: str
    until: int


@dataclass(slots=True)
class Verdict:
    """What a rule made of an event: `counted`, or why not. `data` is JSON: figures that explain it."""

    event: str
    rule: str
    verdict: str
    data: str
    recorded_at: int


OUTSIDE_EVENT = Hot(outside_event, OutsideEvent)
PARKED_EVENT = Hot(parked_event, ParkedEvent, ("until",))
VERDICT = Hot(verdict, Verdict)
OUTSIDE_BY_SOURCE = Load(OUTSIDE_EVENT, ("source", "source_id"))
PARKED_BY_EVENT = Load(PARKED_EVENT, ("event",))
OUTSIDE_BY_ID = Load(OUTSIDE_EVENT, ("id",))
