"""Prizes as their owners and the brand see them: the list, a voucher's code, the claim of goods, what became of it."""

from collections.abc import Container
from dataclasses import asdict
from io import BytesIO
from typing import Annotated, Any, Literal

import segno
import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.shapes import PRINTED, Answer, IdText, Instant, Page, Request
from engage.feature import DescribePrize, Plays, Services
from engage.kernel.clock import DAY_MS, render_ms
from engage.kernel.refusals import (
    AlreadyUsed,
    Conflict,
    Expired,
    InvalidRequest,
    NotEligible,
    NotFound,
    Revoked,
    UnderReview,
)
from engage.kernel.sealing import Sealer
from engage.live import hidden_from
from engage.members import get_member
from engage.rewards import (
    Address,
    Grant,
    HeldPrize,
    access_prize,
    claim_goods,
    move_state,
    points_returned,
    read_address,
    read_prizes,
    read_prizes_in_state,
    reveal_code,
)
from engage.web import (
    MEMBER,
    KeyAccepted,
    KeyAllowed,
    Routes,
    actor,
    answer_once,
    is_member,
    is_page,
    json_answer,
    key_with,
    language,
    member_or_key_with,
    reading,
    request_connection,
    require_cursor,
)

State = Literal["won", "revealed", "used", "revoked", "claimed", "withdrawn", "shipped", "delivered", "declined"]
GoodsState = Literal["won", "claimed", "withdrawn", "shipped", "delivered", "declined"]
REVEAL_REFUSALS = (NotFound, Conflict, UnderReview, NotEligible, Revoked)
CLAIM_REFUSALS = (NotFound, Conflict, Expired, UnderReview, NotEligible)
STATE_REFUSALS = (NotFound, AlreadyUsed, Conflict, UnderReview, NotEligible)


class GrantPath(Request):
    """Which prize."""

    grant: IdText


class UsedAt(Answer):
    """When a voucher was used, and at which till."""

    at: Instant
    store: str | None


class PrizeAnswer(Answer):
    """A voucher or goods that somebody won: what it is, its state, until when and where it is valid.

    A state does not say that time has passed: compare `use_by`, and for goods that were not claimed `claim_by`.
    """

    grant: str
    game: Annotated[str, Field(description="the game that it was won in, or the task, collection or item behind it")]
    campaign: str
    prize: str
    kind: Literal["voucher", "goods"]
    name: str
    art: Annotated[str, Field(description="the name of an icon, or the address of a picture")]
    where: str
    conditions: str
    state: State
    won_at: Instant
    since: Instant
    use_by: Instant | None
    claim_by: Annotated[Instant | None, Field(description="goods only: the last instant to claim them, exclusive")]
    needs_address: Annotated[bool, Field(description="goods only: whether a claim needs an address")]
    how: Annotated[str, Field(description="how prizes are claimed and handed over")]
    organiser: str
    contact: Annotated[str, Field(description="how a winner reaches a human")]
    tax_note: str
    note: Annotated[str | None, Field(description="what the brand said of this state, for the winner")]
    used: UsedAt | None
    points_back: Annotated[
        int | None, Field(description="the points that came back: of what was bought and then revoked or declined")
    ]
    member: Annotated[str | None, Field(description="whose it is: for the brand's server only")] = None
    address: Annotated[
        dict[str, str | None] | None, Field(description="where it goes: for the brand's server only")
    ] = None


class PrizeList(Answer):
    """Prizes, newest first."""

    items: list[PrizeAnswer]
    next: str | None


class CodeAnswer(Answer):
    """A voucher's code for its owner, and the same as a QR code: an SVG document that has no size of its own."""

    grant: str
    code: str
    qr_svg: str


class ClaimRequest(Request):
    """Where the goods go; `consent` to use this address for the delivery must be true.

    `address` may be left out where the prize needs none.
    """

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTED)]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{5,30}$")]
    address: Annotated[str, Field(min_length=5, max_length=500)] | None = None
    consent: Literal[True]


