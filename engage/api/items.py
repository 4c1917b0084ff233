"""What points buy: the items with why one can't be bought now, and redemptions from held to captured or given back."""

from collections.abc import Container
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import ConfigDict, Field

from engage.api.prizes import locale_of
from engage.api.shapes import Answer, IdText, Instant, Page, Request
from engage.catalogue import find_entry, read_entries, text_in
from engage.feature import Plays, Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import (
    Conflict,
    LimitReached,
    NotEligible,
    NotFound,
    NotOpen,
    PointsHeld,
    Refusal,
    SoldOut,
    TooFewPoints,
    TooLate,
    UnderReview,
)
from engage.ledger import POINTS, Book, Lot, find_book, read_open_lots
from engage.live import hidden_from
from engage.members import Member, get_member
from engage.rewards import (
    ITEM,
    PRIZE_OF_ITEM,
    Bought,
    Item,
    Pool,
    Standing,
    cancel,
    capture,
    count_bought,
    item_from,
    purse_of,
    read_redemptions,
    read_stock,
    redeem,
    why_not_buy,
)
from engage.storage.snapshot import snapshot
from engage.storage.work import Work
from engage.web import (
    MEMBER,
    KeyAllowed,
    KeyRequired,
    Routes,
    actor,
    answer_once,
    is_page,
    json_answer,
    reading,
    request_connection,
    require_cursor,
)

MAX_QUANTITY = 100
BUY_REFUSALS = (NotFound, UnderReview, NotEligible, NotOpen, LimitReached, SoldOut, TooFewPoints, PointsHeld)
CAPTURE_REFUSALS = (NotFound, UnderReview, Conflict)
CANCEL_REFUSALS = (NotFound, UnderReview, Conflict, TooLate)


class WhyNotBuy(Answer):
    """Why one can't be bought now: what buying it would be refused with, with the fields of that refusal."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: Literal["under_review", "not_eligible", "not_open", "limit_reached", "sold_out", "too_few_points", "held"]
    detail: str
    reason: Annotated[str, Field(description="which eligibility or which limit it is")] = ""


class BoughtAnswer(Answer):
    """How many units I have bought and not given back."""

    in_all: int
    today: int


class ItemAnswer(Answer):
    """Something that points buy. `value_fen` is the market value of one unit; null limits and use-by are none."""

    item: str
    campaign: str
    kind: Literal["voucher", "goods"]
    name: str
    description: str
    art: Annotated[str, Field(description="the name of an icon, or the address of a picture")]
    price: Annotated[int, Field(description="points for one unit")]
    value_fen: int
    units: int
    units_left: int
    per_member: int | None
    per_day: int | None
    bought: BoughtAnswer
    use_by_days: int | None
    where: str
    conditions: str
    cancel_minutes: Annotated[int, Field(description="minutes in which it can be given back; 0: none")]
    opens_at: Instant
    closes_at: Instant
    state: Literal["upcoming", "open", "paused", "sold_out"]
    can_buy: bool
    why_not: WhyNotBuy | None


class ItemList(Answer):
    """What points buy now or later, by campaign and item; `points` are those that I can spend."""

    items: list[ItemAnswer]
    points: int


class RedemptionRequest(Request):
    """Which item, and how many units."""

    item: IdText
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)] = 1


class RedemptionPath(Request):
    """Which redemption."""

    redemption: IdText


class RedemptionAnswer(Answer):
    """Points for an item. `held` can be given back before `cancel_until`; once `captured` it has its `grants`."""

    redemption: str
    item: str
    kind: Literal["voucher", "goods"]
    name: str
    art: str
    quantity: int
    points: Annotated[int, Field(description="what all of it costs")]
    state: Literal["held", "captured", "cancelled"]
    at: Instant
    since: Annotated[Instant, Field(description="when it came into this state")]
    cancel_until: Annotated[Instant | None, Field(description="held only: the last instant, exclusive")]
    grants: Annotated[list[str], Field(description="captured only: what it led to, as in `GET /v1/prizes`")]


class RedemptionList(Answer):
    """Redemptions, newest first."""

    items: list[RedemptionAnswer]
    next: str | None


def register(app: OpenAPI, services: Services, plays: Plays) -> None:
    """Add what points buy."""
    routes = Routes(app, "me", "The member: profile, balances, prizes, history.")
    _register_items(routes, services, plays)
    _register_redemptions(routes, services)
    _register_ends(routes, services)


def _register_items(routes: Routes, services: Services, plays: Plays) -> None:
    @routes.add("get", "/v1/items", MEMBER, {200: ItemList})
    def get_items() -> Response:
        """What points buy, and why I can't buy it, if so."""
        connection, member, now_ms = request_connection(), actor(), services.clock.now_ms()
        with snapshot(connection):
            unseen = hidden_from(connection, plays, member, now_ms) if is_page() else ()
            shop = _Shop(connection, member, now_ms, {play.lot for play in unseen})
            return json_answer(shop.render())


def _register_redemptions(routes: Routes, services: Services) -> None:
    @routes.add("post", "/v1/redemptions", MEMBER, {201: RedemptionAnswer}, BUY_REFUSALS)
    def post_redemption(body: RedemptionRequest, header: KeyRequired) -> Response:
        """Buy an item with my points: at once, or held for as long as I can give it back."""
        member = actor()
        locale = _language_of(member)

        def buy(work: Work) -> tuple[int, dict[str, Any]]:
            found = redeem(work, member, body.item, body.quantity)
            return 201, render_redemption(work.connection, found, locale)

        return answer_once(services.writer, member, header.key, buy)

    @routes.add("get", "/v1/redemptions", MEMBER, {200: RedemptionList})
    def get_redemptions(query: Page) -> Response:
        """What I bought with points, newest first."""
        connection, member = request_connection(), actor()
        return json_answer(redemption_page(connection, member, query))


