"""What anybody may ask of the shelf: pictures, who issues, what was revoked, and what members let everybody see.

A page of an award that is not shared is no page at all, and one that is shared names nobody who did not want it.
"""

from typing import Any

import sqlalchemy as sa
from flask import Response, url_for
from flask_openapi import OpenAPI

from badges import models
from badges.artwork import Medal, draw
from badges.card import HEIGHT, WIDTH, BadgeCard
from badges.credentials import MEDIA_TYPE
from badges.desk import Desk
from badges.holdings import Held, find_badge, find_held
from badges.issuing import art_address, get_issuing_entry, get_revision, language_of
from badges.keys import read_keys
from badges.pictures import data_address
from badges.sharing import find_shared
from engage.catalogue import Entry, text_in
from engage.feature import Services
from engage.kernel.clock import from_ms, render_ms
from engage.kernel.refusals import NotFound
from engage.posters import Workshop, version_of
from engage.web import (
    ANYONE,
    LanguageQuery,
    Routes,
    format_date,
    gettext,
    json_answer,
    language,
    pages_of,
    reading,
    request_connection,
    speaking,
)

ENTRY = "landing/main.ts"
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
KEPT_A_WHILE = "public, max-age=600"
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""A picture that is opened by itself can do nothing at all."""
GREEN_YEAR = "green-year"
GREEN = Medal(GREEN_YEAR, "gold", 0, 1, "leaf", "Green year", "#2f6b5b", "#8bb174")


class PublicPages:
    """The pages and pictures of one application."""

    def __init__(self, app: OpenAPI, services: Services, desk: Desk) -> None:
        self._services, self._desk, self._pages = services, desk, pages_of(app)
        self._workshop = Workshop("badges.drawer")

    def show_art(self, badge: str, query: models.ArtQuery) -> Response:
        """A badge's picture. Refuses with NotFound, and for a secret badge without an award of it."""
        if badge == GREEN_YEAR:
            return _picture(draw(GREEN), KEPT_A_WHILE)
        connection = request_connection()
        entry = find_badge(connection, badge, query.n or None)
        tiers = [tier["id"] for tier in entry.document["tiers"]] if entry else []
        if entry is None or (query.tier and query.tier not in tiers):
            raise NotFound("There is no such badge.")
        if entry.document["secret"]:
            held = find_held(connection, query.award)
            if held is None or held.award.badge != badge:
                raise NotFound("There is no such badge.")
        svg = self._desk.pictures.svg(connection, entry, query.tier or tiers[0], language_of(entry, language()))
        return _picture(svg, KEPT_FOR_GOOD if query.n else KEPT_A_WHILE)

    def card_of(self, connection: sa.Connection, held: Held, holder: str, spoken: str) -> BadgeCard:
        """The card of a shared award."""
        entry = get_revision(connection, held.award)
        tier = next(each for each in entry.document["tiers"] if each["id"] == held.award.tier)
        zone = entry.document["time_zone"]
        with speaking(spoken):
            since = gettext("Awarded on {day}", day=format_date(from_ms(held.award.awarded_at), zone))
        return BadgeCard(
            title=text_in(entry.document["name"], spoken),
            tier=text_in(tier["name"], spoken),
            description=text_in(entry.document["description"], spoken),
            organiser=text_in(entry.document["organiser"], spoken),
            holder=holder,
            since=since,
            brand=(entry.document["colours"] or {}).get("brand", ""),
            medal=data_address(self._desk.pictures.svg(connection, entry, tier["id"], spoken)),
        )

    def render_page(self, award: str) -> Response:
        """The page of a shared award. Refuses with NotFound."""
        connection = request_connection()
        held, holder = find_shared(connection, award)
        entry = get_revision(connection, held.award)
        spoken = language_of(entry, language())
        card, base_url = self.card_of(connection, held, holder, spoken), self._desk.issuing.base_url
        expires_at, now_ms = held.award.expires_at, self._services.clock.now_ms()
        return self._pages.render(
            "badges/shared.html",
            title=card.title,
            entry=ENTRY,
            share=_tags(card, f"{base_url}/b/{award}", spoken),
            card=card,
            how=text_in(entry.document["how"], spoken),
            picture=art_address(entry, held.award.tier, award),
            credential=url_for("get_shared_credential", award=award),
            expired=render_ms(expires_at) if expires_at is not None and expires_at <= now_ms else "",
        )

    def show_card(self, award: str) -> Response:
        """The card of a shared award as a picture. Refuses with NotFound."""
        with reading() as connection:
            held, holder = find_shared(connection, award)
            spoken = language_of(get_revision(connection, held.award), language())
            card = self.card_of(connection, held, holder, spoken)
        answer = Response(self._workshop.draw(card), mimetype="image/png")
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


