"""The shapes of the games' requests and answers, as the contract publishes them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engage.api import PRINTED, Answer, IdText, Instant, Request

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes in lower-case hex")]
GameIdText = Annotated[IdText, Field(examples=["gam_anniversary"])]


class GamePath(BaseModel):
    """Which game."""

    game: GameIdText


class PlayPath(BaseModel):
    """Which play."""

    play: IdText


class EpochPath(BaseModel):
    """Which epoch."""

    epoch: IdText


class AcceptanceRequest(Request):
    """Acceptance of the revision with this hash; `adult` answers the age question where a declaration is allowed."""

    rules_hash: Hex32
    adult: bool = False


class Acceptance(Answer):
    """What was accepted."""

    game: str
    rules_hash: Hex32
    adult: bool


class EpochRequest(Request):
    """The hash of a seed that the client made and keeps: SHA-256 over `draw/1 client`, a zero byte and the 32 bytes."""

    client_commitment: Hex32


class EpochAnswer(Answer):
    """The server's signed commitment."""

    epoch: str
    member: str
    game: str
    rules_hash: Hex32
    client_commitment: Hex32
    server_commitment: Hex32
    opened_at: Instant
    signature: str


class PlayRequest(Request):
    """A play in an open epoch.

    `client_seed` must come with the first play of the epoch and may come with later ones.
    """

    epoch: IdText
    client_seed: Hex32 | None = None


class WonPrize(Answer):
    """What was won. `grant` names a voucher or goods in the member's prizes."""

    id: str
    kind: Literal["points", "voucher", "goods", "turns"]
    prize_class: Annotated[int, Field(alias="class")]
    points: int | None = None
    turns: int | None = None
    grant: str | None = None


class Show(Answer):
    """Where the pointer rests: the slot, and the place inside its slice in millionths."""

    slot: str
    angle_ppm: Annotated[int, Field(ge=0, lt=1_000_000)]


class PlayBalances(Answer):
    """Points owned, and those of them that are held."""

    points: int
    held: int


class TurnsLeft(Answer):
    """Turns in hand, and when the next free one comes."""

    left: int
    next_at: Instant | None


class PlayAnswer(Answer):
    """A play's outcome with its receipt; the same bytes for the same key, for ever."""

    play: str
    receipt: dict[str, Any]
    prize: WonPrize | None
    show: Show
    balances: PlayBalances
    turns: TurnsLeft
    position: int


class Reveal(Answer):
    """An ended epoch, whole: both seeds and all its receipts."""

    answer: EpochAnswer
    client_seed: Hex32 | None
    server_seed: Hex32
    receipts: list[dict[str, Any]]


class Odds(Answer):
    """An exact rational."""

    numerator: int
    denominator: int


class ShownPrize(Answer):
    """A prize as a member sees it; id `none` is no prize. `art`: the name of an icon, or the address of a picture."""

    id: str
    name: str | None
    kind: str | None
    prize_class: Annotated[int, Field(alias="class")]
    value_fen: int
    points: int | None
    turns: int | None
    art: str


class ShownSlot(Answer):
    """A slot of the member's next play: its first prize, its chain of prizes, the one in force now, and its odds."""

    slot: str
    prize: ShownPrize
    chain: list[str]
    in_force: str | None
    odds: Odds


class ShownPool(Answer):
    """Units published and left; null is without end."""

    prize: str
    units: int | None
    left: int | None


class GuaranteeState(Answer):
    """Plays in a row without a prize of this class or a higher one, and how many more there can be."""

    prize_class: Annotated[int, Field(alias="class")]
    misses: int
    left: int


class ExpiringTurns(Answer):
    """Turns that expire at an instant."""

    n: int
    at: Instant


class GameTurns(TurnsLeft):
    """Turns with those that will expire."""

    expiring: list[ExpiringTurns]


class ShownDeck(Answer):
    """A sealed deck before its close."""

    id: str
    n: int
    left: int
    root: Hex32
    seed_commitment: Hex32


class NextRefusal(BaseModel):
    """What a play would be refused for now: the refusal's code, its sentence, and those of its fields that it has."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    detail: str
    reason: str | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    retry_at: Instant | None = None
    next_at: Instant | None = None
    rules_hash: Hex32 | None = None
    minimum_age: int | None = None
    declaration: bool | None = None


class Colours(Answer):
    """The organiser's two colours, each `#rrggbb`."""

    brand: str
    accent: str


