"""The `items` of a campaign file: what points buy. Vouchers and goods with a price, out of funded pools like prizes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from engage.campaigns.album import address_of
from engage.campaigns.amendment import ANY_LOOK, FEWER, FIRST_PICTURE, MORE, MORE_OR_ENDLESS, Rules
from engage.campaigns.art import ART_OF_KIND, Icon
from engage.campaigns.budget import PoolPlan
from engage.campaigns.definition import (
    MAX_FEN,
    MAX_POINTS,
    CampaignDefinition,
    Evidence,
    Instant,
    Part,
    PicturePath,
    Slug,
    Texts,
)
from engage.campaigns.faults import find_part
from engage.campaigns.files import CampaignFile, Section
from engage.campaigns.findings import Finding, Level
from engage.campaigns.offers import Offer, Promise
from engage.campaigns.reward_parts import MAX_UNITS
from engage.campaigns.shelf import Shelf
from engage.campaigns.source import Place
from engage.campaigns.terms import evidence_terms, optional_texts, prize_terms
from engage.kernel.clock import to_ms
from engage.rewards import ITEM, PRIZE_OF_ITEM

MAX_CANCEL_MINUTES = 24 * 60
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class Item(Part):
    """Something that points buy."""

    id: Slug = Field(description="Name of the item; its id is itm_ and this.")
    kind: Literal["voucher", "goods"] = Field(description="A voucher, whose codes are imported before, or goods.")
    name: Texts = Field(description="What it is called, as members see it.")
    description: Texts | None = Field(None, description="What it is, in a sentence or two.")
    price: int = Field(ge=1, le=MAX_POINTS, description="Points that one unit costs.")
    market_value_fen: int = Field(ge=1, le=MAX_FEN, description="Market value of one unit in fen (C3, C3b).")
    value_evidence: Evidence = Field(description="Where and when this value was found (C3).")
    units: int = Field(ge=1, le=MAX_UNITS, description="How many there are in all.")
    per_member: int | None = Field(None, ge=1, le=MAX_UNITS, description="How many a member may buy; null: any number.")
    per_day: int | None = Field(
        None, ge=1, le=MAX_UNITS, description="How many a member may buy in a day of the campaign; null: any number."
    )
    use_by_days: int | None = Field(
        None, ge=1, le=3650, description="Days after it was bought until which it can be used; null: no limit."
    )
    where_valid: Texts | None = Field(None, description="Where it can be used, for instance in which shops.")
    conditions: Texts | None = Field(None, description="Terms of this item alone, if there are any.")
    address: bool = Field(default=False, description="Goods only: whether they are sent, and so need an address.")
    cancel_minutes: int = Field(
        0,
        ge=0,
        le=MAX_CANCEL_MINUTES,
        description="Minutes in which it can be given back for its points; 0: none.",
    )
    opens_at: Instant | None = Field(None, description="When it can be bought from; null: as the campaign opens.")
    closes_at: Instant | None = Field(None, description="When it can't be bought any more; null: with the campaign.")
    cash_equivalent: bool = Field(
        default=False, description="Whether it is as good as money: gift money, prepaid cards of others (C12)."
    )
    art: Icon | None = Field(None, description="Icon that it is drawn as; null: one that suits its kind.")
    picture: PicturePath | None = Field(None, description="Picture of it instead of an icon, beside this file.")


RULES: Rules = {
    "price": FEWER,
    "units": MORE,
    "per_member": MORE_OR_ENDLESS,
    "per_day": MORE_OR_ENDLESS,
    "use_by_days": MORE_OR_ENDLESS,
    "cancel_minutes": MORE,
    "closes_at": MORE_OR_ENDLESS,
    "art": ANY_LOOK,
    "picture": FIRST_PICTURE,
}


def item_id(item: Item) -> str:
    """An item's real id."""
    return f"itm_{item.id}"


