"""What the shelf brings to the platform: badges, and the collections that they make up."""

from collections.abc import Sequence

from flask_openapi import OpenAPI

from badges.awarding import badge_subscriber
from badges.proof import BADGE_INVARIANTS
from badges.section import BADGE_SHELF, BADGES, COLLECTION_SHELF, COLLECTIONS
from badges.tables import BADGE_HOTS
from engage.events import Subscriber
from engage.feature import Feature, Services
from engage.rewards import describe_catalogued


def _subscribers(_services: Services) -> Sequence[Subscriber]:
    return (badge_subscriber(),)


def _register(app: OpenAPI, services: Services) -> None:
    """The routes come with the pages that show them."""


def _register_nothing(_app: OpenAPI, _services: Services) -> None:
    """The routes of collections come with those of badges."""


badges = Feature(
    name="badges",
    hots=BADGE_HOTS,
    register=_register,
    section=BADGES,
    publisher=lambda _services: BADGE_SHELF,
    subscribers=_subscribers,
    invariants=lambda _services: BADGE_INVARIANTS,
)
collections = Feature(
    name="collections",
    hots=(),
    register=_register_nothing,
    section=COLLECTIONS,
    publisher=lambda _services: COLLECTION_SHELF,
    describe_prize={"col_": describe_catalogued},
)
SHELF = (badges, collections)
