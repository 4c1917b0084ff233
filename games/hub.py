"""The games' part of a member's own pages: what was played, and who won (C6)."""

from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI

from engage.api import hub_of
from engage.catalogue import text_in
from engage.kernel.refusals import NotFound
from engage.web import ANYONE, PAGE, LanguageQuery, Routes, gettext, language, request_connection
from games.desk import Desk
from games.look import read_look
from games.models import GamePath
from games.view import read_game, read_revision


def register(app: OpenAPI, desk: Desk) -> None:
    """Add the pages."""
    routes, hub = Routes(app, "pages", "Pages for people."), hub_of(app)

    def describe(connection: sa.Connection, game_id: str) -> dict[str, Any]:
        """A game as its wall of winners shows it: its title, what its prizes are drawn as, and who has to be shown."""
        row = read_game(connection, game_id)
        revision = read_revision(connection, desk.revisions, row.id, row.revision)
        look = read_look(connection, row.id)
        return {
            "look": look.render(),
            "game": {
                "id": row.id,
                "title": text_in(revision.texts.get("title", {}), language()),
                "art": {prize.id: look.art_of(prize) for prize in revision.prizes.values()},
                "above_fen": revision.policy.winners_above_fen,
            },
        }

    @routes.page("/history", PAGE, [NotFound])
    def get_history_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """Everything that I played, each with the check of its result."""
        return hub.render("history", gettext("My plays"))

    @routes.page("/g/<game>/winners", ANYONE, [NotFound])
    def get_winners_page(path: GamePath, query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """Who won what is worth more than the law lets go unsaid, with masked names."""
        return hub.render("winners", gettext("Winners"), **describe(request_connection(), path.game))