def _check(section: Place) -> Iterator[Finding]:
    """What the model alone can't see."""
    names: Counter[str] = Counter()
    root = section.source.root()
    for item in section.items():
        name = item["id"].value
        if isinstance(name, str):
            if names[name]:
                yield item["id"].fault("duplicate_id", f"`{name}` is here twice.", "Give each its own name.")
            names[name] += 1
        if item["art"].value is not None and item["picture"].value is not None:
            sentence = "This item has both an icon and a picture; only one can be drawn."
            yield item["art"].fault("art_twice", sentence, "Delete one of them.")
        if item["kind"].value == "voucher" and item["address"].value is True:
            sentence = "A voucher is shown and not sent, so it needs no address."
            yield item["address"].fault("address_of_voucher", sentence, "Delete it, or make these goods.")
        yield from _check_time(item, root)
        yield from _check_limits(item)


def _check_time(item: Place, root: Place) -> Iterator[Finding]:
    """An item can be bought within its campaign, for some time."""
    opens, closes = (item[name] if item[name].value is not None else root[name] for name in ("opens_at", "closes_at"))
    begins, ends = (find_part(_INSTANT, place.value) for place in (opens, closes))
    first, last = (find_part(_INSTANT, root[name].value) for name in ("opens_at", "closes_at"))
    if begins is not None and ends is not None and ends <= begins:
        yield item.fault("never_open", "This item closes before it opens.", "Set a later closes_at.")
    if begins is not None and first is not None and begins < first:
        yield opens.fault("outside_campaign", "This item opens before its campaign.", "Set a later opens_at.")
    if ends is not None and last is not None and ends > last:
        yield closes.fault("outside_campaign", "This item closes after its campaign.", "Set an earlier closes_at.")


def _check_limits(item: Place) -> Iterator[Finding]:
    for inner, outer in (("per_day", "per_member"), ("per_member", "units"), ("per_day", "units")):
        limit, bound = item[inner].value, item[outer].value
        if isinstance(limit, int) and isinstance(bound, int) and limit > bound:
            sentence = f"{inner} is more than {outer}, so it limits nothing."
            yield item[inner].finding(Level.WARN, "limit_without_effect", sentence, "Lower it, or delete it.")


def _offers(items: Sequence[Item], _campaign: CampaignDefinition) -> Iterator[Offer]:
    for number, item in enumerate(items):
        path = ("items", number)
        promise = Promise(
            path,
            item.kind,
            item.name,
            item.units,
            item.market_value_fen,
            use_by_days=item.use_by_days,
            cash_equivalent=item.cash_equivalent,
            price=item.price,
        )
        yield Offer(path, by_chance=False, per_purchase=0, limited=True, prizes=(promise,))


def _document(item: Item, file: CampaignFile) -> dict[str, Any]:
    """An item as it is published: its terms, and all that members are told."""
    picture = file.pictures.get(item.picture or "")
    campaign = file.definition
    prize = {
        "name": item.name.by_language(),
        "where": optional_texts(item.where_valid),
        "conditions": optional_texts(item.conditions),
        "art": address_of(picture["small"]) if picture else item.art or ART_OF_KIND[item.kind],
        "address": item.address,
    }
    return {
        "kind": item.kind,
        "price": item.price,
        "value_fen": item.market_value_fen,
        **evidence_terms(item.value_evidence),
        "units": item.units,
        "per_member": item.per_member,
        "per_day": item.per_day,
        "use_by_days": item.use_by_days,
        "cancel_minutes": item.cancel_minutes,
        "time_zone": campaign.time_zone,
        "only": [[one.attribute, list(one.values)] for one in campaign.audience.only],
        "description": optional_texts(item.description),
        "prizes": {PRIZE_OF_ITEM: prize},
        "terms": prize_terms(campaign),
    }


def _plans(item: Item, _file: CampaignFile) -> list[PoolPlan]:
    return [PoolPlan(item_id(item), PRIZE_OF_ITEM, item.kind, None, item.units, item.market_value_fen)]


def _time(item: Item, campaign: CampaignDefinition) -> tuple[int, int]:
    """From when until when an item can be bought (milliseconds)."""
    opens = campaign.opens_ms if item.opens_at is None else to_ms(item.opens_at)
    return opens, campaign.closes_ms if item.closes_at is None else to_ms(item.closes_at)


def _pictures(section: Place) -> Iterator[Place]:
    return (item["picture"] for item in section.items())


ITEMS: Section[Item] = Section("items", TypeAdapter(Item), _check, _offers, pictures=_pictures)
ITEM_SHELF: Shelf[Item] = Shelf(ITEMS, ITEM, item_id, _document, _plans, _time, RULES)
