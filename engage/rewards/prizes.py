"""What a member won and holds: states as facts, the code shown to its owner only, and the claim of goods.

A grant is `won`; a voucher becomes `revealed`; goods are `claimed`, then `shipped`, then `delivered`, or `declined`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from engage.kernel.refusals import Conflict, NotEligible, NotFound, UnderReview
from engage.kernel.sealing import Sealer
from engage.ledger import BOOK
from engage.members import get_member, record_consent, require_book
from engage.rewards.tables import CLAIM, Claim, Grant, claim, grant_state, prize_grant, voucher_code
from engage.rewards.vouchers import CODE_PURPOSE
from engage.storage.work import Work

ADDRESS_PURPOSE = "address"
DELIVERY_PURPOSE = "delivery of a prize"
NEXT_STATES = {
    "claimed": ("shipped", "declined"),
    "shipped": ("delivered",),
    "won": ("declined",),
}


@dataclass(frozen=True)
class HeldPrize:
    """A grant with its present state, and when it came into it (milliseconds)."""

    grant: Grant
    state: str
    since: int


@dataclass(frozen=True)
class Address:
    """Where goods go."""

    name: str
    phone: str
    address: str


def read_prizes(connection: sa.Connection, member: str, before: str, limit: int) -> list[HeldPrize]:
    """A member's grants, newest first, those with an id before `before` if it is not empty."""
    query = sa.select(prize_grant).where(prize_grant.c.member == member)
    if before:
        query = query.where(prize_grant.c.id < before)
    rows = connection.execute(query.order_by(prize_grant.c.id.desc()).limit(limit)).all()
    return _with_states(connection, [Grant(*row) for row in rows])


def read_prizes_in_state(connection: sa.Connection, state: str, before: str, limit: int) -> list[HeldPrize]:
    """The grants of goods that are in a state now, newest first: what is to be sent."""
    later = grant_state.alias("later")
    last = sa.select(sa.func.max(later.c.n)).where(later.c.grant == prize_grant.c.id).scalar_subquery()
    now = sa.and_(grant_state.c.grant == prize_grant.c.id, grant_state.c.n == last)
    query = (
        sa.select(prize_grant)
        .select_from(prize_grant.outerjoin(grant_state, now))
        .where(prize_grant.c.kind == "goods", sa.func.coalesce(grant_state.c.state, "won") == state)
    )
    if before:
        query = query.where(prize_grant.c.id < before)
    rows = connection.execute(query.order_by(prize_grant.c.id.desc()).limit(limit)).all()
    return _with_states(connection, [Grant(*row) for row in rows])


def access_prize(connection: sa.Connection, member: str, grant_id: str) -> HeldPrize:
    """A grant of this member. Refuses with NotFound."""
    found = get_prize(connection, grant_id)
    if found.grant.member != member:
        raise NotFound("There is no such prize of yours.")
    return found


