"""Badges and collections as a campaign file holds them. Frozen and strict; descriptions are the published schema's."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from badges.glyphs import Icon
from badges.rules import Every, Scalar
from engage.campaigns import Instant, Part, PicturePath, PointsReward, Slug, Texts, TurnsReward, VoucherReward
from engage.events import OWN_TYPE

MAX_AT = 10**9
ONLY_TIER = "only"

FieldName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, description="A field of the event's data, such as quantity.")
]


class EventCondition(Part):
    """What a field of the event has to be: one of some values, or a whole number within bounds."""

    field: FieldName
    values: tuple[Scalar, ...] = Field((), max_length=100, description="The event counts with one of these values.")
    at_least: int | None = Field(None, description="The event counts with this number or a larger one.")
    at_most: int | None = Field(None, description="The event counts with this number or a smaller one.")

    @model_validator(mode="after")
    def _says_something(self) -> "EventCondition":
        if not self.values and self.at_least is None and self.at_most is None:
            code, message = "empty_condition", "needs `values`, `at_least` or `at_most`"
            raise PydanticCustomError(code, message)
        return self


class EarnedByEvents(Part):
    """By events that the brand's servers send."""

    by: Literal["events"] = Field(description="events, tasks, reward or hand.")
    type: str = Field(pattern=OWN_TYPE, max_length=200, description="Type of the events, such as item.recycled.")
    where: tuple[EventCondition, ...] = Field(
        (), max_length=10, description="Conditions that an event has to meet, each of them; none: all events count."
    )
    sum: FieldName | None = Field(None, description="Field whose whole numbers add up; null: each event counts once.")


class EarnedByTasks(Part):
    """By completed tasks of this campaign."""

    by: Literal["tasks"] = Field(description="events, tasks, reward or hand.")
    tasks: tuple[Slug, ...] = Field(
        min_length=1, max_length=50, description="The tasks, by their `id` in `tasks`. Each counts once."
    )


class EarnedByReward(Part):
    """As the reward of a task that names this badge."""

    by: Literal["reward"] = Field(description="events, tasks, reward or hand.")


class EarnedByHand(Part):
    """Only by the brand: `engage badges grant`, or POST /v1/members/{ext}/badges."""

    by: Literal["hand"] = Field(description="events, tasks, reward or hand.")


AnyEarned: TypeAlias = EarnedByEvents | EarnedByTasks | EarnedByReward | EarnedByHand


class TierPart(Part):
    """A step of a badge. Called bronze, silver, gold, platinum or diamond, it is drawn in that metal."""

    id: Slug
    at: int = Field(ge=1, le=MAX_AT, description="How many events, how large a sum, or how many tasks it takes.")
    name: Texts = Field(description="What the tier is called, as members see it.")


class WindowPart(Part):
    """Days in the campaign's time zone within which things count; without them, the whole campaign."""

    first: date | None = Field(None, description="First day, such as 2026-12-01.")
    last: date | None = Field(None, description="Last day, counted in.")

    @model_validator(mode="after")
    def _in_order(self) -> "WindowPart":
        if self.first is not None and self.last is not None and self.last < self.first:
            code, message = "days", "ends before it begins: `last` has to be `first` or a later day"
            raise PydanticCustomError(code, message)
        return self


class BadgeDefinition(Part):
    """A badge: what it is, how one gets it, and in which tiers."""

    id: Slug
    name: Texts = Field(description="What it is called, as members see it.")
    description: Texts = Field(description="What having it says of a member.")
    how: Texts = Field(description="How one gets it, in words: members read it before, verifiers after.")
    icon: Icon | None = Field(None, description="Icon on the medal; null: a star.")
    picture: PicturePath | None = Field(None, description="Picture on the medal instead of an icon.")
    secret: bool = Field(default=False, description="Whether only those who have it know that it exists.")
    earned: Annotated[AnyEarned, Field(discriminator="by", description="How it is earned.")]
    tiers: tuple[TierPart, ...] = Field(
        (), max_length=10, description="Its steps, the lowest first. None: one, for the first event or for all tasks."
    )
    every: Every = Field("campaign", description="campaign: once; year or month: anew in each, in the campaign's zone.")
    window: WindowPart = Field(WindowPart(), description="Days within which things count.")
    expire_days: int | None = Field(None, ge=1, le=3650, description="Days for which it is held; null: for good.")

    @property
    def badge_id(self) -> str:
        """The badge's real id."""
        return f"bdg_{self.id}"


GrandPrize: TypeAlias = Annotated[PointsReward | TurnsReward | VoucherReward, Field(discriminator="kind")]


class CollectionDefinition(Part):
    """A set of badges with a grand prize for whoever holds all of them at once before the deadline."""

    id: Slug
    title: Texts = Field(description="What it is called, as members see it.")
    description: Texts = Field(description="What it is about, and whatever else members have to know of it.")
    badges: tuple[Slug, ...] = Field(
        min_length=2, max_length=50, description="The badges, by their `id` in `badges`; any tier of each will do."
    )
    deadline: Instant = Field(description="First instant at which it can't be completed any more, with an offset.")
    reward: GrandPrize = Field(description="The grand prize; each member claims it once, as long as there is one.")

    @property
    def collection_id(self) -> str:
        """The collection's real id."""
        return f"col_{self.id}"


BADGE: TypeAdapter[BadgeDefinition] = TypeAdapter(BadgeDefinition)
COLLECTION: TypeAdapter[CollectionDefinition] = TypeAdapter(CollectionDefinition)
