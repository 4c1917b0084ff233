"""The sections `badges` and `collections` of a campaign file: how they are read, checked, published and amended (C2).

An icon may change; a picture may be added once. Names and descriptions change as typos only. A collection may be given
more time and more prizes.
"""

from collections.abc import Iterator, Sequence

from badges.checks import check_badges
from badges.collection_checks import check_collections
from badges.definition import BADGE, COLLECTION, BadgeDefinition, CollectionDefinition
from badges.documents import BADGE_KIND, COLLECTION_KIND, badge_document, collection_document
from engage.campaigns import (
    ANY_LOOK,
    FIRST_PICTURE,
    LATER,
    MORE,
    MORE_OR_ENDLESS,
    AmendmentRules,
    CampaignDefinition,
    Offer,
    Place,
    Section,
    Shelf,
    reward_plan,
    reward_promise,
)

BADGE_RULES: AmendmentRules = {
    "icon": ANY_LOOK,
    "picture": FIRST_PICTURE,
    "expire_days": MORE_OR_ENDLESS,
}
COLLECTION_RULES: AmendmentRules = {
    "deadline": LATER,
    "reward.units": MORE,
    "reward.use_by_days": MORE_OR_ENDLESS,
    "reward.picture": FIRST_PICTURE,
    "reward.art": ANY_LOOK,
}


def _no_offers(_badges: Sequence[BadgeDefinition], _campaign: CampaignDefinition) -> tuple[()]:
    """A badge is worth nothing, so it is no prize."""
    return ()


def _offers(collections: Sequence[CollectionDefinition], campaign: CampaignDefinition) -> Iterator[Offer]:
    for number, each in enumerate(collections):
        path = ("collections", number)
        promise = reward_promise((*path, "reward"), each.title, each.reward, campaign)
        yield Offer(path, by_chance=False, per_purchase=0, limited=True, prizes=(promise,) if promise else ())


def _pictures_of_badges(section: Place) -> Iterator[Place]:
    return (badge["picture"] for badge in section.items())


def _pictures_of_collections(section: Place) -> Iterator[Place]:
    return (collection["reward"]["picture"] for collection in section.items())


BADGES: Section[BadgeDefinition] = Section("badges", BADGE, check_badges, _no_offers, ("by",), _pictures_of_badges)
COLLECTIONS: Section[CollectionDefinition] = Section(
    "collections", COLLECTION, check_collections, _offers, ("kind",), _pictures_of_collections
)
BADGE_SHELF = Shelf(BADGES, BADGE_KIND, lambda badge: badge.badge_id, badge_document, rules=BADGE_RULES)
COLLECTION_SHELF = Shelf(
    COLLECTIONS,
    COLLECTION_KIND,
    lambda collection: collection.collection_id,
    collection_document,
    lambda collection, file: reward_plan(collection.collection_id, collection.reward, file.definition),
    rules=COLLECTION_RULES,
)
