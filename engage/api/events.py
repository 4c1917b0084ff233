"""Where the brand's servers send what happened, and where they ask what each rule made of it."""

from collections.abc import Container
from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import BaseModel, Field, GetJsonSchemaHandler, RootModel, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from engage.api.shapes import Answer, Instant, MemberPath, Page, Request
from engage.events import (
    KINDS,
    OWN_TYPE,
    CloudEvent,
    Found,
    Intake,
    Rejection,
    Sent,
    declare_type,
    find_event,
    list_events,
    list_own_types,
    load_known,
    read_event,
    read_own_types,
    record,
)
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict, NotFound
from engage.members import access_member, find_books_by_external_id
from engage.storage.work import Work
from engage.web import KeyAllowed, Routes, actor, answer_once, json_answer, key_with, request_connection, require_cursor

SCOPE = "events"
MAX_BATCH = 1000


class EventsSent(RootModel[dict[str, Any] | list[Any]]):
    """One event, or up to 1,000: each is looked at by itself."""

    @model_validator(mode="after")
    def _is_no_more_than_a_batch(self) -> "EventsSent":
        if isinstance(self.root, list) and not 1 <= len(self.root) <= MAX_BATCH:
            raise ValueError(f"send one event, or an array of 1 to {MAX_BATCH}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What is documented: CloudEvents, one or many."""
        event = CloudEvent.model_json_schema()
        return {"oneOf": [event, {"type": "array", "items": event, "minItems": 1, "maxItems": MAX_BATCH}]}


class RejectedEvent(Answer):
    """An event that was not taken, and why. It may be mended and sent again under the same id."""

    id: str
    code: Literal["invalid", "unknown_type", "too_old"]
    detail: str


class IntakeAnswer(Answer):
    """What became of a batch. Duplicates were taken before; parked events wait 24 hours for their member."""

    accepted: int
    duplicates: int
    parked: int
    rejected: list[RejectedEvent]
    all_accepted: bool


class VerdictAnswer(Answer):
    """What one rule made of an event: `counted`, or why it did not count, with the figures."""

    rule: str
    verdict: Annotated[str, Field(examples=["counted", "outside_window", "cap_reached"])]
    data: dict[str, Any]
    at: Instant


class EventAnswer(Answer):
    """An event that came in.

    `applied`: the rules have it, or will in a moment; `waits`: its member is unknown yet; `lapsed`: the member did not
    appear within 24 hours, and it may be sent again.
    """

    source: str
    id: str
    type: str
    member: str | None
    occurred_at: Instant
    recorded_at: Instant
    state: Literal["applied", "waits", "lapsed"]
    rules: list[VerdictAnswer]


class EventList(Answer):
    """A member's events, the latest to come in first."""

    items: list[EventAnswer]
    next: str | None


def event_page(
    connection: sa.Connection, external_id: str, page: Page, now_ms: int, secret: Container[str] = ()
) -> dict[str, Any]:
    """One page of a member's events, without what `secret` rules made of them.

    Refuses with InvalidRequest for a cursor that is none.
    """
    require_cursor(page.cursor, "evt")
    found = list_events(connection, external_id, page.cursor, page.limit + 1, now_ms)
    more = found[page.limit - 1].event.id if len(found) > page.limit else None
    return {"items": [render_event(one, secret) for one in found[: page.limit]], "next": more}


class EventPath(BaseModel):
    """Which event, by the names that the brand gave it; both percent-encoded."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    id: Annotated[str, Field(min_length=1, max_length=200)]


class TypePath(BaseModel):
    """Which type."""

    type: Annotated[str, Field(max_length=200, pattern=OWN_TYPE)]


class TypeRequest(Request):
    """A JSON Schema (draft 2020-12) of the event's `data`, at most 16 KiB, pointing nowhere but into itself."""

    schema_: Annotated[dict[str, Any], Field(alias="schema")]


class TypeAnswer(Answer):
    """A type of events. A built-in one can't be changed."""

    type: str
    built_in: bool
    schema_: Annotated[dict[str, Any], Field(alias="schema")]


class TypeList(Answer):
    """Every type that events may have."""

    items: list[TypeAnswer]


def register(app: OpenAPI, services: Services) -> None:
    """Add the intake and its answers."""
    routes = Routes(app, "events", "The brand's server: what happened, and what came of it.")
    _register_intake(routes, services)
    _register_types(routes, services)


def _register_intake(routes: Routes, services: Services) -> None:
    @routes.add("post", "/v1/events", key_with(SCOPE), {200: IntakeAnswer}, batch=True)
    def post_events(body: EventsSent, header: KeyAllowed) -> Response:
        """Send what happened: one CloudEvent (1.0, structured JSON), or an array of up to 1,000.

        What is sent twice, by `source` and `id`, is taken once. Each event is looked at by itself: read `rejected`.
        """
        documents = body.root if isinstance(body.root, list) else [body.root]
        return answer_once(services.writer, actor(), header.key, lambda work: (200, _take(work, documents)))

    @routes.add("get", "/v1/events/<path:source>/<id>", key_with(SCOPE), {200: EventAnswer}, [NotFound])
    def get_event(path: EventPath) -> Response:
        """What each rule made of an event."""
        return json_answer(
            render_event(find_event(request_connection(), path.source, path.id, services.clock.now_ms()))
        )

    @routes.add("get", "/v1/members/<ext>/events", key_with("support"), {200: EventList}, [NotFound])
    def get_member_events(path: MemberPath, query: Page) -> Response:
        """A member's events and what came of them."""
        connection = request_connection()
        row = access_member(connection, path.ext)
        return json_answer(event_page(connection, row.external_id or "", query, services.clock.now_ms()))


def _register_types(routes: Routes, services: Services) -> None:
    @routes.add("get", "/v1/event-types", key_with(SCOPE), {200: TypeList})
    def get_event_types() -> Response:
        """Every type of events with its JSON Schema: those that are built in, and your own."""
        own = list_own_types(request_connection())
        built_in = [
            {"type": name, "built_in": True, "schema": kind.model_json_schema()} for name, kind in KINDS.items()
        ]
        return json_answer({"items": [*built_in, *(one | {"built_in": False} for one in own)]})

    @routes.add("put", "/v1/event-types/<type>", key_with(SCOPE), {200: TypeAnswer, 201: TypeAnswer}, [Conflict])
    def put_event_type(path: TypePath, body: TypeRequest) -> Response:
        """Declare a type of your own, or change its schema."""
        is_new = services.writer.run(lambda work: declare_type(work, path.type, body.schema_))
        return json_answer({"type": path.type, "built_in": False, "schema": body.schema_}, 201 if is_new else 200)


def _take(work: Work, documents: list[Any]) -> dict[str, Any]:
    """Take a batch. Nothing is written for an event that is rejected."""
    own = read_own_types(work.connection)
    result, sent = Intake(), list[Sent]()
    for n, document in enumerate(documents, 1):
        read = read_event(document, own, work.now_ms)
        if isinstance(read, Rejection):
            place = "" if read.id or len(documents) == 1 else f"event {n} of {len(documents)}, which has no id: "
            result.rejected.append(replace(read, detail=place + read.detail))
        else:
            sent.append(read)
    books = find_books_by_external_id(work, {one.external_id for one in sent})
    load_known(work, sent)
    record(work, sent, books, result)
    return {
        "accepted": result.accepted,
        "duplicates": result.duplicates,
        "parked": result.parked,
        "rejected": [{"id": one.id, "code": one.code, "detail": one.detail} for one in result.rejected],
        "all_accepted": result.all_accepted,
    }


def render_event(found: Found, secret: Container[str] = ()) -> dict[str, Any]:
    """An event and what the rules made of it, but for the `secret` ones."""
    event = found.event
    return {
        "source": event.source,
        "id": event.source_id,
        "type": event.type,
        "member": event.external_id,
        "occurred_at": render_ms(event.occurred_at),
        "recorded_at": render_ms(event.recorded_at),
        "state": found.state,
        "rules": [
            {"rule": one.rule, "verdict": one.verdict, "data": orjson.loads(one.data), "at": render_ms(one.recorded_at)}
            for one in found.verdicts
            if one.rule not in secret
        ],
    }
