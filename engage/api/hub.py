"""The pages of what is a member's own, and the counter: what they share is the way from one to the other."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Response, request, url_for
from flask_openapi import OpenAPI

from engage.campaigns import TERMS
from engage.catalogue import read_entries, text_in
from engage.feature import Services
from engage.kernel.refusals import NotFound
from engage.ledger import find_book
from engage.members import get_member
from engage.web import ANYONE, PAGE, LanguageQuery, Routes, edge_of, gettext, language, pages_of, request_connection

EXTENSION = "engage.hub"
LookOf = Callable[[sa.Connection, str], dict[str, Any]]
SCRIPT = {"description": "A script", "content": {"text/javascript": {"schema": {"type": "string"}}}}
KEEPS_ITSELF = {"worker-src": "'self'", "trusted-types": "lit-html engage-offline"}
"""A service worker keeps the page of the prizes; its address is the only one that a script makes trusted."""
MANIFEST = {
    "description": "A web application manifest",
    "content": {"application/manifest+json": {"schema": {"type": "object"}}},
}
GROUNDS = {"festive": "#c0151c", "calm": "#eef3ee"}
"""The grounds of the themes, as pages have them; the brand's own is its colour."""
SVG, PNG = {"type": "image/svg+xml", "purpose": "any"}, {"type": "image/png", "purpose": "any"}
ICONS = (
    ("icon.svg", "any", SVG),
    ("icon-192.png", "192x192", PNG),
    ("icon-512.png", "512x512", PNG),
    ("icon-maskable-512.png", "512x512", PNG | {"purpose": "maskable"}),
)
"""The drawing, and it as pictures for phones that take no drawing; a phone cuts the maskable one as it likes."""
SCANS = "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class Hub:
    """Renders the pages of a member's own things, in the look of the game that they play."""

    def __init__(self, app: OpenAPI, services: Services, look_of: LookOf) -> None:
        self._pages, self._services, self._look_of, self._edge = pages_of(app), services, look_of, edge_of(app)

    def render(
        self,
        here: str,
        title: str,
        look: dict[str, Any] | None = None,
        policy: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401  what the page's script starts from
    ) -> Response:
        """One page, for whoever is signed in. `here` names it: its entry, and its place in the way around.

        `look`: of a game, where the page is one of a game. `policy`: what its content security policy has in another
        way. Refuses with NotFound.
        """
        member, connection = self._edge.find_page_member(), request_connection()
        known = None if member is None else _describe(connection, member)
        look = look or self._look_of(connection, member or "")
        return self._pages.render(
            "hub/hub.html",
            title=title,
            entry=f"{here}/main.ts",
            policy=policy,
            data={"member": known, "look": look, "now": self._services.clock.now_ms(), **more},
            here=here,
            theme=look["theme"],
            is_large=known is not None and known["large_text"],
            member=known,
            back=request.path,
        )

    def look_of(self, member: str) -> dict[str, Any]:
        """The look of a member's own pages; of nobody in particular where there is none."""
        return self._look_of(request_connection(), member)


def _describe_app(ground: str) -> dict[str, Any]:
    """The hub as an application of a phone."""
    name = gettext("Rewards")
    return {
        "id": "/hub",
        "name": name,
        "short_name": name,
        "start_url": "/hub",
        "scope": "/",
        "display": "standalone",
        "background_color": ground,
        "theme_color": ground,
        "icons": [{"src": f"/static/img/{name}", "sizes": sizes, **kinds} for name, sizes, kinds in ICONS],
    }


def _describe(connection: sa.Connection, member: str) -> dict[str, Any]:
    row, book = get_member(connection, member), find_book(connection, member)
    shown = {"id": row.id, "nickname": row.nickname, "time_zone": row.time_zone, "large_text": bool(row.large_text)}
    return shown | {"position": book.position}


def _describe_rules(connection: sa.Connection) -> list[dict[str, str]]:
    """The rules of the campaigns that have not ended, by their titles."""
    found = [entry for entry in read_entries(connection, TERMS) if entry.state != "ended"]
    return [
        {
            "title": text_in(entry.document["campaign_title"], language()),
            "address": url_for("get_campaign_rules_page", campaign=entry.id, language=language()),
        }
        for entry in found
    ]


def hub_of(app: OpenAPI) -> Hub:
    """The hub of an application that `open_hub` made: features render their pages with it."""
    hub: Hub = app.extensions[EXTENSION]
    return hub


def open_hub(app: OpenAPI, services: Services, look_of: LookOf) -> None:
    """Add the platform's own pages."""
    routes = Routes(app, "pages", "Pages for people.")
    hub = app.extensions[EXTENSION] = Hub(app, services, look_of)

    @routes.page("/hub", PAGE, [NotFound])
    def get_hub_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """My home: what I have, what I can do today, and what it brings."""
        policy = {"manifest-src": "'self'"}
        return hub.render("home", gettext("Home"), policy=policy, rules=_describe_rules(request_connection()))

    @routes.add("get", "/hub.webmanifest", ANYONE, {200: MANIFEST})
    def get_hub_manifest() -> Response:
        """What a phone needs to put the hub on its home screen."""
        look = hub.look_of("")
        ground = GROUNDS.get(look["theme"]) or look["colours"]["brand"]
        answer = app.response_class(orjson.dumps(_describe_app(ground)), mimetype="application/manifest+json")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @routes.page("/activity", PAGE, [NotFound])
    def get_activity_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """What was sent about me, and what each rule made of it."""
        return hub.render("activity", gettext("What counted"))

    @routes.page("/prizes", PAGE, [NotFound])
    def get_prizes_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """Everything that I won."""
        return hub.render("prizes", gettext("My prizes"), policy=KEEPS_ITSELF)

    @routes.add("get", "/prizes-offline.js", ANYONE, {200: SCRIPT})
    def get_prizes_worker() -> Response:
        """The service worker that lets a member open their prizes where there is no network."""
        answer = app.response_class(pages_of(app).script("offline/main.ts"), mimetype="text/javascript")
        answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @routes.page("/statement", PAGE, [NotFound])
    def get_statement_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """My points: where they came from, where they went, and when they expire."""
        return hub.render("statement", gettext("My points"))

    @routes.page("/counter", ANYONE)
    def get_counter_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """The counter: staff look at vouchers and use them, with a key of their own."""
        title = gettext("Counter")
        return pages_of(app).render("hub/counter.html", title=title, entry="counter/main.ts", devices=SCANS)