def get_prize(connection: sa.Connection, grant_id: str) -> HeldPrize:
    """A grant with its state. Refuses with NotFound."""
    row = connection.execute(sa.select(prize_grant).where(prize_grant.c.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such prize.")
    return _with_states(connection, [Grant(*row)])[0]


def _with_states(connection: sa.Connection, grants: Sequence[Grant]) -> list[HeldPrize]:
    query = (
        sa.select(grant_state.c.grant, grant_state.c.state, grant_state.c.recorded_at)
        .where(grant_state.c.grant.in_([grant.id for grant in grants]))
        .order_by(grant_state.c.n)
    )
    states = {row[0]: (row.state, row.recorded_at) for row in connection.execute(query)}
    return [HeldPrize(grant, *states.get(grant.id, ("won", grant.won_at))) for grant in grants]


def reveal_code(work: Work, sealer: Sealer, member: str, grant_id: str) -> str:
    """A voucher's code for its owner; the first time is recorded.

    Refuses with NotFound, Conflict for goods, UnderReview, NotEligible for insiders.
    """
    held = access_prize(work.connection, member, grant_id)
    grant = held.grant
    if grant.kind != "voucher":
        raise Conflict("These are goods: claim them with an address.")
    _require_may_receive(work, member)
    query = sa.select(voucher_code.c.sealed_code).where(
        voucher_code.c.game == grant.game,
        voucher_code.c.prize == grant.prize,
        voucher_code.c.ordinal == grant.ordinal,
    )
    code = sealer.open(work.connection.execute(query).scalar_one(), CODE_PURPOSE).decode()
    if held.state == "won":
        _enter(work, held, "revealed", actor=member)
    return code


def claim_goods(work: Work, sealer: Sealer, member: str, grant_id: str, to: Address) -> HeldPrize:
    """Claim goods with an address and the consent to use it.

    Refuses with NotFound, Conflict (a voucher, or claimed before, or past its use-by date), UnderReview, and
    NotEligible for insiders.
    """
    held = access_prize(work.connection, member, grant_id)
    if held.grant.kind != "goods":
        raise Conflict("This is a voucher: reveal its code.")
    if held.state != "won":
        raise Conflict(f"This prize is {held.state} already.", state=held.state)
    if held.grant.use_by is not None and work.now_ms >= held.grant.use_by:
        raise Conflict("The time to claim this prize has passed.", state="lapsed")
    _require_may_receive(work, member)
    consent = record_consent(work, member, DELIVERY_PURPOSE, granted=True)
    address = orjson.dumps({"name": to.name, "phone": to.phone, "address": to.address})
    _enter(work, held, "claimed", actor=member)
    sealed = sealer.seal(address, ADDRESS_PURPOSE)
    work.insert(CLAIM, Claim(grant_id, sealed, consent.id, work.now_ms))
    return HeldPrize(held.grant, "claimed", work.now_ms)


def read_address(connection: sa.Connection, sealer: Sealer, grant_id: str) -> Address | None:
    """Where claimed goods go, for whoever sends them."""
    sealed = connection.execute(sa.select(claim.c.sealed_address).where(claim.c.grant == grant_id)).scalar_one_or_none()
    return None if sealed is None else Address(**orjson.loads(sealer.open(sealed, ADDRESS_PURPOSE)))


def move_state(work: Work, grant_id: str, state: str, note: str | None, *, actor: str) -> HeldPrize:
    """Record what became of goods: shipped, delivered, declined.

    Refuses with NotFound, Conflict, and NotEligible where goods would be sent to an insider.
    """
    held = get_prize(work.connection, grant_id)
    allowed = NEXT_STATES.get(held.state, ()) if held.grant.kind == "goods" else ()
    if state not in allowed:
        raise Conflict(_what_comes_next(held, allowed), state=held.state)
    if state == "shipped":
        _require_may_receive(work, held.grant.member)
    _enter(work, held, state, actor=actor, note=note)
    return HeldPrize(held.grant, state, work.now_ms)


def _require_may_receive(work: Work, member: str) -> None:
    """Refuses with UnderReview while the member's books are looked at, then with NotEligible for insiders.

    Staff, suppliers and test members are refused before any draw, and once more before anything is handed over.
    """
    if require_book(work, member).under_review:
        raise UnderReview("These books are being checked. Nothing is lost; please try again later.")
    if get_member(work.connection, member).insider:
        raise NotEligible("Staff, suppliers and test members can't win.", reason="insider")


def _what_comes_next(held: HeldPrize, allowed: Sequence[str]) -> str:
    if held.grant.kind == "voucher":
        return "This is a voucher: nothing has to be sent."
    waits = " Its winner has to claim it before it can be sent." if held.state == "won" else ""
    return f"Goods that are {held.state} can become {' or '.join(allowed) or 'nothing else'}.{waits}"


def _enter(work: Work, held: HeldPrize, state: str, *, actor: str, note: str | None = None) -> None:
    count = sa.select(sa.func.count()).where(grant_state.c.grant == held.grant.id)
    n = work.connection.execute(count).scalar_one() + 1
    work.connection.execute(
        grant_state.insert().values(
            {
                "grant": held.grant.id,
                "n": n,
                "state": state,
                "note": note,
                "actor": actor,
                "recorded_at": work.now_ms,
            }
        )
    )
    book = require_book(work, held.grant.member)
    data = orjson.dumps({"grant": held.grant.id, "state": state}).decode()
    work.append("prize.changed", f"prize:{held.grant.id}#{n}", data, member=book)
    work.change(BOOK, book)
