"""The member's own view: profile, balances, consents, and the feed of what happened."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.shapes import Answer, Balances, Instant, Nickname, Request, Zone
from engage.events import LoggedEvent, read_member_feed
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import NotFound, UnderReview
from engage.ledger import find_book
from engage.members import LOCALES, change_profile, get_member, read_consents, record_consent, require_zone
from engage.rewards import DELIVERY_PURPOSE, withdraw_addresses
from engage.web import MEMBER, KeyAllowed, Routes, actor, answer_once, json_answer

TurnsOf = Callable[[sa.Connection, str, int], dict[str, int]]
Purpose = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9 _.-]*$", examples=["marketing"])]


class PlayLimits(Request):
    """The member's own limits; null is none. `per_day` counts plays a day in each game."""

    per_day: Annotated[int, Field(ge=0, le=1000)] | None = None


class ProfileChanges(Request):
    """What a member may change; a field that is left out stays, null clears a nickname."""

    nickname: Nickname | None = None
    locale: Annotated[str, Field(pattern=f"^({'|'.join(LOCALES)})$", default_factory=str)]
    time_zone: Annotated[Zone, Field(default_factory=str)]
    play_limits: PlayLimits | None = None
    personalisation: Annotated[bool, Field(default_factory=bool)]
    large_text: Annotated[bool, Field(default_factory=bool)]


class Profile(Answer):
    """The member. `position` is the number of the member's last event."""

    member: str
    nickname: str | None
    locale: str
    time_zone: str
    play_limits: dict[str, int | None]
    personalisation: bool
    large_text: bool
    balances: Balances
    position: int
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
    """One event. `data` says what changed; for `play.settled` it names the play."""

    name: str
    position: int
    game: str | None
    data: dict[str, Any]
    at: Instant


class Feed(Answer):
    """The member's events in order, without gaps; `next` reads on, null if there are no more yet."""

    items: list[FeedEvent]
    next: int | None


def register(app: OpenAPI, services: Services, turns_of: TurnsOf) -> None:
    """Add the member's own routes."""
    routes = Routes(app, "me", "The member: profile, balances, prizes, history.")

    def profile(connection: sa.Connection, member: str) -> dict[str, Any]:
        return _render(connection, member, turns_of(connection, member, services.clock.now_ms()))

    @routes.add("get", "/v1/me", MEMBER, {200: Profile}, [NotFound])
    def get_me() -> Response:
        """My profile, balances and consents."""
        with services.reader.connect() as connection:
            return json_answer(profile(connection, actor()))

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
        with services.reader.connect() as connection:
            return json_answer(profile(connection, member))

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
        """What happened after a position of mine."""
        with services.reader.connect() as connection:
            events = read_member_feed(connection, actor(), query.after, query.limit)
        last = events[-1].member_position if len(events) == query.limit else None
        return json_answer({"items": [_render_event(event) for event in events], "next": last})


def _render(connection: sa.Connection, member: str, turns: dict[str, int]) -> dict[str, Any]:
    row, book = get_member(connection, member), find_book(connection, member)
    return {
        "member": row.id,
        "nickname": row.nickname,
        "locale": row.locale,
        "time_zone": row.time_zone,
        "play_limits": {"per_day": row.plays_per_day},
        "personalisation": bool(row.personalisation),
        "large_text": bool(row.large_text),
        "balances": {"points": book.points, "held": book.held, "turns": turns},
        "position": book.position,
        "consents": read_consents(connection, member),
    }


def _render_event(event: LoggedEvent) -> dict[str, Any]:
    data = orjson.loads(event.data) if event.data else {}
    kind, _, subject = event.subject.partition(":")
    if kind == "play":
        data["play"] = subject
    return {
        "name": event.name,
        "position": event.member_position,
        "game": event.game,
        "data": data,
        "at": render_ms(event.recorded_at),
    }
