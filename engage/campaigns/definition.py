"""What a campaign file holds, apart from the sections that features add. Frozen and strict: nothing is guessed.

Texts are maps by language, money is whole fen, instants have an offset. The descriptions are the published schema's.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from engage.kernel.clock import parse, to_ms

FEN_PER_YUAN = 100
MAX_FEN = 10**13
MAX_POINTS = 10**12
SLUG_PATTERN = r"^[a-z0-9_]{1,36}$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}$"
PICTURE_PATTERN = r"^([A-Za-z0-9_-][A-Za-z0-9_.-]*/){0,4}[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(png|jpg|jpeg|webp)$"

Jurisdiction: TypeAlias = Literal["CN", "EU", "UK", "US", "STRICT"]
Slug: TypeAlias = Annotated[
    str,
    Field(pattern=SLUG_PATTERN, description="A short name of lower-case letters, digits and _ (1 to 36 characters)."),
]
Language: TypeAlias = Annotated[
    str, Field(pattern=LANGUAGE_PATTERN, max_length=35, description="A language tag such as zh-CN or en.")
]
Colour: TypeAlias = Annotated[
    str, Field(pattern=COLOUR_PATTERN, description="A colour as # and six hexadecimal digits, in quotes.")
]
Theme: TypeAlias = Literal["festive", "calm", "brand"]
PicturePath: TypeAlias = Annotated[
    str,
    Field(
        pattern=PICTURE_PATTERN,
        max_length=200,
        description="A picture beside the campaign file: its path from there, such as pictures/tyre.png.",
    ),
]
Words: TypeAlias = Annotated[str, Field(max_length=4000)]
Name: TypeAlias = Annotated[str, Field(max_length=200)]


def _parse_instant(value: object) -> datetime:
    if isinstance(value, str):
        try:
            return parse(value)
        except ValueError:
            pass
    code, message = "instant", "needs a date, a time and an offset, such as 2026-11-01T00:00:00+08:00"
    raise PydanticCustomError(code, message)


Instant: TypeAlias = Annotated[
    datetime, BeforeValidator(_parse_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]


class Part(BaseModel):
    """A mapping in the file: unknown fields are refused and nothing is converted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Texts(RootModel[dict[Language, Words]]):
    """One text in each of the campaign's languages."""

    model_config = ConfigDict(frozen=True, strict=True)

    def by_language(self) -> dict[str, str]:
        """The texts as a plain map."""
        return dict(self.root)


class Evidence(Part):
    """Where a market value comes from (C3)."""

    source: Texts = Field(description="Where the price was found: shop, list, quotation.")
    date: Annotated[date, Field(description="Day on which it was found, such as 2026-10-01.")]


class Organiser(Part):
    """Who runs the campaign and answers for it (C1)."""

    name: Texts = Field(description="The organiser's full registered name.")
    licence: Name = Field(
        description="Number of the business licence (in China the unified social credit code), in quotes."
    )
    filing: Name | None = Field(
        None, description="Number of the filing or record with an authority, where one is needed."
    )
    contact: Texts = Field(description="How a member reaches a human: telephone, address, hours.")


class Age(Part):
    """From which age people may play (C23)."""

    minimum: int = Field(
        ge=0, le=99, description="Youngest age in years that may play; games of chance need 18 or more."
    )
    declaration: bool = Field(
        description="Whether a member without a known birth date may declare to be old enough; else they can't play."
    )


class Condition(Part):
    """What the brand has to know of a member: an attribute that it sends with PUT /v1/members, and its values."""

    attribute: str = Field(min_length=1, max_length=64, description="Name of the attribute, such as tier.")
    values: tuple[str | int | bool, ...] = Field(
        min_length=1, max_length=100, description="A member takes part whose attribute has one of these values."
    )


class Audience(Part):
    """Who may take part, in words, and what is checked of it before each play."""

    only: tuple[Condition, ...] = Field(
        (), max_length=10, description="Conditions on attributes, all of which a member has to meet; none: everybody."
    )
    terms: Texts = Field(
        description="Who may take part, in words: entry conditions such as membership or a purchase (C1)."
    )


class Budget(Part):
    """What the campaign may cost: publishing moves it out of the approved plan (C13)."""

    basis: Name = Field(
        description="Name or number of the approved marketing plan that every point and prize is booked to."
    )
    points: int = Field(ge=0, le=MAX_POINTS, description="Points that the campaign's prizes may cost in all.")
    money_fen: int = Field(ge=0, le=MAX_FEN, description="Market value in fen of all goods that may be given away.")


class PointValue(Part):
    """What points are worth: the best redemption on offer (C3b)."""

    points: int = Field(ge=1, le=10**9, description="How many points the redemption costs.")
    fen: int = Field(ge=1, le=MAX_FEN, description="Market value in fen of what these points buy.")
    what: Texts = Field(description="What they buy, in words.")


class PointsExpiry(Part):
    """How long points from this campaign can be used (C7, C14)."""

    days: int = Field(ge=1, le=3650, description="Days after they were won at which points expire.")


class FactorDays(Part):
    """Days on which points count several times. Of several factors on one day the best one counts."""

    first: date = Field(description="First day in the campaign's time zone, such as 2026-12-12.")
    last: date = Field(description="Last day, counted in.")
    times: int = Field(ge=2, le=10, description="How many times points count on these days.")

    @model_validator(mode="after")
    def _in_order(self) -> "FactorDays":
        if self.last < self.first:
            code, message = "days", "ends before it begins: `last` has to be `first` or a later day"
            raise PydanticCustomError(code, message)
        return self


