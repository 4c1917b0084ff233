"""The games' pages: the game itself, and its rules, generated from the revision in force, plain and printable."""

from typing import Annotated

import sqlalchemy as sa
from flask import Response, request, url_for
from flask_openapi import OpenAPI
from pydantic import BaseModel, ConfigDict, Field

from engage.api import render_profile
from engage.campaigns import render_context
from engage.catalogue import find_entry, text_in
from engage.feature import Services
from engage.kernel.refusals import NotFound
from engage.storage.snapshot import snapshot
from engage.web import ANYONE, Routes, edge_of, pages_of, request_connection, speaking
from games.before import read_sold_out_at
from games.desk import Desk
from games.ending import ended_ms, ending_in_words
from games.look import read_look
from games.models import GamePath
from games.reader import get_reader
from games.share_pages import SharePages
from games.stage import Stage
from games.view import read_game, read_revision, view_game

ENTRIES = {"wheel": "play/main.ts", "scratch": "card/main.ts"}


class LanguageQuery(BaseModel):
    """In which language; by default what the browser prefers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Annotated[str, Field(max_length=10)] = ""


def register(app: OpenAPI, services: Services, desk: Desk, share: SharePages) -> None:
    """Add the pages."""
    routes, pages, stage = Routes(app, "pages", "Pages for people."), pages_of(app), Stage()

    @routes.page("/g/<game>", ANYONE, [NotFound])
    def get_game_page(path: GamePath, query: LanguageQuery) -> Response:  # noqa: ARG001  documented
        """The hosted game: what a member needs for the first tap comes with the page.

        Whoever is not signed in, people and other sites alike, sees what the game is, and the way in.
        """
        signed_in = edge_of(app).find_page_member()
        if signed_in is None:
            return share.render_landing(path.game)
        connection, now_ms = request_connection(), services.clock.now_ms()
        with snapshot(connection):
            member = get_reader(connection, signed_in)
            view = view_game(connection, desk.revisions, path.game, member, now_ms, as_page=True)
            profile = render_profile(connection, stage, member.id, now_ms, as_page=True)
        organiser = text_in(view["organiser"].get("name", {}), member.locale)
        data = {"game": view, "profile": profile, "organiser": organiser, "now": now_ms}
        entry = ENTRIES[view["mechanic"]]
        return pages.render("play/game.html", title=view["title"], entry=entry, data=data, theme=view["look"]["theme"])

    @routes.page("/g/<game>/rules", ANYONE, [NotFound])
    def get_rules_page(path: GamePath, query: LanguageQuery) -> Response:
        """The rules of a game for people, in one of the organiser's languages."""
        connection = request_connection()
        row = read_game(connection, path.game)
        revision = read_revision(connection, desk.revisions, row.id, row.revision)
        look = read_look(connection, row.id)
        languages = revision.texts["languages"]
        asked = query.language if query.language in languages else None
        language = asked or request.accept_languages.best_match(languages) or languages[0]
        links = {
            "game": url_for("get_game_page", game=path.game),
            "campaign": _address_of_rules(connection, row.campaign),
            "verify": url_for("get_verify_page"),
            "counts": url_for("get_fairness_page", game=path.game),
            "document": url_for("get_game_rules", game=path.game),
            "page": url_for("get_rules_page", game=path.game),
        }
        ended = ended_ms(row, revision, read_sold_out_at(connection, row), services.clock.now_ms())
        with speaking(language):
            over = None if ended is None else ending_in_words(row, revision, ended)
        context = render_context(revision.document, revision.texts, revision.rules_hash, language, links)
        answer = pages.render_plain("play/rules.html", spoken=language, theme=look.theme, over=over, **context)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _address_of_rules(connection: sa.Connection, campaign: str) -> str:
    """The page of what a campaign promises beside its games; empty if it was published before there was such a page."""
    return url_for("get_campaign_rules_page", campaign=campaign) if find_entry(connection, campaign) else ""
