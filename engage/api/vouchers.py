"""The counter: what a voucher's code is, its one use, five minutes to take that back, and the uses of a day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from flask import Response, request
from flask_openapi import OpenAPI
from pydantic import BaseModel, Field

from engage.api.shapes import PRINTED, Answer, IdText, Instant, Page, Request, Zone
from engage.feature import DescribePrize, Services
from engage.kernel.clock import day_ms, local_date, render_ms
from engage.kernel.refusals import (
    AlreadyUsed,
    Expired,
    InvalidRequest,
    NotEligible,
    NotFound,
    NotRevealed,
    NotWon,
    Revoked,
    TooLate,
    UnderReview,
)
from engage.kernel.sealing import Sealer
from engage.members import DEFAULT_ZONE, LOCALES, require_zone
from engage.rewards import (
    UNDO_MS,
    HeldPrize,
    UsedVoucher,
    code_ends,
    find_unit,
    get_voucher,
    open_code,
    read_uses,
    undo_use,
    use_voucher,
    why_not,
)
from engage.storage.idempotency import fingerprint
from engage.web import (
    KeyRequired,
    Routes,
    actor,
    answer_once,
    json_answer,
    key_with,
    reading,
    request_connection,
    require_cursor,
)

SCOPE = "vouchers"
USE_REFUSALS = (NotFound, NotWon, UnderReview, NotEligible, Revoked, NotRevealed, AlreadyUsed, Expired)
Store = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=PRINTED, description="As the till calls itself.", examples=["Shop 12"]),
]


class VoucherPath(BaseModel):
    """Which voucher, by its code, percent-encoded."""

    code: Annotated[str, Field(min_length=1, max_length=128)]


class UsePath(BaseModel):
    """Which use."""

    use: IdText


class UseRequest(Request):
    """At which till."""

    store: Store | None = None


class UsesQuery(Page):
    """The day in a time zone; without a date today."""

    date: Annotated[str, Field(pattern=r"^(2\d{3}-\d{2}-\d{2})?$", examples=["2026-12-01"])] = ""
    time_zone: Zone = DEFAULT_ZONE
    store: Annotated[str, Field(max_length=100, description="of this store alone")] = ""


class UseAnswer(Answer):
    """One use of a voucher. Of the code only the end is told; `by` is the id of the key that used it."""

    use: str
    grant: str
    game: str
    prize: str
    name: str
    code_ends: Annotated[str, Field(description="the last characters of the code, four at most")]
    store: str | None
    by: str
    used_at: Instant
    undo_until: Instant
    undone_at: Instant | None


class UseList(Answer):
    """The uses of a day, newest first, undone ones among them."""

    date: str
    time_zone: str
    items: list[UseAnswer]
    next: str | None


class WhyNot(Answer):
    """Why a voucher may not be used now: what using it would be refused with."""

    code: Literal["under_review", "not_eligible", "revoked", "not_revealed", "already_used", "expired"]
    detail: str


class VoucherAnswer(Answer):
    """A voucher at the counter. `refusal` is null if it may be used now; `last_use` may have been undone."""

    grant: str
    game: str
    prize: str
    name: str
    where: str
    conditions: str
    state: Literal["won", "revealed", "used", "revoked"]
    won_at: Instant
    use_by: Instant | None
    refusal: WhyNot | None
    last_use: UseAnswer | None


def register(app: OpenAPI, services: Services, describe: DescribePrize) -> None:
    """Add what the counter needs."""
    routes = Routes(app, "vouchers", "The counter: vouchers and their one use.")
    tell = _Telling(services.sealer, describe)
    _register_vouchers(routes, services, tell)
    _register_uses(routes, services, tell)


def _register_vouchers(routes: Routes, services: Services, tell: "_Telling") -> None:
    # A code may hold a slash, or two of them: it is one with its address, never a folder.
    as_sent: dict[str, Any] = {"merge_slashes": False}

    @routes.add("get", "/v1/vouchers/<path:code>", key_with(SCOPE), {200: VoucherAnswer}, [NotFound, NotWon], **as_sent)
    def get_voucher_of_code(path: VoucherPath) -> Response:
        """What a code is, and why it may not be used; nothing is used by this."""
        connection = request_connection()
        held = get_voucher(connection, services.sealer, path.code)
        refusal = why_not(connection, held, services.clock.now_ms())
        return json_answer(
            tell.voucher(connection, held) | {"refusal": refusal and {"code": refusal.code, "detail": refusal.detail}}
        )

    @routes.add("post", "/v1/vouchers/<path:code>/uses", key_with(SCOPE), {201: UseAnswer}, USE_REFUSALS, **as_sent)
    def post_voucher_use(path: VoucherPath, body: UseRequest, header: KeyRequired) -> Response:
        """Use a voucher, once. It can be taken back for five minutes."""
        by, locale = actor(), _locale()

        def use(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            used = use_voucher(work, services.sealer, path.code, body.store, actor=by)
            return 201, tell.use(work.connection, used, locale)

        return answer_once(services.writer, by, header.key, use, print_=_print_of_use(services, path.code))


def _register_uses(routes: Routes, services: Services, tell: "_Telling") -> None:
    @routes.add("get", "/v1/voucher-uses", key_with(SCOPE), {200: UseList})
    def get_voucher_uses(query: UsesQuery) -> Response:
        """The uses of a day, newest first."""
        require_zone(query.time_zone)
        require_cursor(query.cursor, "use")
        day = _parse_date(query.date) if query.date else local_date(services.clock.now_ms(), query.time_zone)
        start, until = day_ms(day, query.time_zone)
        connection, locale = request_connection(), _locale()
        found = read_uses(connection, start, until, query.store, query.cursor, query.limit + 1)
        items = [tell.use(connection, used, locale) for used in found[: query.limit]]
        more = items[-1]["use"] if len(found) > query.limit else None
        return json_answer({"date": day.isoformat(), "time_zone": query.time_zone, "items": items, "next": more})

    @routes.add("delete", "/v1/voucher-uses/<use>", key_with(SCOPE), {200: UseAnswer}, [NotFound, TooLate])
    def delete_voucher_use(path: UsePath) -> Response:
        """Take a use back, within five minutes of it; what was taken back before stays so."""
        by, locale = actor(), _locale()
        undone = services.writer.run(lambda work: undo_use(work, path.use, actor=by))
        return json_answer(tell.use(request_connection(), undone, locale))


def _print_of_use(services: Services, code: str) -> str:
    """What makes two uses the same request: a plain hash of the code would give it away, so its unit stands for it."""
    with reading() as connection:
        unit = find_unit(connection, services.sealer, code)
    return fingerprint("POST", f"/v1/vouchers/{unit}/uses", request.get_data())


def _locale() -> str:
    """The language of names at this till: the best of what it accepts."""
    return request.accept_languages.best_match(LOCALES) or LOCALES[0]


def _parse_date(text: str) -> date:
    """Refuses with InvalidRequest."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors = [{"field": "date", "message": "no date, such as 2026-12-01"}]
        raise InvalidRequest("date must be a day such as 2026-12-01.", errors=errors) from None