class Earning(Part):
    """Points on orders that members pay: an exact ratio, rounded down once for each order."""

    points: int = Field(ge=1, le=10_000, description="So many points …")
    per_fen: int = Field(ge=1, le=MAX_FEN, description="… for so many fen paid, net of refunds and coupons.")
    pool: int = Field(ge=1, le=MAX_POINTS, description="Points that all orders together may earn; funded beforehand.")
    pending_days: int = Field(
        0, ge=0, le=90, description="Days after the payment until points can be used: the time in which refunds come."
    )
    factors: tuple[FactorDays, ...] = Field((), max_length=50, description="Days on which points count several times.")
    merchants: tuple[Name, ...] = Field((), max_length=100, description="Merchants whose orders count; none: all.")
    stores: tuple[Name, ...] = Field((), max_length=1000, description="Stores whose orders count; none: all.")
    terms: Texts = Field(description="What counts and what does not, in words, as members read it.")


class Claim(Part):
    """How a prize gets to the winner (C1)."""

    how: Texts = Field(
        description="Where and how prizes are claimed, what is needed for it, and how goods are delivered."
    )
    until_days: int = Field(
        ge=1,
        le=3650,
        description="Days after the win within which goods have to be claimed; vouchers have `use_by_days`.",
    )
    forfeiture: Texts = Field(description="When the right to a prize is lost, and what happens to it then.")


class Colours(Part):
    """The organiser's own colours. Shades of them are taken where text could not be read otherwise."""

    brand: Colour = Field(description="The main colour, such as '#0a3d91': grounds, the wheel's rim, buttons.")
    accent: Colour = Field(description="The second colour, such as '#ffd166': what stands out on the first.")


class Look(Part):
    """How the campaign's pages look. It says nothing that members could rely on, so it may change at any time."""

    theme: Theme = Field(
        "festive", description="festive: red and gold; calm: quiet blues and greens; brand: the organiser's colours."
    )
    colours: Colours | None = Field(None, description="The organiser's colours; needed by the theme brand.")


class CampaignDefinition(Part):
    """A time-boxed promotion: schedule, organiser, budget and terms. Games stand beside these fields."""

    id: Slug = Field(description="Name of the campaign; its id is cmp_ and this.")
    languages: tuple[Language, ...] = Field(
        min_length=1,
        max_length=20,
        description="Languages of all texts, the main one first. Each text needs every one.",
    )
    jurisdiction: Jurisdiction = Field(
        description="Whose rules are checked. CN is China; STRICT is the strictest of all. All but CN are drafts."
    )
    title: Texts = Field(description="The campaign's name as members see it.")
    organiser: Organiser = Field(description="Who runs the campaign and answers for it.")
    time_zone: Annotated[str, Field(max_length=64)] = Field(
        description="IANA time zone of the schedule, such as Asia/Shanghai."
    )
    opens_at: Instant = Field(description="First instant at which games can be played, with an offset.")
    closes_at: Instant = Field(description="First instant at which games can't be played any more, with an offset.")
    age: Age = Field(description="From which age people may play.")
    accept_rules: bool = Field(description="Whether members accept the rules of each revision before they play.")
    audience: Audience = Field(description="Who may take part.")
    budget: Budget = Field(description="What the campaign may cost.")
    point_value: PointValue | None = Field(None, description="What points are worth; needed if a prize gives points.")
    points_use: Texts | None = Field(
        None, description="How and where points can be used; needed if a prize gives points (C7)."
    )
    points_expire: PointsExpiry | None = Field(
        None, description="When points from this campaign expire; null: they last for life."
    )
    points_need_order: bool = Field(
        default=False,
        description="Whether points that are won or earned by activity are held until their member's next paid order, "
        "where none was paid in the last 365 days (C13b).",
    )
    earning: Earning | None = Field(None, description="Points on orders; null: orders earn nothing here.")
    claim: Claim = Field(description="How a prize gets to the winner.")
    tax_note: Texts | None = Field(None, description="Who declares and pays tax on prizes (C17).")
    look: Look = Field(Look(), description="How the campaign's pages look; the festive theme if left out.")

    @property
    def campaign_id(self) -> str:
        """The campaign's real id."""
        return f"cmp_{self.id}"

    @property
    def opens_ms(self) -> int:
        """When games open, milliseconds since 1970."""
        return to_ms(self.opens_at)

    @property
    def closes_ms(self) -> int:
        """When games close, milliseconds since 1970; from this instant on a play is refused."""
        return to_ms(self.closes_at)

    def value_of_points(self, points: int) -> int:
        """What so many points are worth in fen, rounded up, by the campaign's one valuation (COMPLIANCE, C3b).

        ValueError without a valuation, which the checker doesn't let pass where a prize gives points.
        """
        if self.point_value is None:
            message = "the campaign has no point_value"
            raise ValueError(message)
        return -(-points * self.point_value.fen // self.point_value.points)


def texts_in(part: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Texts]]:
    """Every text in a part of a definition with the path where the file has it."""
    for name, field in type(part).model_fields.items():
        yield from _texts_at(getattr(part, name), (*path, field.alias or name))


def _texts_at(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Texts]]:
    match value:
        case Texts():
            yield path, value
        case BaseModel():
            yield from texts_in(value, path)
        case tuple():
            for number, item in enumerate(value):
                yield from _texts_at(item, (*path, number))
        case _:
            return
