"""Rewards outside of games, as a campaign file holds them: points, turns, a voucher or a badge."""

from typing import Annotated, Any, Literal, TypeAlias, assert_never

from pydantic import Field, TypeAdapter

from engage.campaigns.album import address_of
from engage.campaigns.art import ART_OF_KIND, Icon
from engage.campaigns.budget import PoolPlan
from engage.campaigns.definition import (
    MAX_FEN,
    MAX_POINTS,
    CampaignDefinition,
    Evidence,
    Part,
    PicturePath,
    Slug,
    Texts,
)
from engage.campaigns.files import CampaignFile
from engage.campaigns.offers import Promise
from engage.campaigns.source import Path
from engage.campaigns.terms import evidence_terms, optional_texts

MAX_UNITS = 10**9
MAX_TURNS = 100
PRIZE = "prz_reward"

Units: TypeAlias = Annotated[int, Field(ge=1, le=MAX_UNITS, description="How many there are in all.")]


class PointsReward(Part):
    """Points, paid into the member's book at once."""

    kind: Literal["points"] = Field(description="points, turns, voucher or badge.")
    points: int = Field(ge=1, le=MAX_POINTS, description="Points that one unit gives.")
    units: Units


class TurnsReward(Part):
    """Turns of a game of this campaign."""

    kind: Literal["turns"] = Field(description="points, turns, voucher or badge.")
    game: Slug = Field(description="The game whose turns these are, by its `id` in `games`.")
    turns: int = Field(ge=1, le=MAX_TURNS, description="Turns that one unit gives.")
    units: int | None = Field(None, ge=1, le=MAX_UNITS, description="How many there are in all; null: without end.")


class VoucherReward(Part):
    """A voucher with a code of its own. Before publishing, as many codes as units have to be imported."""

    kind: Literal["voucher"] = Field(description="points, turns, voucher or badge.")
    name: Texts = Field(description="What it is called, as members see it.")
    market_value_fen: int = Field(ge=1, le=MAX_FEN, description="Market value of one unit in fen (C3).")
    value_evidence: Evidence = Field(description="Where and when this value was found (C3).")
    units: Units
    use_by_days: int | None = Field(
        None, ge=1, le=3650, description="Days after it was given until which it can be used; null: no limit."
    )
    where_valid: Texts | None = Field(None, description="Where it can be used, for instance in which shops.")
    conditions: Texts | None = Field(None, description="Terms of this reward alone, if there are any.")
    cash_equivalent: bool = Field(
        default=False, description="Whether it is as good as money: gift money, prepaid cards of others (C12)."
    )
    art: Icon | None = Field(None, description="Icon that it is drawn as; null: one that suits its kind.")
    picture: PicturePath | None = Field(None, description="Picture of it instead of an icon, beside this file.")


class BadgeReward(Part):
    """A badge of this campaign."""

    kind: Literal["badge"] = Field(description="points, turns, voucher or badge.")
    badge: Slug = Field(description="The badge, by its `id` in `badges`.")


AnyReward: TypeAlias = PointsReward | TurnsReward | VoucherReward | BadgeReward
RewardPart: TypeAlias = Annotated[AnyReward, Field(discriminator="kind")]
REWARD: TypeAdapter[AnyReward] = TypeAdapter(RewardPart)


def reward_document(reward: AnyReward, file: CampaignFile) -> dict[str, Any]:
    """A reward as it is published: what `reward_from` reads, and what members are told of it."""
    days = file.definition.points_expire
    match reward:
        case PointsReward():
            more: dict[str, Any] = {"amount": reward.points, "expire_days": days.days if days else None}
            more |= {"units": reward.units, "value_fen": _worth(reward, file.definition)}
            more |= {"need_order": True} if file.definition.points_need_order else {}
        case TurnsReward():
            more = {"amount": reward.turns, "game": f"gam_{reward.game}", "units": reward.units}
            more |= {"game_title": _text_of(file, "games", reward.game, "title")}
        case VoucherReward():
            more = {"amount": 1, "use_by_days": reward.use_by_days, "value_fen": reward.market_value_fen}
            more |= {"units": reward.units, **evidence_terms(reward.value_evidence)}
        case BadgeReward():
            more = {"amount": 1, "badge": f"bdg_{reward.badge}"}
        case _:
            assert_never(reward)
    return {"kind": reward.kind, "prize": PRIZE, **more}


def _text_of(file: CampaignFile, section: str, name: str, field: str) -> dict[str, str] | None:
    """What something in another section of the file is called; None where that section was not read."""
    found = next((each for each in file.entries.get(section, ()) if getattr(each, "id", None) == name), None)
    return optional_texts(getattr(found, field, None))


def _worth(reward: PointsReward, campaign: CampaignDefinition) -> int:
    """What so many points are worth in fen; 0 where nothing says so, which the checker lets nobody publish."""
    return campaign.value_of_points(reward.points) if campaign.point_value else 0


def reward_prizes(reward: AnyReward, file: CampaignFile) -> dict[str, Any]:
    """The part `prizes` of an entry's document: how a voucher is called and where it can be used."""
    if not isinstance(reward, VoucherReward):
        return {}
    picture = file.pictures.get(reward.picture or "")
    return {
        PRIZE: {
            "name": reward.name.by_language(),
            "where": reward.where_valid.by_language() if reward.where_valid else None,
            "conditions": reward.conditions.by_language() if reward.conditions else None,
            "art": address_of(picture["small"]) if picture else reward.art or ART_OF_KIND["voucher"],
        }
    }


def reward_plan(owner: str, reward: AnyReward, campaign: CampaignDefinition) -> list[PoolPlan]:
    """The pool that a reward needs; a badge needs none."""
    match reward:
        case PointsReward():
            return [PoolPlan(owner, PRIZE, "points", reward.points, reward.units, _worth(reward, campaign))]
        case TurnsReward():
            return [PoolPlan(owner, PRIZE, "turns", None, reward.units, 0)]
        case VoucherReward():
            return [PoolPlan(owner, PRIZE, "voucher", None, reward.units, reward.market_value_fen)]
        case BadgeReward():
            return []


def reward_promise(path: Path, title: Texts, reward: AnyReward, campaign: CampaignDefinition) -> Promise | None:
    """A reward as the rules checker sees it; a badge is worth nothing."""
    match reward:
        case PointsReward():
            worth = _worth(reward, campaign)
            return Promise(path, reward.kind, title, reward.units, worth, points=reward.points)
        case TurnsReward():
            return Promise(path, reward.kind, title, reward.units, 0, turns=reward.turns)
        case VoucherReward():
            return Promise(
                path,
                reward.kind,
                reward.name,
                reward.units,
                reward.market_value_fen,
                use_by_days=reward.use_by_days,
                cash_equivalent=reward.cash_equivalent,
            )
        case BadgeReward():
            return None
