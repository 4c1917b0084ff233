"""The log: reading it after a position, the subscribers that react to it, and what comes in from outside."""

from engage.events.dead_letters import DeadLetter, list_dead_letters, replay
from engage.events.intake import (
    OWN_SOURCE,
    Intake,
    Rejection,
    Sent,
    apply_parked,
    load_known,
    read_event,
    record,
    subject_of,
)
from engage.events.kinds import KINDS, OWN_TYPE, CloudEvent
from engage.events.log import MAX_READ, LoggedEvent, head, read_after, read_member_feed
from engage.events.outside import (
    Found,
    erase_events,
    find_event,
    forget_lapsed,
    judge,
    list_events,
    read_events_between,
    read_outside,
    read_outside_by_id,
)
from engage.events.subscribers import Subscriber, SubscriberLoop
from engage.events.tables import OUTSIDE_EVENT, PARKED_EVENT, VERDICT, OutsideEvent
from engage.events.types import OwnTypes, declare_type, list_own_types, read_own_types

__all__ = [
    "KINDS",
    "MAX_READ",
    "OUTSIDE_EVENT",
    "OWN_SOURCE",
    "OWN_TYPE",
    "PARKED_EVENT",
    "VERDICT",
    "CloudEvent",
    "DeadLetter",
    "Found",
    "Intake",
    "LoggedEvent",
    "OutsideEvent",
    "OwnTypes",
    "Rejection",
    "Sent",
    "Subscriber",
    "SubscriberLoop",
    "apply_parked",
    "declare_type",
    "erase_events",
    "find_event",
    "forget_lapsed",
    "head",
    "judge",
    "list_dead_letters",
    "list_events",
    "list_own_types",
    "load_known",
    "read_after",
    "read_event",
    "read_events_between",
    "read_member_feed",
    "read_outside",
    "read_outside_by_id",
    "read_own_types",
    "record",
    "replay",
    "subject_of",
]