class StateQuery(Page):
    """Which part of the list; for a brand's server, goods in which state."""

    state: GoodsState = "claimed"


class StateRequest(Request):
    """What became of goods, or that a voucher is taken back. The winner reads the `note`."""

    state: Literal["shipped", "delivered", "declined", "revoked"]
    note: Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTED)] | None = None


def list_prizes(
    connection: sa.Connection, member: str, page: Page, describe: DescribePrize, hidden: Container[str] = ()
) -> dict[str, Any]:
    """One page of a member's prizes, without those that are `hidden`."""
    require_cursor(page.cursor, "grt")
    found = read_prizes(connection, member, page.cursor, page.limit + 1)
    locale = locale_of(connection, member)
    listed = _page([_render(connection, held, locale, describe) for held in found], page)
    return listed | {"items": [item for item in listed["items"] if item["grant"] not in hidden]}


def locale_of(connection: sa.Connection, member: str) -> str:
    """The language to tell a member's prizes in: on a page, what was chosen there goes before the profile's."""
    return language() if is_page() else get_member(connection, member).locale


def _page(items: list[dict[str, Any]], page: Page) -> dict[str, Any]:
    shown = items[: page.limit]
    return {"items": shown, "next": shown[-1]["grant"] if len(items) > page.limit else None}


def _render(connection: sa.Connection, held: HeldPrize, locale: str, describe: DescribePrize) -> dict[str, Any]:
    grant = held.grant
    told = describe(connection, grant.game, grant.revision, grant.prize, locale)
    claim_by = claim_by_ms(grant, told.pop("claim_days"))
    is_used = held.state == "used" and held.use is not None
    return {
        "grant": grant.id,
        "game": grant.game,
        "prize": grant.prize,
        "kind": grant.kind,
        **told,
        "state": held.state,
        "won_at": render_ms(grant.won_at),
        "since": render_ms(held.since),
        "use_by": None if grant.use_by is None else render_ms(grant.use_by),
        "claim_by": None if claim_by is None else render_ms(claim_by),
        "note": held.note,
        "used": {"at": render_ms(held.use.used_at), "store": held.use.store} if is_used and held.use else None,
        "points_back": points_returned(connection, held),
    }


def claim_by_ms(grant: Grant, days: int | None) -> int | None:
    """Until when goods have to be claimed; None for vouchers, which are used and not claimed, and without a limit."""
    limits = [grant.use_by] if grant.use_by is not None else []
    if days is not None:
        limits.append(grant.won_at + days * DAY_MS)
    return min(limits) if limits and grant.kind == "goods" else None


def _goods_page(
    connection: sa.Connection, sealer: Sealer, query: StateQuery, describe: DescribePrize
) -> dict[str, Any]:
    """The goods in one state as the brand's server sees them: what is to be sent, and where to."""
    require_cursor(query.cursor, "grt")
    items = []
    for held in read_prizes_in_state(connection, query.state, query.cursor, query.limit + 1):
        address = read_address(connection, sealer, held.grant.id)
        goes_to = None if address is None else asdict(address)
        shown = _render(connection, held, "zh-CN", describe)
        items.append(shown | {"member": held.grant.member, "address": goes_to})
    return _page(items, query)


def register(app: OpenAPI, services: Services, describe: DescribePrize, plays: Plays) -> None:
    """Add the prizes of members and the goods that the brand sends."""
    _register_members(Routes(app, "me", "The member: profile, balances, prizes, history."), services, describe, plays)
    _register_taking(Routes(app, "me", "The member: profile, balances, prizes, history."), services, describe, plays)
    _register_brand(Routes(app, "members", "The brand's server: its members."), services, describe)


