"""The statement: every posting of a member with its reason, and the lots that hold what is left, with their expiry."""

from collections.abc import Collection, Container, Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.prizes import locale_of
from engage.api.shapes import Answer, Instant, Page
from engage.catalogue import find_entry, text_in
from engage.feature import Plays, Services
from engage.kernel.clock import render_ms
from engage.ledger import POINTS, StatementLine, read_open_holds, read_open_lots, read_statement
from engage.live import hidden_from
from engage.rewards import PRIZE_OF_ITEM, read_sources
from engage.web import MEMBER, Routes, actor, is_page, json_answer, request_connection

NEVER = 2**63 - 1
PLAY = "play:"


class PostingAnswer(Answer):
    """One movement: positive amounts came in, negative went out.

    `reason` is the route's name, `cause` what led to it. `source` is the game, task, collection or item that it belongs
    to, of a correction that of what it corrects, and `source_name` what members know it by: null of a game, whose title
    the game has, and where nothing is known.
    """

    posting: str
    asset: str
    amount: int
    reason: str
    cause: str
    source: str | None
    source_name: str | None
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


def statement_page(
    connection: sa.Connection, plays: Plays, member: str, page: Page, hidden: Container[str] = ()
) -> dict[str, Any]:
    """One page of a member's statement, without the lots that are `hidden` and what made them."""
    lines = read_statement(connection, member, page.cursor, page.limit + 1)
    shown = lines[: page.limit]
    visible = [line for line in shown if line.made_lot not in hidden]
    sources = _read_sources(connection, plays, {line.origin for line in visible})
    names = _read_names(connection, set(sources.values()), locale_of(connection, member))
    return {
        "items": [_render(line, sources.get(line.origin), names) for line in visible],
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


def _read_sources(connection: sa.Connection, plays: Plays, origins: Collection[str]) -> dict[str, str]:
    """What each of these causes belongs to, by cause; those that belong to nothing are left out."""
    played = sorted(origin.removeprefix(PLAY) for origin in origins if origin.startswith(PLAY))
    games = {PLAY + id_: game for id_, game in plays.games(connection, played).items()}
    return games | read_sources(connection, origins)


def _read_names(connection: sa.Connection, sources: Collection[str], locale: str) -> dict[str, str]:
    """What members know these by, as far as the catalogue has them."""
    entries = (find_entry(connection, source) for source in sorted(sources))
    return {entry.id: text_in(_title_of(entry.document), locale) for entry in entries if entry is not None}


def _title_of(document: Mapping[str, Any]) -> Mapping[str, str]:
    """The title of a task or a collection, the name of an item."""
    texts: Mapping[str, str] = document["title"] if "title" in document else document["prizes"][PRIZE_OF_ITEM]["name"]
    return texts


def _render(line: StatementLine, source: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "posting": line.posting,
        "asset": line.asset,
        "amount": line.amount,
        "reason": line.reason,
        "cause": line.cause,
        "source": source,
        "source_name": names.get(source or ""),
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
        return json_answer(statement_page(connection, plays, member, query, {play.lot for play in unseen}))
