"""The brand's server: its members, their tokens, and what support needs to see of them."""

from datetime import date
from typing import Annotated, Any

import orjson
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.prizes import PrizeList, list_prizes
from engage.api.shapes import PRINTED, Answer, ExternalId, Instant, MemberPath, Nickname, Page, Request, Zone
from engage.api.statement import Statement, statement_page
from engage.feature import DescribePrize, Plays, Services
from engage.kernel.clock import from_ms, render_ms
from engage.kernel.refusals import NotFound
from engage.members import (
    LOCALES,
    Description,
    Member,
    access_member,
    require_past_date,
    require_zone,
    upsert,
    upsert_all,
)
from engage.web import (
    MAX_TTL_SECONDS,
    MIN_TTL_SECONDS,
    KeyAccepted,
    Routes,
    edge_of,
    json_answer,
    key_with,
    request_connection,
)

MAX_BATCH = 1000


AttributeName = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTED)]
AttributeText = Annotated[str, Field(max_length=500, pattern=PRINTED)]


class MemberFields(Request):
    """What the brand says of a member; a field that is left out stays as it is."""

    nickname: Nickname | None = None
    locale: Annotated[str, Field(pattern=f"^({'|'.join(LOCALES)})$")] | None = None
    time_zone: Zone | None = None
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    insider: bool | None = None
    attributes: Annotated[dict[AttributeName, AttributeText | int | bool], Field(max_length=50)] | None = None


class BatchMember(MemberFields):
    """One member of a batch."""

    external_id: ExternalId


class Batch(Request):
    """Up to 1,000 members."""

    members: Annotated[list[BatchMember], Field(min_length=1, max_length=MAX_BATCH)]


class MemberAnswer(Answer):
    """A member as the brand described it. `member` is the id that receipts and the ledger know."""

    member: str
    external_id: str
    nickname: str | None
    locale: str
    time_zone: str
    birth_date: str | None
    insider: bool
    attributes: dict[str, Any]
    created_at: Instant


class BatchAnswer(Answer):
    """The members of a batch in its order."""

    items: list[MemberAnswer]


class TokenRequest(Request):
    """How long the token lasts."""

    ttl_seconds: Annotated[int, Field(ge=MIN_TTL_SECONDS, le=MAX_TTL_SECONDS)] = MAX_TTL_SECONDS


class TokenAnswer(Answer):
    """A member's token. Each call mints another; none is stored."""

    token: str
    expires_at: Instant


def render_member(row: Member) -> dict[str, Any]:
    """A member as the brand sees it."""
    return {
        "member": row.id,
        "external_id": row.external_id,
        "nickname": row.nickname,
        "locale": row.locale,
        "time_zone": row.time_zone,
        "birth_date": row.birth_date,
        "insider": bool(row.insider),
        "attributes": orjson.loads(row.attributes),
        "created_at": render_ms(row.created_at),
    }


def _describe(external_id: str, fields: MemberFields, today: date) -> Description:
    """Refuses with InvalidRequest for a zone or a date that is none."""
    require_zone(fields.time_zone)
    require_past_date(fields.birth_date, today)
    values = fields.model_dump(exclude={"external_id"})
    return Description(external_id, **values)


def register(app: OpenAPI, services: Services, plays: Plays, describe: DescribePrize) -> None:
    """Add the routes of a brand's server about its members."""
    routes = Routes(app, "members", "The brand's server: its members.")
    tokens = edge_of(app).tokens

    @routes.add("put", "/v1/members/<ext>", key_with("members"), {200: MemberAnswer, 201: MemberAnswer})
    def put_member(path: MemberPath, body: MemberFields) -> Response:
        """Make a member, or change what was said of one."""
        described = _describe(path.ext, body, from_ms(services.clock.now_ms()).date())
        row, is_new = services.writer.run(lambda work: upsert(work, described))
        return json_answer(render_member(row), 201 if is_new else 200)

    @routes.add("put", "/v1/members", key_with("members"), {200: BatchAnswer}, batch=True)
    def put_members(body: Batch) -> Response:
        """Make or change up to 1,000 members, all or none."""
        today = from_ms(services.clock.now_ms()).date()
        described = [_describe(one.external_id, one, today) for one in body.members]
        rows = services.writer.run(lambda work: upsert_all(work, described))
        return json_answer({"items": [render_member(row) for row, _ in rows]})

    @routes.add("get", "/v1/members/<ext>", key_with("support"), {200: MemberAnswer}, [NotFound])
    def get_member(path: MemberPath) -> Response:
        """A member."""
        return json_answer(render_member(access_member(request_connection(), path.ext)))

    @routes.add("post", "/v1/members/<ext>/tokens", key_with("tokens"), {201: TokenAnswer}, [NotFound])
    def post_token(path: MemberPath, body: TokenRequest, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """A token for this member's page; hand it over, never put it into an address."""
        row = access_member(request_connection(), path.ext)
        token, expires = tokens.mint(row.id, body.ttl_seconds)
        return json_answer({"token": token, "expires_at": render_ms(expires)}, 201)

    @routes.add("get", "/v1/members/<ext>/statement", key_with("support"), {200: Statement}, [NotFound])
    def get_member_statement(path: MemberPath, query: Page) -> Response:
        """A member's postings, newest first."""
        connection = request_connection()
        row = access_member(connection, path.ext)
        return json_answer(statement_page(connection, plays, row.id, query))

    @routes.add("get", "/v1/members/<ext>/prizes", key_with("support"), {200: PrizeList}, [NotFound])
    def get_member_prizes(path: MemberPath, query: Page) -> Response:
        """A member's prizes, newest first."""
        connection = request_connection()
        row = access_member(connection, path.ext)
        return json_answer(list_prizes(connection, row.id, query, describe))
