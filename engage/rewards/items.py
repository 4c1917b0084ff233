"""What points buy: items as they were published, and why somebody can't buy one now. Decided without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.catalogue import Entry
from engage.kernel.clock import day_ms, local_date, render_ms
from engage.kernel.refusals import (
    LimitReached,
    NotEligible,
    NotOpen,
    PointsHeld,
    Refusal,
    SoldOut,
    TooFewPoints,
    UnderReview,
)
from engage.ledger import Book, Lot
from engage.members import Member, why_outside

ITEM = "item"
"""What items are called in the catalogue."""


@dataclass(frozen=True, slots=True)
class Item:
    """A revision of an item. Limits None: any number; `cancel_minutes` 0: it can't be given back."""

    entry: Entry
    kind: str
    price: int
    per_member: int | None
    per_day: int | None
    use_by_days: int | None
    cancel_minutes: int
    time_zone: str
    only: Sequence[Sequence[Any]]

    def today(self, now_ms: int) -> tuple[int, int]:
        """From when until when the campaign's day lasts in which this instant is (milliseconds)."""
        return day_ms(local_date(now_ms, self.time_zone), self.time_zone)


@dataclass(frozen=True, slots=True)
class Bought:
    """How many units of an item a member has bought, less what went back: in all, and today."""

    in_all: int = 0
    today: int = 0


@dataclass(frozen=True, slots=True)
class Purse:
    """What a member could pay with: points that are free and have not expired, and those that are held."""

    free: int
    held: int


def item_from(entry: Entry) -> Item:
    """An item as it was published."""
    said: Mapping[str, Any] = entry.document
    return Item(
        entry,
        said["kind"],
        said["price"],
        said["per_member"],
        said["per_day"],
        said["use_by_days"],
        said["cancel_minutes"],
        said["time_zone"],
        said["only"],
    )


def spendable(lots: Iterable[Lot], now_ms: int) -> list[Lot]:
    """Of lots, in their order, those that hold something free and have not expired."""
    return [lot for lot in lots if lot.remaining > lot.held and (lot.expires_at is None or lot.expires_at > now_ms)]


def purse_of(book: Book, lots: Iterable[Lot], now_ms: int) -> Purse:
    """What a member could pay with."""
    return Purse(sum(lot.remaining - lot.held for lot in spendable(lots, now_ms)), book.held)


def why_not_buy(  # noqa: PLR0913  what is looked at
    item: Item, quantity: int, member: Member, book: Book, bought: Bought, units_left: int, purse: Purse, now_ms: int
) -> Refusal | None:
    """Why a member can't buy so many units now, if so.

    The first of UnderReview, NotEligible, NotOpen, LimitReached, SoldOut, TooFewPoints, PointsHeld.
    """
    if book.under_review:
        return UnderReview("These books are being checked. Nothing is lost; please try again later.")
    return (
        _why_not_eligible(item, member)
        or _why_not_open(item, now_ms)
        or _why_not_more(item, quantity, bought, now_ms)
        or _why_not_supplied(quantity, units_left)
        or _why_not_paid(item.price * quantity, purse)
    )


def _why_not_eligible(item: Item, member: Member) -> Refusal | None:
    if member.insider:
        return NotEligible("Staff, suppliers and test members may look but not buy.", reason="insider")
    return why_outside(item.only, member)


def _why_not_open(item: Item, now_ms: int) -> Refusal | None:
    entry = item.entry
    if entry.is_open(now_ms):
        return None
    is_paused = entry.state == "paused"
    if is_paused:
        detail = "The campaign is paused. Your points are kept."
    elif entry.state != "ended" and now_ms < entry.opens_at:
        detail = "It can't be bought yet."
    else:
        detail = "It can't be bought any more."
    opens_at, closes_at = render_ms(entry.opens_at), render_ms(entry.closes_at)
    return NotOpen(detail, opens_at=opens_at, closes_at=closes_at, paused=is_paused)


def _why_not_more(item: Item, quantity: int, bought: Bought, now_ms: int) -> Refusal | None:
    if item.per_member is not None and bought.in_all + quantity > item.per_member:
        return LimitReached(f"{item.per_member} for each member are the limit.", reason="member", retry_at=None)
    if item.per_day is not None and bought.today + quantity > item.per_day:
        tomorrow = render_ms(item.today(now_ms)[1])
        retry_at = tomorrow if quantity <= item.per_day else None
        return LimitReached(f"{item.per_day} a day are the limit.", reason="day", retry_at=retry_at)
    return None


def _why_not_supplied(quantity: int, units_left: int) -> Refusal | None:
    if quantity <= units_left:
        return None
    detail = f"Only {units_left} are left." if units_left else "None are left."
    return SoldOut(detail, left=units_left)


def _why_not_paid(price: int, purse: Purse) -> Refusal | None:
    missing = price - purse.free
    if missing <= 0:
        return None
    if missing <= purse.held:
        detail = f"You have the points, but {purse.held} of them are held and can't be used yet."
        return PointsHeld(detail, missing=missing, held=purse.held)
    return TooFewPoints(f"You need {missing} more points.", missing=missing)
