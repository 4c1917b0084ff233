"""The statement: every posting of a member with its reason, and the lots that hold what is left, with their expiry."""

from collections.abc import Container
from typing import Annotated, Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.shapes import Answer, Instant, Page
from engage.feature import Plays, Services
from engage.kernel.clock import render_ms
from engage.ledger import POINTS, StatementLine, read_open_holds, read_open_lots, read_statement
from engage.live import hidden_from
from engage.web import MEMBER, Routes, actor, is_page, json_answer, request_connection

NEVER = 2**63 - 1


class PostingAnswer(Answer):
    """One movement: positive amounts came in, negative went out.

    `reason` is the route's name, `cause` what led to it.
    """

    posting: str
    asset: str
    amount: int
    reason: str
    cause: str
    reverses: str | None
    expires_at: Instant | None
    at: Instant


class LotAnswer(Answer):
    """Points received together; null is for life."""

    received: int
    left: int
    expires_at: Instant | None
    at: Instant


class HoldAnswer(Answer):
    """Points that can't be used yet, and until when.

    `pending`: earned by an order that may still be refunded; `order`: they wait for the member's next paid order;
    `redemption`: they bought what can still be given back.
    """

    points: int
    reason: Annotated[str, Field(examples=["pending"])]
    until: Instant | None


class Statement(Answer):
    """Postings, newest first, the open lots of points, earliest expiry first, and what is held, earliest end first."""

    items: list[PostingAnswer]
    lots: list[LotAnswer]
    holds: list[HoldAnswer]
    next: Annotated[str | None, Field(description="the cursor of the next page")]


def statement_page(connection: sa.Connection, member: str, page: Page, hidden: Container[str] = ()) -> dict[str, Any]:
    """One page of a member's statement, without the lots that are `hidden` and what made them."""
    lines = read_statement(connection, member, page.cursor, page.limit + 1)
    shown = lines[: page.limit]
    return {
        "items": [_render(line) for line in shown if line.made_lot not in hidden],
        "lots": [
            {
                "received": lot.amount,
                "left": lot.remaining,
                "expires_at": None if lot.expires_at is None else render_ms(lot.expires_at),
                "at": render_ms(lot.earned_at),
            }
            for lot in read_open_lots(connection, member, POINTS)
            if lot.id not in hidden
        ],
        "holds": render_holds(connection, member, hidden),
        "next": shown[-1].cursor if len(lines) > page.limit else None,
    }


def render_holds(connection: sa.Connection, member: str, hidden: Container[str] = ()) -> list[dict[str, Any]]:
    """What is held of a member's points, earliest end first, without what is held of the lots that are `hidden`."""
    return [
        {
            "points": hold.amount,
            "reason": hold.reason,
            "until": None if hold.until is None else render_ms(hold.until),
        }
        for hold in sorted(read_open_holds(connection, [member]), key=lambda hold: hold.until or NEVER)
        if hold.id.removeprefix("order:") not in hidden
    ]


def _render(line: StatementLine) -> dict[str, Any]:
    return {
        "posting": line.posting,
        "asset": line.asset,
        "amount": line.amount,
        "reason": line.reason,
        "cause": line.cause,
        "reverses": line.reverses,
        "expires_at": None if line.expires_at is None else render_ms(line.expires_at),
        "at": render_ms(line.recorded_at),
    }


def register(app: OpenAPI, services: Services, plays: Plays) -> None:
    """Add the member's statement."""
    routes = Routes(app, "me", "The member: profile, balances, prizes, history.")

    @routes.add("get", "/v1/statement", MEMBER, {200: Statement})
    def get_statement(query: Page) -> Response:
        """My postings, newest first, with reasons and expiry."""
        member, now_ms = actor(), services.clock.now_ms()
        connection = request_connection()
        unseen = hidden_from(connection, plays, member, now_ms) if is_page() else ()
        return json_answer(statement_page(connection, member, query, {play.lot for play in unseen}))
