"""What people and other sites get of a game without being signed in: a light page, its tags, and its posters."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_openapi import OpenAPI
from pydantic import BaseModel, ConfigDict, Field

from engage.feature import Services
from engage.kernel.refusals import NotFound
from engage.posters import SIZES, Kind, Shape, Workshop, paint_of, version_of
from engage.web import ANYONE, Routes, language, pages_of, reading, request_connection, speaking
from games.desk import Desk
from games.ending import ended_ms, ending_in_words
from games.look import read_look
from games.models import GamePath
from games.revisions import Revision
from games.sharing import Storefront
from games.tables import Game
from games.view import read_game, read_revision

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
KEPT_A_WHILE = "public, max-age=600"
PNG = {"description": "A picture", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
WEBP = {"description": "A picture", "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
ENTRY = "landing/main.ts"


class PosterQuery(BaseModel):
    """In which of the organiser's languages, by default the first; `v` names the version that was seen in a tag."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Annotated[str, Field(max_length=35)] = ""
    v: Annotated[str, Field(max_length=64)] = ""


class SharePages:
    """The pages and pictures of one application."""

    def __init__(self, app: OpenAPI, services: Services, desk: Desk) -> None:
        self._services, self._desk, self._pages = services, desk, pages_of(app)
        self._workshop = Workshop()
        self.storefront = Storefront(services.settings.base_url, Path(str(app.static_folder)))

    def render_landing(self, game: str) -> Response:
        """A game's page for somebody who is not signed in. Refuses with NotFound."""
        connection = request_connection()
        row = read_game(connection, game)
        revision = read_revision(connection, self._desk.revisions, row.id, row.revision)
        ended = ended_ms(row, revision, None, self._services.clock.now_ms())
        tongue = tongue_of(revision, language())
        over = self._over(row, revision, tongue)
        share = self.storefront.share_of(connection, revision, tongue, over)
        poster = self.storefront.poster_of(connection, revision, tongue, over, "bare", "webp")
        look = read_look(connection, row.id)
        paint = paint_of(look.theme, **look.colours) if look.colours else None
        return self._pages.render(
            "play/landing.html",
            title=share.title,
            entry=ENTRY,
            share=share,
            theme=look.theme,
            size=SIZES["bare"],
            colours={"action": paint.action, "action_ink": paint.action_ink} if paint else None,
            picture=url_for("get_landing_picture", game=row.id, language=tongue, v=version_of(poster)),
            subtitle=poster.subtitle,
            period=poster.period,
            ended=None if ended is None else ending_in_words(row, revision, ended),
            enter=f"/sign-in?{urlencode({'return': f'/g/{row.id}'})}",
            rules=url_for("get_rules_page", game=row.id, language=tongue),
        )

    def show_poster(self, game: str, query: PosterQuery, shape: Shape, kind: Kind) -> Response:
        """A game's poster as a picture. Refuses with NotFound."""
        with reading() as connection:
            row = read_game(connection, game)
            revision = read_revision(connection, self._desk.revisions, row.id, row.revision)
            tongue = tongue_of(revision, query.language)
            over = self._over(row, revision, tongue)
            poster = self.storefront.poster_of(connection, revision, tongue, over, shape, kind)
        version = version_of(poster)
        if request.if_none_match.contains(version):
            answer = Response(status=304)
        else:
            answer = Response(self._workshop.draw(poster), mimetype=f"image/{kind}")
        answer.set_etag(version)
        answer.headers["Cache-Control"] = KEPT_FOR_GOOD if query.v == version else KEPT_A_WHILE
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    def _over(self, row: Game, revision: Revision, tongue: str) -> str:
        """That a game is over, as a sentence in a language; empty while it goes on."""
        ended = ended_ms(row, revision, None, self._services.clock.now_ms())
        with speaking(tongue):
            return "" if ended is None else ending_in_words(row, revision, ended)


def tongue_of(revision: Revision, wanted: str) -> str:
    """The one of the organiser's languages that is nearest to a tag, else the first."""
    languages: list[str] = revision.texts["languages"]
    base = wanted.partition("-")[0].lower()
    near = (each for each in languages if base and each.partition("-")[0].lower() == base)
    return wanted if wanted in languages else next(near, languages[0])


def register(app: OpenAPI, services: Services, desk: Desk) -> SharePages:
    """Add the posters."""
    routes, share = Routes(app, "share", "Pictures of games, to be shared."), SharePages(app, services, desk)

    @routes.add("get", "/share/g/<game>.png", ANYONE, {200: PNG}, [NotFound])
    def get_share_picture(path: GamePath, query: PosterQuery) -> Response:
        """A picture of the game for other sites: 1200 × 630, without anything of a member."""
        return share.show_poster(path.game, query, "wide", "png")

    @routes.add("get", "/share/g/<game>.webp", ANYONE, {200: WEBP}, [NotFound])
    def get_landing_picture(path: GamePath, query: PosterQuery) -> Response:
        """The game alone, as its page for people who are not signed in shows it."""
        return share.show_poster(path.game, query, "bare", "webp")

    @routes.add("get", "/share/g/<game>/long.png", ANYONE, {200: PNG}, [NotFound])
    def get_long_picture(path: GamePath, query: PosterQuery) -> Response:
        """A long picture to save and send on, with the code to scan: 1080 × 1620."""
        return share.show_poster(path.game, query, "tall", "png")

    return share