def _tags(card: BadgeCard, address: str, spoken: str) -> dict[str, Any]:
    """What other sites show of the page."""
    title = f"{card.title} · {card.tier}" if card.tier else card.title
    return {
        "title": title,
        "description": card.description,
        "site": card.organiser,
        "language": spoken,
        "address": address,
        "picture": f"{address}.png?v={version_of(card)}",
        "width": WIDTH,
        "height": HEIGHT,
    }


def _picture(svg: str, kept: str) -> Response:
    answer = Response(svg, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = kept
    answer.headers["Content-Security-Policy"] = HARMLESS
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def register(app: OpenAPI, services: Services, desk: Desk) -> None:
    """Add the pages, the pictures and the documents of the issuer."""
    pages = PublicPages(app, services, desk)
    _register_pictures(Routes(app, "share", "Pictures of badges, to be shared."), pages)
    _register_issuer(Routes(app, "badges", "Badges, collections, and credentials to take away."), desk)
    routes = Routes(app, "pages", "Pages for people.")

    @routes.page("/b/<award>", ANYONE, [NotFound])
    def get_shared_page(path: models.AwardPath, query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """A badge that its holder lets everybody see."""
        return pages.render_page(path.award)


def _register_pictures(routes: Routes, pages: PublicPages) -> None:
    @routes.add("get", "/badges/<badge>.svg", ANYONE, {200: models.SVG}, [NotFound])
    def get_badge_art(path: models.BadgePath, query: models.ArtQuery) -> Response:
        """A badge's picture. Of a secret badge, whoever has it knows the address."""
        return pages.show_art(path.badge, query)

    @routes.add("get", "/b/<award>.png", ANYONE, {200: models.PNG}, [NotFound])
    def get_shared_picture(path: models.AwardPath, query: models.VersionQuery) -> Response:  # noqa: ARG001  for caches
        """The card of a shared badge, 1200 × 630."""
        return pages.show_card(path.award)


def _register_issuer(routes: Routes, desk: Desk) -> None:
    @routes.add("get", "/b/<award>/credential", ANYONE, {200: models.JWT}, [NotFound])
    def get_shared_credential(path: models.AwardPath) -> Response:
        """The credential of a shared badge, under the very address that is its id."""
        with reading() as connection:
            held, _ = find_shared(connection, path.award)
            credential = desk.credential(connection, held.award, language())
        return Response(desk.sign(credential), mimetype=MEDIA_TYPE)

    @routes.add("get", "/badges/issuers/<campaign>", ANYONE, {200: models.AnyDocument}, [NotFound])
    def get_badge_issuer(path: models.IssuerPath) -> Response:
        """Who issues the badges of a campaign (Open Badges 3.0, Profile)."""
        entry = get_issuing_entry(request_connection(), path.campaign)
        return json_answer(desk.issuing.issuer(entry, _language_of(entry)).profile())

    @routes.add("get", "/badges/keys/<kid>", ANYONE, {200: models.AnyDocument}, [NotFound])
    def get_badge_key(path: models.KeyPath) -> Response:
        """A key that credentials are signed with, as a JWK: what their header names."""
        found = next((key for key in read_keys(request_connection()) if key["kid"] == path.kid), None)
        if found is None:
            raise NotFound("There is no such key.")
        return json_answer(found)

    @routes.add("get", "/badges/revocations.json", ANYONE, {200: models.AnyDocument})
    def get_badge_revocations() -> Response:
        """The credentials that were revoked (1EdTech Revocation List)."""
        return json_answer(desk.issuing.revocations(request_connection()))


def _language_of(entry: Entry) -> str:
    """The organiser's first language: a profile says the same to everybody."""
    first: str = entry.document["languages"][0]
    return first