@dataclass(frozen=True)
class _Telling:
    """What a till is told of vouchers and uses: `describe` says what their prizes are called."""

    sealer: Sealer
    describe: DescribePrize

    def voucher(self, connection: sa.Connection, held: HeldPrize) -> dict[str, Any]:
        """A voucher, but for why it may not be used."""
        grant, locale = held.grant, _locale()
        told = self.describe(connection, grant.game, grant.revision, grant.prize, locale)
        use = None if held.use is None else UsedVoucher(held, held.use)
        return {
            "grant": grant.id,
            "game": grant.game,
            "prize": grant.prize,
            "name": told["name"],
            "where": told["where"],
            "conditions": told["conditions"],
            "state": held.state,
            "won_at": render_ms(grant.won_at),
            "use_by": None if grant.use_by is None else render_ms(grant.use_by),
            "last_use": None if use is None else self.use(connection, use, locale),
        }

    def use(self, connection: sa.Connection, used: UsedVoucher, locale: str) -> dict[str, Any]:
        """A use, with the end of the code: by that, staff tell it from others of the same prize."""
        grant, use = used.held.grant, used.use
        return {
            "use": use.id,
            "grant": grant.id,
            "game": grant.game,
            "prize": grant.prize,
            "name": self.describe(connection, grant.game, grant.revision, grant.prize, locale)["name"],
            "code_ends": code_ends(open_code(connection, self.sealer, grant)),
            "store": use.store,
            "by": use.actor,
            "used_at": render_ms(use.used_at),
            "undo_until": render_ms(use.used_at + UNDO_MS),
            "undone_at": None if use.undone_at is None else render_ms(use.undone_at),
        }