def _register_ends(routes: Routes, services: Services) -> None:
    @routes.add("post", "/v1/redemptions/<redemption>/captures", MEMBER, {200: RedemptionAnswer}, CAPTURE_REFUSALS)
    def post_capture(path: RedemptionPath, header: KeyAllowed) -> Response:
        """I want it now: the points are taken, and it can't be given back any more. Twice is once."""
        member = actor()
        locale = _language_of(member)

        def take(work: Work) -> tuple[int, dict[str, Any]]:
            found = capture(work, member, path.redemption)
            return 200, render_redemption(work.connection, found, locale)

        return answer_once(services.writer, member, header.key, take)

    @routes.add("delete", "/v1/redemptions/<redemption>", MEMBER, {200: RedemptionAnswer}, CANCEL_REFUSALS)
    def delete_redemption(path: RedemptionPath) -> Response:
        """Give back what I bought while it is held; the points are free again. Twice is once."""
        member = actor()
        locale = _language_of(member)

        def give_back(work: Work) -> dict[str, Any]:
            found = cancel(work, member, path.redemption)
            return render_redemption(work.connection, found, locale)

        return json_answer(services.writer.run(give_back))


def _language_of(member: str) -> str:
    """The language to answer a member in, who waits for the Writer afterwards."""
    with reading() as connection:
        return locale_of(connection, member)


class _Shop:
    """What a member sees of all items at one instant; `hidden` are lots that came of unseen plays."""

    def __init__(self, connection: sa.Connection, member: str, now_ms: int, hidden: Container[str]) -> None:
        entries = [one for one in read_entries(connection, ITEM) if one.state != "ended" and now_ms < one.closes_at]
        self._items = sorted(
            (item_from(each) for each in entries), key=lambda item: (item.entry.campaign, item.entry.id)
        )
        self._stock = read_stock(connection)
        self._member: Member = get_member(connection, member)
        self._book: Book = find_book(connection, member)
        self._lots: list[Lot] = [lot for lot in read_open_lots(connection, member, POINTS) if lot.id not in hidden]
        self._bought = count_bought(connection, member, self._items, now_ms)
        self._now_ms, self._locale = now_ms, locale_of(connection, member)

    def render(self) -> dict[str, Any]:
        """All items, and what can be spent."""
        purse = purse_of(self._book, self._lots, self._now_ms)
        return {"items": [self._render(item) for item in self._items], "points": purse.free}

    def _render(self, item: Item) -> dict[str, Any]:
        entry, said = item.entry, item.entry.document
        pool, prize = self._stock[entry.id], said["prizes"][PRIZE_OF_ITEM]
        bought = self._bought.get(entry.id, Bought())
        refusal = self._why_not(item, pool, bought)
        return {
            "item": entry.id,
            "campaign": entry.campaign,
            "kind": item.kind,
            "name": text_in(prize["name"], self._locale),
            "description": text_in(said["description"], self._locale),
            "art": prize["art"],
            "price": item.price,
            "value_fen": said["value_fen"],
            "units": pool.units,
            "units_left": pool.units_left,
            "per_member": item.per_member,
            "per_day": item.per_day,
            "bought": {"in_all": bought.in_all, "today": bought.today},
            "use_by_days": item.use_by_days,
            "where": text_in(prize["where"], self._locale),
            "conditions": text_in(prize["conditions"], self._locale),
            "cancel_minutes": item.cancel_minutes,
            "opens_at": render_ms(entry.opens_at),
            "closes_at": render_ms(entry.closes_at),
            "state": self._state(item, pool),
            "can_buy": refusal is None,
            "why_not": refusal and {"code": refusal.code, "detail": refusal.detail, **refusal.fields},
        }

    def _why_not(self, item: Item, pool: Pool, bought: Bought) -> Refusal | None:
        purse = purse_of(self._book, self._lots, self._now_ms)
        left = pool.units_left or 0
        return why_not_buy(item, 1, self._member, self._book, bought, left, purse, self._now_ms)

    def _state(self, item: Item, pool: Pool) -> str:
        if item.entry.state == "paused":
            return "paused"
        if self._now_ms < item.entry.opens_at:
            return "upcoming"
        return "open" if pool.units_left else "sold_out"


def redemption_page(connection: sa.Connection, member: str, page: Page) -> dict[str, Any]:
    """One page of a member's redemptions. Refuses with InvalidRequest for a cursor that is none."""
    require_cursor(page.cursor, "red")
    found = read_redemptions(connection, member, page.cursor, page.limit + 1)
    locale = locale_of(connection, member)
    items = [render_redemption(connection, each, locale) for each in found[: page.limit]]
    more = items[-1]["redemption"] if len(found) > page.limit else None
    return {"items": items, "next": more}


def render_redemption(connection: sa.Connection, found: Standing, locale: str) -> dict[str, Any]:
    """A redemption as its member sees it."""
    row = found.row
    entry = find_entry(connection, row.item, row.revision)
    assert entry is not None, "what was bought was published"
    prize = entry.document["prizes"][PRIZE_OF_ITEM]
    is_held = found.state == "held" and row.until is not None
    return {
        "redemption": row.id,
        "item": row.item,
        "kind": entry.document["kind"],
        "name": text_in(prize["name"], locale),
        "art": prize["art"],
        "quantity": row.quantity,
        "points": row.points,
        "state": found.state,
        "at": render_ms(row.recorded_at),
        "since": render_ms(found.since),
        "cancel_until": render_ms(row.until) if is_held and row.until is not None else None,
        "grants": list(found.grants),
    }
