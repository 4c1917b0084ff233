"""Badges and collections as they are published: JSON with texts by language, complete in itself."""

from typing import Any, cast

from badges.definition import (
    ONLY_TIER,
    BadgeDefinition,
    CollectionDefinition,
    EarnedByEvents,
    EarnedByTasks,
    TierPart,
)
from engage.campaigns import CampaignFile, prize_terms, reward_document, reward_prizes
from engage.kernel.clock import to_ms

BADGE_KIND, COLLECTION_KIND = "badge", "collection"
DEFAULT_ICON = "star"


def badge_document(badge: BadgeDefinition, file: CampaignFile) -> dict[str, Any]:
    """All that is published of a badge."""
    campaign = file.definition
    picture, colours = file.pictures.get(badge.picture or ""), campaign.look.colours
    return {
        "campaign_title": campaign.title.by_language(),
        "organiser": campaign.organiser.name.by_language(),
        "languages": list(campaign.languages),
        "time_zone": campaign.time_zone,
        "name": badge.name.by_language(),
        "description": badge.description.by_language(),
        "how": badge.how.by_language(),
        "secret": badge.secret,
        "icon": badge.icon or DEFAULT_ICON,
        "picture": picture["large"] if picture else None,
        "colours": {"brand": colours.brand, "accent": colours.accent} if colours else None,
        "earned": _earned(badge),
        "tiers": [_tier(tier) for tier in badge.tiers] or [_only_tier(badge)],
        "every": badge.every,
        "window": {
            "first": badge.window.first.isoformat() if badge.window.first else None,
            "last": badge.window.last.isoformat() if badge.window.last else None,
        },
        "expire_days": badge.expire_days,
    }


def _earned(badge: BadgeDefinition) -> dict[str, Any]:
    match badge.earned:
        case EarnedByEvents() as events:
            return events.model_dump(mode="json")
        case EarnedByTasks() as tasks:
            return {"by": tasks.by, "tasks": [f"tsk_{task}" for task in tasks.tasks]}
        case other:
            return {"by": other.by}


def _tier(tier: TierPart) -> dict[str, Any]:
    return {"id": tier.id, "at": tier.at, "name": tier.name.by_language()}


def _only_tier(badge: BadgeDefinition) -> dict[str, Any]:
    """The tier of a badge that has none: at the first event, or when all tasks are completed."""
    at = len(badge.earned.tasks) if isinstance(badge.earned, EarnedByTasks) else 1
    return {"id": ONLY_TIER, "at": at, "name": None}


def collection_document(collection: CollectionDefinition, file: CampaignFile) -> dict[str, Any]:
    """All that is published of a collection, the names of its badges included."""
    names = {each.id: each for each in badges_of(file)}
    return {
        "title": collection.title.by_language(),
        "description": collection.description.by_language(),
        "languages": list(file.definition.languages),
        "badges": [names[each].badge_id for each in collection.badges],
        "deadline": to_ms(collection.deadline),
        "only": [[one.attribute, list(one.values)] for one in file.definition.audience.only],
        "reward": reward_document(collection.reward, file),
        "prizes": reward_prizes(collection.reward, file),
        "terms": prize_terms(file.definition),
    }


def badges_of(file: CampaignFile) -> tuple[BadgeDefinition, ...]:
    """The badges of a campaign file."""
    return cast("tuple[BadgeDefinition, ...]", file.entries.get("badges", ()))
