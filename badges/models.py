"""The shapes of the shelf's requests and answers, as the contract publishes them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engage.api import Answer, IdText, Instant, Request

Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
Percent = Annotated[float, Field(ge=0, le=100, description="share of all members, to one place; counted every minute")]


class AwardPath(BaseModel):
    """Which award."""

    award: IdText


class CollectionPath(BaseModel):
    """Which collection."""

    collection: IdText


class YearPath(BaseModel):
    """Which calendar year."""

    year: Annotated[int, Field(ge=2000, le=2200)]


class Progress(Answer):
    """How far I am in the present period, and how far the next tier is (`tier` null: the last one is reached)."""

    value: int
    target: int
    unit: Annotated[Literal["fen"] | None, Field(description="fen where amounts are money")]
    tier: str | None


class Sharing(Answer):
    """Whether anybody may see it, and with it my nickname; `address` is its page, null while it is not public."""

    public: bool
    name: bool
    address: str | None


class TierAnswer(Answer):
    """A step of a badge. `award` is the last one that I was given of it, be it held still or not."""

    id: str
    name: str
    at: int
    held: bool
    award: str | None
    awarded_at: Instant | None
    expires_at: Instant | None
    rarity_percent: Percent
    art: str


class BadgeAnswer(Answer):
    """A badge as I have it, or could get it. `tier`, `award` and what goes with them are of the highest that I hold."""

    id: str
    campaign: str
    name: str
    description: str
    how: str
    secret: bool
    state: Literal["held", "expired", "locked", "upcoming"]
    tier: str | None
    tiers: list[TierAnswer]
    progress: Progress | None
    art: Annotated[str, Field(description="address of its picture, SVG")]
    award: str | None
    awarded_at: Instant | None
    expires_at: Instant | None
    rarity_percent: Percent
    sharing: Sharing | None


class BadgeList(Answer):
    """My badges, the latest first, then those that I could get."""

    items: list[BadgeAnswer]
    next: None = None


class PartAnswer(Answer):
    """A badge of a collection. Of a secret one that I don't have, nothing is told."""

    id: str | None
    name: str
    how: str
    held: bool
    award: str | None
    expires_at: Instant | None
    progress: Progress | None
    art: str | None


class RewardAnswer(Answer):
    """The grand prize: `amount` points, turns of a `game`, or a voucher; `left` of `units` (null: without end)."""

    kind: Literal["points", "turns", "voucher"]
    amount: int
    game: str | None
    name: str
    art: str | None
    units: int | None
    left: int | None


class CollectionAnswer(Answer):
    """A set of badges.

    `claimable`: complete, the prize waits; `gone`: complete, but all prizes were given; `missed`: the deadline has
    passed.
    """

    id: str
    campaign: str
    title: str
    description: str
    state: Literal["upcoming", "open", "claimable", "claimed", "gone", "paused", "missed", "ended"]
    have: int
    of: int
    deadline: Instant
    badges: list[PartAnswer]
    reward: RewardAnswer
    completed_at: Instant | None
    claimed_at: Instant | None


class CollectionList(Answer):
    """The collections."""

    items: list[CollectionAnswer]
    next: None = None


class GrandPrizeAnswer(Answer):
    """What I was given; a voucher is among my prizes as `grant`."""

    claim: str
    collection: str
    kind: Literal["points", "turns", "voucher"]
    amount: int
    grant: str | None
    claimed_at: Instant


class SharingRequest(Request):
    """Whether anybody may see this badge, and whether my nickname is shown with it."""

    public: bool
    name: bool = False


class SharingAnswer(Sharing):
    """What I show of an award."""

    award: str


class GreenYearAnswer(Answer):
    """What I did in a year, by what it was; `credential` is a VC-JWT (Open Badges 3.0)."""

    year: int
    actions: int
    grams: int
    quantities: dict[str, int]
    credential: str


class GiftRequest(Request):
    """A badge for a member: which tier (the first by default), who gives it, and why."""

    badge: IdText
    tier: IdText | None = None
    by: Text
    reason: Text


class RevocationRequest(Request):
    """Who takes it back, and why."""

    by: Text
    reason: Text


class AwardAnswer(Answer):
    """An award."""

    award: str
    badge: str
    tier: str
    awarded_at: Instant
    expires_at: Instant | None
    revoked: bool


class ArtQuery(BaseModel):
    """Which tier (the first by default) of which revision `n` (the last); of a secret badge, by which `award`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: Annotated[str, Field(max_length=64)] = ""
    n: Annotated[int, Field(ge=0, le=10**9)] = 0
    award: Annotated[str, Field(max_length=64)] = ""


class BadgePath(BaseModel):
    """Which badge."""

    badge: IdText


class IssuerPath(BaseModel):
    """Which campaign's organiser."""

    campaign: IdText


class KeyPath(BaseModel):
    """Which key, by its thumbprint."""

    kid: Annotated[str, Field(pattern="^[0-9A-Za-z_-]{43}$")]


class AnyDocument(Answer):
    """A document whose shape Open Badges 3.0 gives."""

    model_config = ConfigDict(frozen=True, extra="allow")


JWT = {"description": "A VC-JWT", "content": {"application/vc+jwt": {"schema": {"type": "string"}}}}
PNG = {"description": "A picture", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
SVG = {"description": "A picture", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}


class VersionQuery(BaseModel):
    """`v` names the version that was seen in a tag."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Annotated[str, Field(max_length=64)] = ""