def _register_members(routes: Routes, services: Services, describe: DescribePrize, plays: Plays) -> None:
    def hidden_from_page(connection: sa.Connection) -> set[str]:
        """The grants that this request must not be told of: on a page, what its member has not seen to be won."""
        unseen = hidden_from(connection, plays, actor(), services.clock.now_ms()) if is_page() else ()
        return {play.grant for play in unseen if play.grant is not None}

    @routes.add("get", "/v1/prizes", member_or_key_with("prizes"), {200: PrizeList}, [NotFound])
    def get_prizes(query: StateQuery) -> Response:
        """A member: everything I won, newest first. A brand's server: the goods in one state, with where they go."""
        connection = request_connection()
        if is_member(actor()):
            return json_answer(list_prizes(connection, actor(), query, describe, hidden_from_page(connection)))
        return json_answer(_goods_page(connection, services.sealer, query, describe))

    @routes.add("get", "/v1/prizes/<grant>", MEMBER, {200: PrizeAnswer}, [NotFound])
    def get_prize(path: GrantPath) -> Response:
        """One prize of mine."""
        connection = request_connection()
        if path.grant in hidden_from_page(connection):
            raise NotFound("There is no such prize of yours.")
        held = access_prize(connection, actor(), path.grant)
        return json_answer(_render(connection, held, locale_of(connection, actor()), describe))


def _register_taking(routes: Routes, services: Services, describe: DescribePrize, plays: Plays) -> None:
    def see(member: str, grant: str) -> None:
        """Whoever takes a prize has seen that it was won."""
        with reading() as connection:
            unseen = hidden_from(connection, plays, member, services.clock.now_ms())
        for play in unseen:
            if play.grant == grant:
                plays.see(services.writer, member, play.play)

    @routes.add("post", "/v1/prizes/<grant>/reveal", MEMBER, {200: CodeAnswer}, REVEAL_REFUSALS)
    def post_prize_reveal(path: GrantPath, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """My voucher's code and QR. It may be asked for again and again; the answer is never stored."""
        member = actor()
        see(member, path.grant)
        code = services.writer.run(lambda work: reveal_code(work, services.sealer, member, path.grant))
        return json_answer({"grant": path.grant, "code": code, "qr_svg": _draw(code)})

    @routes.add("post", "/v1/prizes/<grant>/claim", MEMBER, {200: PrizeAnswer}, CLAIM_REFUSALS)
    def post_prize_claim(path: GrantPath, body: ClaimRequest, header: KeyAllowed) -> Response:
        """Claim goods that I won, with the address they go to."""
        member = actor()
        see(member, path.grant)
        to = Address(body.name, body.phone, body.address)
        with reading() as connection:
            locale = locale_of(connection, member)

        def claim(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            grant = access_prize(work.connection, member, path.grant).grant
            told = describe(work.connection, grant.game, grant.revision, grant.prize, locale)
            if told["needs_address"] and grant.kind == "goods":
                _require_address(to)
            held = claim_goods(work, services.sealer, member, grant.id, to, claim_by_ms(grant, told["claim_days"]))
            return 200, _render(work.connection, held, locale, describe)

        return answer_once(services.writer, member, header.key, claim)


def _require_address(to: Address) -> None:
    """Refuses with InvalidRequest if there is no address."""
    if to.address is None:
        errors = [{"field": "address", "message": "these goods are sent, so an address is needed"}]
        raise InvalidRequest("Give the address that these goods shall be sent to.", errors=errors)


def _draw(code: str) -> str:
    """A QR code as an SVG document that can be shown at any size; 15 % of it may be unreadable (level M)."""
    drawn = BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, svgclass=None, omitsize=True)
    return drawn.getvalue().decode()


def _register_brand(routes: Routes, services: Services, describe: DescribePrize) -> None:
    @routes.add("post", "/v1/prizes/<grant>/states", key_with("prizes"), {200: PrizeAnswer}, STATE_REFUSALS)
    def post_prize_state(path: GrantPath, body: StateRequest, header: KeyAllowed) -> Response:
        """Say what became of goods (shipped, delivered, declined), or take a voucher back (revoked).

        Of what was bought with points and is declined or revoked, the points return to the member.
        """
        by = actor()

        def move(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            held = move_state(work, path.grant, body.state, body.note, actor=by)
            return 200, _render(work.connection, held, "zh-CN", describe)

        return answer_once(services.writer, by, header.key, move)
