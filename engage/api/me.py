"""The member's own view: profile, balances, consents, and the feed of what happened."""

from typing import Annotated, Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.shapes import Answer, Balances, Instant, Nickname, Request, Zone
from engage.api.statement import HoldAnswer, render_holds
from engage.feature import Plays, Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import NotFound, UnderReview
from engage.ledger import find_book
from engage.live import hidden_from, read_feed, read_standing
from engage.members import LOCALES, Member, change_profile, get_member, read_consents, record_consent, require_zone
from engage.rewards import DELIVERY_PURPOSE, withdraw_addresses
from engage.storage.snapshot import snapshot
from engage.web import MEMBER, KeyAllowed, Routes, actor, answer_once, is_page, json_answer, request_connection

Purpose = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9 _.-]*$", examples=["marketing"])]


class PlayLimits(Request):
    """The member's own limits; null is none. `per_day` counts plays a day in each game.

    A tighter limit holds at once, a looser one a day later.
    """

    per_day: Annotated[int, Field(ge=0, le=1000)] | None = None


class LimitsInForce(Answer):
    """The member's own limits; from `looser_from` on `per_day` will be `looser_per_day`, as the member has asked."""

    per_day: int | None
    looser_per_day: int | None
    looser_from: Instant | None


class ProfileChanges(Request):
    """What a member may change; a field that is left out stays, null clears a nickname."""

    nickname: Nickname | None = None
    locale: Annotated[str, Field(pattern=f"^({'|'.join(LOCALES)})$", default_factory=str)]
    time_zone: Annotated[Zone, Field(default_factory=str)]
    play_limits: PlayLimits | None = None
    personalisation: Annotated[bool, Field(default_factory=bool)]
    large_text: Annotated[bool, Field(default_factory=bool)]


class UnseenPlay(Answer):
    """A play whose result the member has not seen; from `until` on it is shown all the same, or `until_position`."""

    play: str
    game: str
    until: Instant
    until_position: int


class Profile(Answer):
    """The member. `position` is the number of the member's last event.

    A page gets `balances` without what came of the plays in `unseen`; then this is what a socket's snapshot says.
    """

    member: str
    nickname: str | None
    locale: str
    time_zone: str
    play_limits: LimitsInForce
    personalisation: bool
    large_text: bool
    balances: Balances
    holds: Annotated[list[HoldAnswer], Field(description="what is held of the points, and why")]
    position: int
    unseen: Annotated[list[UnseenPlay], Field(description="plays to be shown and seen, oldest first")]
    consents: dict[str, bool]


class ConsentRequest(Request):
    """One purpose, allowed or no longer."""

    purpose: Purpose
    granted: bool


class ConsentAnswer(Answer):
    """What holds now."""

    purpose: str
    granted: bool
    at: Instant


class FeedQuery(Request):
    """Events after this position of the member."""

    model_config = Request.model_config | {"strict": False}

    after: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class FeedEvent(Answer):
    """One event, just as a push says it. `data` says what changed, with balances as they are at the time of telling.

    While a play is unseen, what would give it away carries its id as `unseen`, and nothing else of it.
    """

    name: str
    position: int
    game: str | None
    data: dict[str, Any]
    at: Instant
    unseen: str | None = None


class Feed(Answer):
    """The member's events in order, without gaps; `next` reads on, null if there are no more yet."""

    items: list[FeedEvent]
    next: int | None


def register(app: OpenAPI, services: Services, plays: Plays) -> None:
    """Add the member's own routes."""
    routes = Routes(app, "me", "The member: profile, balances, prizes, history.")

    def profile(member: str) -> Response:
        connection = request_connection()
        with snapshot(connection):
            return json_answer(render_profile(connection, plays, member, services.clock.now_ms(), as_page=is_page()))

    @routes.add("get", "/v1/me", MEMBER, {200: Profile}, [NotFound])
    def get_me() -> Response:
        """My profile, balances and consents."""
        return profile(actor())

    @routes.add("patch", "/v1/me", MEMBER, {200: Profile}, [NotFound])
    def patch_me(body: ProfileChanges) -> Response:
        """Change my settings."""
        member = actor()
        changes = body.model_dump(exclude_unset=True)
        if "time_zone" in changes:
            require_zone(body.time_zone)
        if "play_limits" in changes:
            limits = changes.pop("play_limits")
            changes["plays_per_day"] = limits["per_day"] if limits else None
        services.writer.run(lambda work: change_profile(work, member, changes))
        return profile(member)

    @routes.add("post", "/v1/me/consents", MEMBER, {201: ConsentAnswer}, [NotFound, UnderReview])
    def post_consent(body: ConsentRequest, header: KeyAllowed) -> Response:
        """Allow one purpose, or take it back.

        Who takes `delivery of a prize` back has every address erased but of goods that are on their way; goods that
        were not sent yet can be claimed again.
        """
        member = actor()

        def consent(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            row = record_consent(work, member, body.purpose, granted=body.granted)
            if body.purpose == DELIVERY_PURPOSE and not body.granted:
                withdraw_addresses(work, member)
            return 201, {"purpose": row.purpose, "granted": bool(row.granted), "at": render_ms(row.recorded_at)}

        return answer_once(services.writer, member, header.key, consent)

    @routes.add("get", "/v1/feed", MEMBER, {200: Feed})
    def get_feed(query: FeedQuery) -> Response:
        """What happened after a position of mine: the very items that my sockets are pushed."""
        connection = request_connection()
        with snapshot(connection):
            now_ms = services.clock.now_ms()
            items = read_feed(connection, plays, actor(), query.after, query.limit, now_ms)
        last = items[-1]["position"] if len(items) == query.limit else None
        return json_answer({"items": items, "next": last})


def render_profile(
    connection: sa.Connection, plays: Plays, member: str, now_ms: int, *, as_page: bool
) -> dict[str, Any]:
    """A member's profile. Has to be read in one snapshot; a page is told nothing that came of unseen plays."""
    row = get_member(connection, member)
    standing = read_standing(connection, plays, member, now_ms)
    hidden = {play.lot for play in hidden_from(connection, plays, member, now_ms)} if as_page else set[str]()
    balances = {name: standing[name] for name in ("points", "held", "turns")}
    if not as_page:
        book = find_book(connection, member)
        balances = {"points": book.points, "held": book.held, "turns": plays.all_turns(connection, member, now_ms)}
    return {
        "member": row.id,
        "nickname": row.nickname,
        "locale": row.locale,
        "time_zone": row.time_zone,
        "play_limits": _render_limits(row, now_ms),
        "personalisation": bool(row.personalisation),
        "large_text": bool(row.large_text),
        "balances": balances,
        "holds": render_holds(connection, member, hidden),
        "position": standing["position"],
        "unseen": standing["unseen"],
        "consents": read_consents(connection, member),
    }


def _render_limits(row: Member, now_ms: int) -> dict[str, Any]:
    waits = row.looser_from is not None and now_ms < row.looser_from
    return {
        "per_day": row.own_limit(now_ms),
        "looser_per_day": row.looser_plays_per_day if waits else None,
        "looser_from": render_ms(row.looser_from) if waits and row.looser_from is not None else None,
    }
