"""The types of events that the brand's servers send, and what each must say. Pure: a border, no storage.

Money is whole fen, net of refunds and coupons. A brand may add types of its own, each with a JSON Schema.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from engage.kernel.clock import parse
from engage.kernel.ids import EXTERNAL_ID

MAX_FEN = 10**13
MAX_LINES = 500
OWN_TYPE = r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){1,4}$"

Label: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$")
]
Reference: TypeAlias = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Fen: TypeAlias = Annotated[int, Field(ge=0, le=MAX_FEN, description="whole fen, net")]
Quantity: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000)]


def _require_instant(text: str) -> str:
    parse(text)
    return text


When: TypeAlias = Annotated[
    str, Field(max_length=40, description="an instant with an offset"), AfterValidator(_require_instant)
]


class Data(BaseModel):
    """What an event says: unknown fields are refused, nothing is converted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Line(Data):
    """One line of an order. `line` is its number or name there, by which it can be refunded."""

    line: Reference
    sku: Reference | None = None
    category: Label | None = None
    labels: Annotated[list[Label], Field(max_length=50)] = []
    quantity: Quantity = 1
    net_fen: Fen


class Tender(Data):
    """How a part of an order was paid."""

    kind: Label
    net_fen: Fen


class Order(Data):
    """An order that was paid, in yuan. Lines and tenders, if given, add up to `net_fen`."""

    order: Reference
    merchant: Reference | None = None
    store: Reference | None = None
    net_fen: Fen
    currency: Annotated[Literal["CNY"], Field(description="what is paid in another currency is sent in fen")] = "CNY"
    paid_at: When | None = None
    lines: Annotated[list[Line], Field(max_length=MAX_LINES)] = []
    tenders: Annotated[list[Tender], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _adds_up(self) -> "Order":
        require_sum("lines", self.lines, self.net_fen)
        require_sum("tenders", self.tenders, self.net_fen)
        names = [line.line for line in self.lines]
        if len(set(names)) < len(names):
            raise ValueError("two lines have the same `line`")
        return self


class RefundedLine(Data):
    """What of a line was refunded."""

    line: Reference
    quantity: Quantity | None = None
    net_fen: Fen


class Refund(Data):
    """Money that went back, by line where the order had lines. The lines add up to `net_fen`."""

    order: Reference
    net_fen: Annotated[int, Field(ge=1, le=MAX_FEN)]
    lines: Annotated[list[RefundedLine], Field(max_length=MAX_LINES)] = []

    @model_validator(mode="after")
    def _adds_up(self) -> "Refund":
        require_sum("lines", self.lines, self.net_fen)
        return self


class Registration(Data):
    """Somebody became a member, perhaps by an invitation."""

    invite: Reference | None = None


class Review(Data):
    """A product was reviewed."""

    product: Reference
    order: Reference | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    pictures: Annotated[int, Field(ge=0, le=100)] = 0
    characters: Annotated[int, Field(ge=0, le=100_000)] = 0


class Visit(Data):
    """Somebody came by what a member has shared. `visitor` is who came, verified and the same each time."""

    visitor: Reference
    page: Reference | None = None


class Answered(Data):
    """A questionnaire was answered; the answers themselves are kept elsewhere."""

    questionnaire: Reference


class Recycled(Data):
    """Something was recycled, or bought second-hand."""

    what: Label
    quantity: Quantity = 1
    grams: Annotated[int, Field(ge=0, le=100_000_000)] | None = None


class Profile(Data):
    """A member has completed their profile at the brand."""

    share_percent: Annotated[int, Field(ge=0, le=100)] = 100


class Called(Data):
    """A member came by: opened the app, visited a shop."""

    place: Reference | None = None


KINDS: Mapping[str, type[Data]] = {
    "order.completed": Order,
    "order.refunded": Refund,
    "member.registered": Registration,
    "member.visited": Called,
    "profile.completed": Profile,
    "review.posted": Review,
    "share.visited": Visit,
    "questionnaire.answered": Answered,
    "item.recycled": Recycled,
}
"""What each type's data must be."""


class CloudEvent(BaseModel):
    """CloudEvents 1.0 in its structured JSON form. `source` and `id` together name the event, `subject` the member.

    `time` is when it happened; without it, when it came in.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$", examples=["shop/orders"])]
    type: Annotated[str, Field(max_length=200, pattern=OWN_TYPE, examples=["order.completed"])]
    subject: Annotated[
        str, Field(min_length=1, max_length=128, pattern=EXTERNAL_ID, description="the member, by the brand's own id")
    ]
    time: Annotated[When, Field(examples=["2026-12-01T10:03:04+08:00"])] | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: Annotated[str, Field(max_length=500)] | None = None
    data: dict[str, Any] = {}


def require_sum(name: str, parts: list[Any], net_fen: int) -> None:
    """ValueError unless there are no parts, or their `net_fen` add up to the whole."""
    total = sum(part.net_fen for part in parts)
    if parts and total != net_fen:
        raise ValueError(f"{name} add up to {total} fen, net_fen is {net_fen}")
