"""What a member may ask of their own data (C21): what came in about them and why it counted or not, all of it, none."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Annotated, Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.erasing import erase
from engage.api.events import EventList, event_page
from engage.api.items import redemption_page
from engage.api.me import render_profile
from engage.api.prizes import list_prizes
from engage.api.shapes import Page, Request
from engage.api.statement import statement_page
from engage.events import MAX_READ, read_member_feed
from engage.feature import DescribePrize, Feature, Plays, Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import InvalidRequest, NotFound, UnderReview
from engage.live import hidden_from
from engage.members import get_member
from engage.storage.snapshot import snapshot
from engage.web import (
    MEMBER,
    Routes,
    actor,
    edge_of,
    is_page,
    json_answer,
    request_connection,
)

WORD = "erase"
LIMIT = 100
README = """This is all that Engage knows of you.

profile.json      what the brand said of you, your settings and consents
statement.json    every movement of your points and turns, with its reason
prizes.json       what you won or bought; codes are shown on the page of your prizes only
redemptions.json  what you took points for, what became of it, and the prizes that it led to
events.json       what the brand's servers sent about you, and what each rule made of it
log.json          everything that happened to you here, in order
receipts.json     proof of every play: check it with the page /verify or with verifier.py

The remaining files are of tasks, badges and whatever else you took part in.
"""
ZIP = {"description": "A ZIP file", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
GONE = {204: {"description": "Erased"}}


class Erasure(Request):
    """The word `erase`, so that nobody does this by accident."""

    confirm: Annotated[str, Field(max_length=20, examples=[WORD])]


def register(
    app: OpenAPI, services: Services, plays: Plays, describe: DescribePrize, features: Sequence[Feature]
) -> None:
    """Add the routes."""
    routes = Routes(app, "me", "The member: profile, balances, prizes, history.")
    gather = Gathering(services, plays, describe, features)

    @routes.add("get", "/v1/me/events", MEMBER, {200: EventList}, [NotFound])
    def get_my_events(query: Page) -> Response:
        """What the brand sent about me, the latest to come in first, and what each rule made of it."""
        connection = request_connection()
        row, secret = get_member(connection, actor()), secret_rules(connection, features, actor())
        return json_answer(event_page(connection, row.external_id or "", query, services.clock.now_ms(), secret))

    @routes.add("get", "/v1/me/export", MEMBER, {200: ZIP}, [NotFound])
    def get_export() -> Response:
        """Everything that is known of me, as one ZIP file."""
        answer = Response(gather.zip(request_connection(), actor()), mimetype="application/zip")
        answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
        return answer

    @routes.add("delete", "/v1/me", MEMBER, GONE, [InvalidRequest, NotFound, UnderReview])
    def delete_me(body: Erasure) -> Response:
        """Erase me: who I am is forgotten here, and my points, turns and prizes can't be used by anybody any more.

        What happened stays in the books under a random id that leads to nobody; what is held for something can be
        had by others again. My tokens and sessions are refused from now on. There is no way back.
        """
        if body.confirm != WORD:
            errors = [{"field": "confirm", "message": f"not the word {WORD}"}]
            raise InvalidRequest(f"Send confirm: {WORD}. There is no way back.", errors=errors)
        member = actor()
        services.writer.run(lambda work: erase(work, member, features))
        answer = Response(status=204)
        answer.headers.add("Set-Cookie", edge_of(app).sessions.forgotten)
        return answer


def secret_rules(connection: sa.Connection, features: Sequence[Feature], member: str) -> set[str]:
    """The rules that a member must not learn of yet."""
    return {
        rule
        for feature in features
        if feature.secret_rules is not None
        for rule in feature.secret_rules(connection, member)
    }


class Gathering:
    """Gathers what is known of one member."""

    def __init__(self, services: Services, plays: Plays, describe: DescribePrize, features: Sequence[Feature]) -> None:
        self._services, self._plays, self._describe, self._features = services, plays, describe, features

    def zip(self, connection: sa.Connection, member: str) -> bytes:
        """All files of a member. Refuses with NotFound."""
        with snapshot(connection):
            files = self._files(connection, member)
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return packed.getvalue()

    def _files(self, connection: sa.Connection, member: str) -> dict[str, bytes]:
        now_ms = self._services.clock.now_ms()
        row = get_member(connection, member)
        unseen = hidden_from(connection, self._plays, member, now_ms) if is_page() else ()
        lots, grants = {play.lot for play in unseen}, {play.grant for play in unseen if play.grant}
        profile = render_profile(connection, self._plays, member, now_ms, as_page=is_page())
        profile |= {
            "external_id": row.external_id,
            "birth_date": row.birth_date,
            "attributes": orjson.loads(row.attributes),
        }
        external_id, secret = row.external_id or "", secret_rules(connection, self._features, member)
        files: dict[str, bytes] = {
            "README.txt": README.encode(),
            "profile.json": _json(profile),
            "statement.json": _json(_all(lambda page: statement_page(connection, self._plays, member, page, lots))),
            "prizes.json": _json(_all(lambda page: list_prizes(connection, member, page, self._describe, grants))),
            "redemptions.json": _json(_all(lambda page: redemption_page(connection, member, page))),
            "events.json": _json(_all(lambda page: event_page(connection, external_id, page, now_ms, secret))),
            "log.json": _json(_read_log(connection, member)),
        }
        for feature in self._features:
            if feature.own_files is not None:
                files |= feature.own_files(self._services, connection, member)
        return files


def _json(document: Any) -> bytes:  # noqa: ANN401  JSON
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _all(read: Callable[[Page], Mapping[str, Any]]) -> dict[str, Any]:
    """A list with all of its pages in one; what stands beside the items is the first page's."""
    first = dict(read(Page(limit=LIMIT)))
    after = first.pop("next")
    while after is not None:
        page = read(Page(limit=LIMIT, cursor=after))
        first["items"] += page["items"]
        after = page["next"]
    return first


def _read_log(connection: sa.Connection, member: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    while events := read_member_feed(connection, member, len(told), MAX_READ):
        told += [
            {
                "position": event.member_position,
                "name": event.name,
                "subject": event.subject,
                "data": orjson.loads(event.data) if event.data else {},
                "at": render_ms(event.recorded_at),
            }
            for event in events
        ]
    return told
