"""Badges and collections over HTTP: the member's shelf, credentials to take away, and what the brand does by hand."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI

from badges import by_hand, models
from badges.claiming import claim
from badges.credentials import MEDIA_TYPE
from badges.desk import Desk
from badges.green_year import read_green_year
from badges.holdings import Held, find_held
from badges.issuing import get_issuing_entry
from badges.sharing import share
from badges.tables import Award
from badges.view import Cabinet, Rarity
from engage.api import MemberPath, locale_of
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict, NotEligible, NotFound, SoldOut, UnderReview
from engage.members import access_member, get_locale, get_member
from engage.storage.work import Work
from engage.web import (
    MEMBER,
    KeyAllowed,
    Routes,
    actor,
    answer_once,
    json_answer,
    key_with,
    reading,
    request_connection,
)

SCOPE = "badges"
BAKED = "image/png"


def register(app: OpenAPI, services: Services, desk: Desk) -> None:
    """Add the routes."""
    routes = Routes(app, "badges", "Badges, collections, and credentials to take away.")
    _register_shelf(routes, services)
    _register_credentials(routes, services, desk)
    _register_brand(routes, services)


def _register_shelf(routes: Routes, services: Services) -> None:
    rarity = Rarity(services.clock)

    def cabinet() -> Cabinet:
        connection, member = request_connection(), actor()
        return Cabinet(connection, rarity, member, locale_of(connection, member), services.clock.now_ms())

    @routes.add("get", "/v1/badges", MEMBER, {200: models.BadgeList}, [NotFound])
    def get_badges() -> Response:
        """My badges, and those that I could get. Secret ones are there once I have them."""
        return json_answer({"items": cabinet().badges(), "next": None})

    @routes.add("get", "/v1/collections", MEMBER, {200: models.CollectionList}, [NotFound])
    def get_collections() -> Response:
        """The collections: what of each I hold, and how to get the rest."""
        return json_answer({"items": cabinet().collections(), "next": None})

    @routes.add(
        "post",
        "/v1/collections/<collection>/claims",
        MEMBER,
        {201: models.GrandPrizeAnswer},
        [NotFound, UnderReview, NotEligible, Conflict, SoldOut],
    )
    def post_collection_claim(path: models.CollectionPath, header: KeyAllowed) -> Response:
        """Claim the grand prize of a collection that I have completed. It is given once."""
        member = actor()

        def decide(work: Work) -> tuple[int, Any]:
            row, given = claim(work, member, path.collection, services.give_turns)
            return 201, {
                "claim": row.id,
                "collection": row.collection,
                "kind": given.kind,
                "amount": given.amount,
                "grant": given.grant,
                "claimed_at": render_ms(row.claimed_at),
            }

        return answer_once(services.writer, member, header.key, decide)

    @routes.add("put", "/v1/badges/<award>/sharing", MEMBER, {200: models.SharingAnswer}, [NotFound, Conflict])
    def put_badge_sharing(path: models.AwardPath, body: models.SharingRequest) -> Response:
        """Let anybody see this badge, with or without my nickname; or nobody any more."""
        member = actor()
        services.writer.run(lambda work: share(work, member, path.award, public=body.public, name=body.name))
        address = f"/b/{path.award}" if body.public else None
        name = body.public and body.name
        return json_answer({"award": path.award, "public": body.public, "name": name, "address": address})


def _register_credentials(routes: Routes, services: Services, desk: Desk) -> None:
    @routes.add("get", "/v1/badges/<award>/credential", MEMBER, {200: models.JWT}, [NotFound, Conflict])
    def get_badge_credential(path: models.AwardPath) -> Response:
        """My badge as an Open Badges 3.0 credential, a VC-JWT: whoever has it can check it, and nobody needs to ask."""
        with reading() as connection:
            held = require_own(connection, path.award, actor())
            credential = desk.credential(connection, held.award, get_locale(connection, actor()))
        return Response(desk.sign(credential), mimetype=MEDIA_TYPE)

    @routes.add("get", "/v1/badges/<award>/credential.png", MEMBER, {200: models.PNG}, [NotFound, Conflict])
    def get_badge_picture(path: models.AwardPath) -> Response:
        """The badge's picture with the credential baked in."""
        with reading() as connection:
            held, locale = require_own(connection, path.award, actor()), get_locale(connection, actor())
            credential, svg = desk.credential(connection, held.award, locale), desk.svg(connection, held.award, locale)
        return Response(desk.bake(credential, svg), mimetype=BAKED)

    @routes.add("get", "/v1/me/green-year/<year>", MEMBER, {200: models.GreenYearAnswer}, [NotFound])
    def get_green_year(path: models.YearPath) -> Response:
        """My green actions of a year, by the calendar of my time zone, and a credential that says so."""
        with reading() as connection:
            row = get_member(connection, actor())
            year = read_green_year(connection, row.external_id or "", row.time_zone, path.year)
            if not year.actions:
                raise NotFound("Nothing green is known of this year.")
            entry = get_issuing_entry(connection)
        now_ms = services.clock.now_ms()
        signed = desk.sign(desk.issuing.green_year(row.id, year, entry, row.locale, now_ms))
        return json_answer(
            {
                "year": year.year,
                "actions": year.actions,
                "grams": year.grams,
                "quantities": dict(year.quantities),
                "credential": signed,
            }
        )


def require_own(connection: sa.Connection, award: str, member: str) -> Held:
    """An award of this member. Refuses with NotFound, then with Conflict if it was taken back."""
    held = find_held(connection, award)
    if held is None or held.award.member != member:
        raise NotFound("There is no such award.")
    if held.revoked_at is not None:
        raise Conflict("This badge was taken back.")
    return held


@dataclass(frozen=True)
class _Rendered:
    """An award as the brand's server reads it."""

    award: Award
    revoked: bool

    def document(self) -> dict[str, Any]:
        row = self.award
        return {
            "award": row.id,
            "badge": row.badge,
            "tier": row.tier,
            "awarded_at": render_ms(row.awarded_at),
            "expires_at": render_ms(row.expires_at) if row.expires_at else None,
            "revoked": self.revoked,
        }


def _register_brand(routes: Routes, services: Services) -> None:
    @routes.add(
        "post",
        "/v1/members/<ext>/badges",
        key_with(SCOPE),
        {201: models.AwardAnswer},
        [NotFound, UnderReview, Conflict],
    )
    def post_member_badge(path: MemberPath, body: models.GiftRequest, header: KeyAllowed) -> Response:
        """Give a member a badge by hand. Who gives it and why is kept with it."""
        said = by_hand.require_said(body.by, body.reason)

        def decide(work: Work) -> tuple[int, Any]:
            row = access_member(work.connection, path.ext)
            return 201, _Rendered(by_hand.grant(work, row.id, body.badge, body.tier, said), revoked=False).document()

        return answer_once(services.writer, actor(), header.key, decide)

    @routes.add(
        "post",
        "/v1/badges/<award>/revocations",
        key_with(SCOPE),
        {201: models.AwardAnswer},
        [NotFound, Conflict],
    )
    def post_badge_revocation(path: models.AwardPath, body: models.RevocationRequest, header: KeyAllowed) -> Response:
        """Take a badge back. Its credential is on the list of revocations from now on."""
        said = by_hand.require_said(body.by, body.reason)

        def decide(work: Work) -> tuple[int, Any]:
            return 201, _Rendered(by_hand.revoke(work, path.award, said), revoked=True).document()

        return answer_once(services.writer, actor(), header.key, decide)
