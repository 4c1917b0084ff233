"""What the `games` section of a campaign file holds: games, their prizes, tables and decks. Frozen and strict."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engage.campaigns import MAX_FEN, MAX_POINTS, Evidence, Icon, Part, PicturePath, Slug, Texts

NO_PRIZE = "none"
MAX_DECK = 1_000_000
MAX_UNITS = 10**9
MAX_WEIGHT = 2**32 - 1

Units: TypeAlias = Annotated[int, Field(ge=1, le=MAX_UNITS)]


class _Prize(Part):
    """What all kinds of prizes share."""

    id: Slug = Field(
        description="Name of the prize in this game; its id is prz_ and this. `none` is reserved for no prize."
    )
    name: Texts = Field(description="What the prize is called, as members see it.")
    conditions: Texts | None = Field(None, description="Terms of this prize alone, if there are any.")
    prize_class: int = Field(
        alias="class", ge=1, le=9, description="Rank of the prize, 1 the lowest; a guarantee counts from a class up."
    )
    per_member: int | None = Field(
        None, ge=1, le=MAX_UNITS, description="How often one member may win it in this game; null: no limit."
    )
    cash_equivalent: bool = Field(
        default=False, description="Whether it is as good as money: gift money, prepaid cards of others (C12)."
    )
    art: Icon | None = Field(None, description="Icon that it is drawn as; null: one that suits its kind.")
    picture: PicturePath | None = Field(
        None, description="Picture of the prize itself instead of an icon: a PNG, JPEG or WebP file beside this one."
    )


class PointsPrize(_Prize):
    """Points, paid into the member's book at once. They are valued by the campaign's point_value."""

    kind: Literal["points"] = Field(description="points, voucher, goods or turns.")
    points: int = Field(ge=1, le=MAX_POINTS, description="Points that one unit gives.")
    units: Units = Field(description="How many there are in all.")


class _Valued(_Prize):
    """What vouchers and goods share."""

    market_value_fen: int = Field(ge=1, le=MAX_FEN, description="Market value of one unit in fen (C3).")
    value_evidence: Evidence = Field(description="Where and when this value was found (C3).")
    units: Units = Field(description="How many there are in all.")
    use_by_days: int | None = Field(
        None, ge=1, le=3650, description="Days after the win until which it can be used; null: no limit."
    )
    where_valid: Texts | None = Field(None, description="Where it can be used, for instance in which shops.")


class VoucherPrize(_Valued):
    """A voucher with a code of its own. Before publishing, as many codes as units have to be imported."""

    kind: Literal["voucher"] = Field(description="points, voucher, goods or turns.")


class GoodsPrize(_Valued):
    """A thing to be sent or handed over."""

    kind: Literal["goods"] = Field(description="points, voucher, goods or turns.")
    address: bool = Field(description="Whether the winner has to give an address to claim it.")


class TurnsPrize(_Prize):
    """More turns in this game."""

    kind: Literal["turns"] = Field(description="points, voucher, goods or turns.")
    turns: int = Field(ge=1, le=100, description="Turns that one unit gives.")
    units: Units | None = Field(
        None, description="How many there are in all; null: without end. In a deck, as many as its cards."
    )


Prize: TypeAlias = Annotated[PointsPrize | VoucherPrize | GoodsPrize | TurnsPrize, Field(discriminator="kind")]


class Slot(Part):
    """One weighted place in a table, with its chain: what it pays, in order, when a prize is out."""

    slot: Slug = Field(
        description="Name of the slot. Tables use the same name for what is the same slice of the wheel."
    )
    prize: Slug = Field(description="The prize it pays, or `none`.")
    otherwise: tuple[Slug, ...] = Field(
        (),
        alias="else",
        max_length=10,
        description="What it pays instead, in this order, when the prize is out; may end in `none`.",
    )
    weight: int = Field(ge=1, le=MAX_WEIGHT, description="The slot's odds are its weight divided by the table's total.")

    @property
    def chain(self) -> tuple[str, ...]:
        """All that the slot may pay, in order."""
        return (self.prize, *self.otherwise)


class Table(Part):
    """Slots and the total of their weights."""

    total: int = Field(
        ge=1, le=MAX_WEIGHT, description="What the weights add up to: written down so that a slip is noticed."
    )
    slots: tuple[Slot, ...] = Field(
        min_length=1, max_length=100, description="The slots, in the order of the wheel's slices."
    )


class Guarantee(Part):
    """That a member who missed often enough plays the next time by a better table."""

    prize_class: int = Field(
        alias="class", ge=1, le=9, description="A prize of this class or higher ends the count of misses."
    )
    misses: int = Field(
        ge=1, le=400, description="After so many plays in a row without one, the next play uses the table."
    )
    table: int = Field(ge=0, le=99, description="Number of that table in `tables`, where the first is 0.")


class Deck(Part):
    """A sealed, finite deck: which cards it holds."""

    counts: tuple[tuple[Slug, Annotated[int, Field(ge=1, le=MAX_DECK)]], ...] = Field(
        min_length=1,
        max_length=101,
        description="Pairs of a prize (or `none`) and how many cards hold it, in published order.",
    )
    n: int = Field(ge=1, le=MAX_DECK, description="How many cards there are: what the counts add up to.")


class Turns(Part):
    """How turns reach members."""

    free_per_day: int = Field(ge=0, le=100, description="Turns that every member gets each day.")
    per_purchase: int = Field(
        0,
        ge=0,
        le=100,
        description="Most turns that the organiser gives for one purchase; their top prizes are added up (C3).",
    )


class Limits(Part):
    """How often one member may play: a day and in all (C24)."""

    per_day: int | None = Field(
        None, ge=1, le=1000, description="Plays a day in the member's time zone; null: no limit."
    )
    per_campaign: int | None = Field(None, ge=1, le=1_000_000, description="Plays in all; null: no limit.")


class _Game(Part):
    """What all games share."""

    id: Slug = Field(description="Name of the game, unique among all games of the deployment; its id is gam_ and this.")
    mechanic: Literal["wheel", "scratch"] = Field(
        description="How the outcome is shown: a spinning wheel or a scratch card."
    )
    title: Texts = Field(description="The game's name as members see it.")
    conditions: Texts = Field(
        description="How to take part: what gives turns, what a play costs, what else counts (C1)."
    )
    prizes: tuple[Prize, ...] = Field(min_length=1, max_length=100, description="All prizes of the game.")
    turns: Turns = Field(description="Where turns come from.")
    limits: Limits = Field(description="How often one member may play.")
    when_out: Literal["end"] = Field(description="What happens when a chain is exhausted for everybody: the game ends.")


class OddsGame(_Game):
    """A game in which every play is drawn by published odds."""

    chance: Literal["odds"] = Field(
        description="odds: each play is drawn by a table; deck: each play takes a card of a sealed deck."
    )
    tables: tuple[Table, ...] = Field(
        min_length=1, max_length=100, description="Table 0 is for every play; others for a guarantee."
    )
    guarantee: Guarantee | None = Field(None, description="The guarantee (保底), if there is one.")


class DeckGame(_Game):
    """A game in which every play takes a card of a sealed, finite deck."""

    chance: Literal["deck"] = Field(
        description="odds: each play is drawn by a table; deck: each play takes a card of a sealed deck."
    )
    deck: Deck = Field(description="The cards.")


GameDefinition: TypeAlias = Annotated[OddsGame | DeckGame, Field(discriminator="chance")]
AnyPrize: TypeAlias = PointsPrize | VoucherPrize | GoodsPrize | TurnsPrize
AnyGame: TypeAlias = OddsGame | DeckGame

GAME: TypeAdapter[AnyGame] = TypeAdapter(GameDefinition)
PRIZE: TypeAdapter[AnyPrize] = TypeAdapter(Prize)
TABLE: TypeAdapter[Table] = TypeAdapter(Table)


def game_id(slug: str) -> str:
    """The real id of a game."""
    return f"gam_{slug}"


def prize_id(slug: str) -> str:
    """The real id of a prize; `none` stays what it is."""
    return slug if slug == NO_PRIZE else f"prz_{slug}"


def deck_id(slug: str) -> str:
    """The real id of the deck of a game."""
    return f"dck_{slug}"
