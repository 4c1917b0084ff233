"""What the shelf brings to the platform: badges, and the collections that they make up."""

from collections.abc import Sequence

import click
import sqlalchemy as sa
from flask_openapi import OpenAPI

from badges import api, public
from badges.commands import make_badges_group
from badges.desk import open_desk
from badges.holdings import secret_badges
from badges.keys import read_keys
from badges.proof import BADGE_INVARIANTS
from badges.reading import badge_subscriber
from badges.section import BADGE_SHELF, BADGES, COLLECTION_SHELF, COLLECTIONS
from badges.sharing import forget, own_badges
from badges.tables import BADGE_HOTS
from badges.telling import tell_badges, tell_collections
from engage.events import Subscriber
from engage.feature import Feature, OpenServices, Services
from engage.rewards import describe_catalogued


def _register(app: OpenAPI, services: Services) -> None:
    desk = open_desk(services)
    api.register(app, services, desk)
    public.register(app, services, desk)


def _register_nothing(_app: OpenAPI, _services: Services) -> None:
    """The routes of collections come with those of badges."""


def _commands(open_services: OpenServices) -> Sequence[click.Command]:
    return (make_badges_group(open_services),)


def _subscribers(_services: Services) -> Sequence[Subscriber]:
    return (badge_subscriber(),)


def _own_files(_services: Services, connection: sa.Connection, member: str) -> dict[str, bytes]:
    return {"badges.json": own_badges(connection, member)}


badges = Feature(
    name="badges",
    hots=BADGE_HOTS,
    register=_register,
    commands=_commands,
    section=BADGES,
    publisher=lambda _services: BADGE_SHELF,
    subscribers=_subscribers,
    invariants=lambda _services: BADGE_INVARIANTS,
    public_keys=read_keys,
    tell_rules=tell_badges,
    own_files=_own_files,
    erase=forget,
    secret_rules=secret_badges,
)
collections = Feature(
    name="collections",
    hots=(),
    register=_register_nothing,
    section=COLLECTIONS,
    publisher=lambda _services: COLLECTION_SHELF,
    describe_prize={"col_": describe_catalogued},
    tell_rules=tell_collections,
)
SHELF = (badges, collections)
