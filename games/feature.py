"""What the games bring to the platform."""

from flask_openapi import OpenAPI

from engage.feature import Feature, Services
from games.publish import GamesPublisher
from games.section import SECTION
from games.tables import GAME, GAME_REVISION, GAME_STOP, MEMBER_GAME, PLAY


def _register(app: OpenAPI, services: Services) -> None:
    from games.api import register

    register(app, services)


feature = Feature(
    name="games",
    hots=(GAME, GAME_REVISION, GAME_STOP, MEMBER_GAME, PLAY),
    register=_register,
    section=SECTION,
    publisher=GamesPublisher,
)
