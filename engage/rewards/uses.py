"""Vouchers at the counter: what a code is, why it may not be used, its one use, and five minutes to take that back.

Between two uses of a code stands the undoing of the first; the table has no room for another. See `voucher_use`.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engage.kernel.clock import render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import (
    AlreadyUsed,
    Expired,
    NotEligible,
    NotFound,
    NotRevealed,
    NotWon,
    Refusal,
    Revoked,
    TooLate,
    UnderReview,
)
from engage.kernel.sealing import Sealer
from engage.ledger import find_book
from engage.members import get_member, require_book
from engage.rewards.states import USED, HeldPrize, Use, get_prize, tell_owner, with_states
from engage.rewards.tables import Grant, prize_grant, voucher_use
from engage.rewards.vouchers import find_unit
from engage.storage.work import Work

UNDO_MS = 5 * 60_000


@dataclass(frozen=True)
class UsedVoucher:
    """A voucher with one of its uses."""

    held: HeldPrize
    use: Use


def get_voucher(connection: sa.Connection, sealer: Sealer, code: str) -> HeldPrize:
    """The voucher with this code. Refuses with NotFound, then with NotWon while the code waits for its winner."""
    unit = find_unit(connection, sealer, code)
    if unit is None:
        raise NotFound("There is no voucher with this code here. Look at the code again, letter by letter.")
    game, prize, ordinal = unit
    query = sa.select(prize_grant).where(
        prize_grant.c.game == game, prize_grant.c.prize == prize, prize_grant.c.ordinal == ordinal
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotWon("Nobody has won this voucher. Whoever shows it did not get it from the game.")
    return with_states(connection, [Grant(*row)])[0]


def why_not(connection: sa.Connection, held: HeldPrize, now_ms: int) -> Refusal | None:
    """Why a voucher may not be used now, if so.

    The first of UnderReview, NotEligible, Revoked, NotRevealed, AlreadyUsed, Expired.
    """
    if find_book(connection, held.grant.member).under_review:
        return UnderReview("The winner's books are being checked. Nothing is lost; please try again later.")
    if get_member(connection, held.grant.member).insider:
        return NotEligible("Staff, suppliers and test members can't win.", reason="insider")
    return _why_not_itself(held, now_ms)


def _why_not_itself(held: HeldPrize, now_ms: int) -> Refusal | None:
    use_by = held.grant.use_by
    if held.state == "revoked":
        return Revoked("The organiser took this voucher back.", revoked_at=render_ms(held.since))
    if held.state == "won":
        return NotRevealed("Its winner has not looked at the code yet. Let them reveal it under My prizes first.")
    if held.state == USED and held.use is not None:
        used_at = render_ms(held.use.used_at)
        return AlreadyUsed("This voucher was used already.", used_at=used_at, store=held.use.store)
    if use_by is not None and now_ms >= use_by:
        return Expired("The time to use this voucher has passed.", expired_at=render_ms(use_by))
    return None


def use_voucher(work: Work, sealer: Sealer, code: str, store: str | None, *, actor: str) -> UsedVoucher:
    """Use a voucher, once. `store`: as the till calls itself.

    Refuses with NotFound, NotWon, and then as `why_not` says.
    """
    found = get_voucher(work.connection, sealer, code)
    require_book(work, found.grant.member)
    held = get_prize(work.connection, found.grant.id)
    refusal = why_not(work.connection, held, work.now_ms)
    if refusal is not None:
        raise refusal
    use = Use(new_id("use", work.now_ms), store, actor, work.now_ms, None)
    n = _record(work, held.grant, use.id, store, actor)
    tell_owner(work, held.grant, USED, f"use:{held.grant.id}#{n}")
    return UsedVoucher(HeldPrize(held.grant, USED, work.now_ms, None, use), use)


def undo_use(work: Work, use_id: str, *, actor: str) -> UsedVoucher:
    """Take a use back within five minutes; what was taken back before stays so.

    Refuses with NotFound, TooLate.
    """
    found = get_use(work.connection, use_id)
    require_book(work, found.held.grant.member)
    used = get_use(work.connection, use_id)
    if used.use.undone_at is not None:
        return used
    until = used.use.used_at + UNDO_MS
    if work.now_ms >= until:
        raise TooLate("A use can be undone for five minutes. That time has passed.", undo_until=render_ms(until))
    n = _record(work, used.held.grant, None, None, actor)
    held = get_prize(work.connection, used.held.grant.id)
    assert held.use is not None, "it was used a moment ago"
    tell_owner(work, held.grant, held.state, f"use:{held.grant.id}#{n}")
    return UsedVoucher(held, held.use)


def _record(work: Work, grant: Grant, use_id: str | None, store: str | None, actor: str) -> int:
    last = sa.select(sa.func.max(voucher_use.c.n)).where(voucher_use.c.grant == grant.id)
    previous = work.connection.execute(last).scalar_one()
    n = 0 if previous is None else previous + 1
    row = {
        "grant": grant.id,
        "n": n,
        "previous": previous,
        "id": use_id,
        "store": store,
        "actor": actor,
        "recorded_at": work.now_ms,
    }
    work.connection.execute(voucher_use.insert().values(row))
    return n


def get_use(connection: sa.Connection, use_id: str) -> UsedVoucher:
    """A use with its voucher as it is now. Refuses with NotFound."""
    query = _uses().where(voucher_use.c.id == use_id)
    found = _read(connection, query)
    if not found:
        raise NotFound("There is no such use of a voucher.")
    return found[0]


def read_uses(  # noqa: PLR0913  a list is asked for by these
    connection: sa.Connection, since_ms: int, until_ms: int, store: str, before: str, limit: int
) -> list[UsedVoucher]:
    """The uses recorded from `since_ms` on and before `until_ms`, newest first, undone ones among them.

    Of one store if `store` is not empty; those with an id before `before` if that is not empty.
    """
    query = _uses().where(voucher_use.c.recorded_at >= since_ms, voucher_use.c.recorded_at < until_ms)
    if store:
        query = query.where(voucher_use.c.store == store)
    if before:
        query = query.where(voucher_use.c.id < before)
    return _read(connection, query.order_by(voucher_use.c.id.desc()).limit(limit))


def _uses() -> sa.Select[Any]:
    undone = voucher_use.alias("undone")
    follows = sa.and_(undone.c.grant == voucher_use.c.grant, undone.c.previous == voucher_use.c.n)
    columns = (*voucher_use.c, undone.c.recorded_at.label("undone_at"))
    return sa.select(*columns).select_from(voucher_use.outerjoin(undone, follows)).where(voucher_use.c.id.is_not(None))


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[UsedVoucher]:
    rows = connection.execute(query).all()
    grants = sa.select(prize_grant).where(prize_grant.c.id.in_([row.grant for row in rows]))
    held = {
        each.grant.id: each for each in with_states(connection, [Grant(*row) for row in connection.execute(grants)])
    }
    return [
        UsedVoucher(held[row.grant], Use(row.id, row.store, row.actor, row.recorded_at, row.undone_at)) for row in rows
    ]