class Look(Answer):
    """How a game is shown. Only the theme `brand` has colours."""

    theme: Literal["festive", "calm", "brand"]
    colours: Colours | None


class UnseenAnswer(Answer):
    """A play whose result was not seen yet; from `until` on it is shown all the same."""

    play: str
    until: Instant


class GameAnswer(Answer):
    """One game as one member sees it."""

    id: str
    campaign: str
    mechanic: Literal["wheel", "scratch"]
    chance: Literal["odds", "deck"]
    title: str
    look: Look
    state: Literal["upcoming", "live", "paused", "sold_out", "ended"]
    opens_at: Instant
    closes_at: Instant
    ended_at: Annotated[Instant | None, Field(description="when it was over: early, sold out, or at `closes_at`")]
    revision: int
    rules_hash: Hex32
    table: int | None
    slots: list[ShownSlot]
    prizes: list[ShownPrize]
    pools: list[ShownPool]
    guarantee: GuaranteeState | None
    turns: GameTurns
    deck: ShownDeck | None
    accepted: bool
    organiser: dict[str, Any]
    refusal: NextRefusal | None
    epoch: Annotated[str | None, Field(description="the member's open epoch in this game")]
    unseen: Annotated[list[UnseenAnswer], Field(description="plays to be shown and seen, oldest first")]


class GameList(Answer):
    """Games."""

    items: list[GameAnswer]
    next: str | None


class SlotCount(Answer):
    """How often a slot came, beside its odds."""

    revision: int
    table: int | None
    slot: str
    count: int
    odds: Odds


class Stop(Answer):
    """A stretch of the game that was closed, and why."""

    run: int
    reason: str
    at: Instant


class Monitor(Answer):
    """How many draws of a revision were held against its odds, and when they first spoke strongly against them."""

    revision: int
    draws: int
    alarmed_at: Instant | None


class LongRun(Answer):
    """The exact odds of a prize in the long run, while units last; its two integers as text, since they can be long."""

    prize: str
    numerator: str
    denominator: str


class FairnessAnswer(Answer):
    """What anyone may know about how a game went."""

    game: str
    plays: int
    refused: dict[str, int]
    epochs: int
    unplayed_epochs: int
    stops: list[Stop]
    counts: list[SlotCount]
    monitor: list[Monitor]
    long_run: list[LongRun]


class DeckAnswer(Answer):
    """A deck: before the close its seal, after it also the seed and every sale `[start, serial]` in order."""

    id: str
    n: int
    left: int
    root: Hex32
    seed_commitment: Hex32
    seed: Hex32 | None
    sales: list[list[int]] | None


class PlayItem(Answer):
    """One play of a member. A page is not told what came of one that is unseen: then only that is said."""

    play: str
    game: str
    unseen: bool
    receipt: dict[str, Any] | None
    prize: WonPrize | None
    show: Show | None


class WinnerPrize(Answer):
    """What was won, with its name in every language of the rules."""

    id: str
    kind: Literal["points", "voucher", "goods", "turns"]
    names: dict[str, str]
    value_fen: int


class WinnerItem(Answer):
    """A winner of a prize that has to be shown. `name` is the first letter and two asterisks, null for no name.

    `at` is the minute in which it was announced, some seconds after the winner saw it.
    """

    id: str
    name: str | None
    prize: WinnerPrize
    at: Instant


class WinnerList(Answer):
    """Winners, newest first."""

    items: list[WinnerItem]
    next: str | None


class PlayList(Answer):
    """A member's plays, newest first."""

    items: list[PlayItem]
    next: str | None


class ExportAnswer(Answer):
    """A member's export file, `engage-export/1`: read it with the one-file verifier."""

    format: Literal["engage-export/1"]
    exported_at: Instant
    keys: dict[str, Any]
    rules: list[dict[str, Any]]
    epochs: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    decks: list[dict[str, Any]]
    closes: list[dict[str, Any]]


class TurnsRequest(Request):
    """Turns for a member; without `expires_at` they last as long as the game."""

    game: GameIdText
    count: Annotated[int, Field(ge=1, le=100)]
    expires_at: Annotated[str, Field(max_length=40)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTED)]


class TurnsAnswer(Answer):
    """The turns that were given."""

    game: str
    count: int
    expires_at: Instant | None
    left: int
