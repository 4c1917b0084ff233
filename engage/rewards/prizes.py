"""What a member won and does with it: the list, the code shown to its owner only, the claim of goods and its end.

Whoever changes the state of a prize locks its owner's book first, and reads the state after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from engage.kernel.clock import render_ms
from engage.kernel.refusals import AlreadyUsed, Conflict, Expired, NotFound, Revoked
from engage.kernel.sealing import Sealer
from engage.members import record_consent, require_book
from engage.rewards.redemptions import return_points
from engage.rewards.states import (
    NEXT_STATES,
    TAKEN_BACK,
    USED,
    HeldPrize,
    enter_state,
    get_prize,
    require_may_receive,
    with_states,
)
from engage.rewards.tables import CLAIM, Claim, Grant, claim, grant_state, prize_grant
from engage.rewards.vouchers import open_code
from engage.storage.work import Work

ADDRESS_PURPOSE = "address"
DELIVERY_PURPOSE = "delivery of a prize"
CLAIMABLE = ("won", "withdrawn")
MEMBERS_OWN = ("revealed", "claimed", "withdrawn")


@dataclass(frozen=True)
class Address:
    """Where goods go; no address for what is handed over in person."""

    name: str
    phone: str
    address: str | None


def read_prizes(connection: sa.Connection, member: str, before: str, limit: int) -> list[HeldPrize]:
    """A member's grants, newest first, those with an id before `before` if it is not empty."""
    query = sa.select(prize_grant).where(prize_grant.c.member == member)
    if before:
        query = query.where(prize_grant.c.id < before)
    rows = connection.execute(query.order_by(prize_grant.c.id.desc()).limit(limit)).all()
    return with_states(connection, [Grant(*row) for row in rows])


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
    return with_states(connection, [Grant(*row) for row in rows])


def access_prize(connection: sa.Connection, member: str, grant_id: str) -> HeldPrize:
    """A grant of this member. Refuses with NotFound."""
    found = get_prize(connection, grant_id)
    if found.grant.member != member:
        raise NotFound("There is no such prize of yours.")
    return found


def reveal_code(work: Work, sealer: Sealer, member: str, grant_id: str) -> str:
    """A voucher's code for its owner; the first time is recorded.

    Refuses with NotFound, Conflict for goods, UnderReview, NotEligible for insiders, Revoked.
    """
    require_book(work, member)
    held = access_prize(work.connection, member, grant_id)
    if held.grant.kind != "voucher":
        raise Conflict("These are goods: claim them with an address.")
    require_may_receive(work, member)
    if held.state == "revoked":
        raise Revoked("This voucher was taken back by the organiser. The contact on the rules page tells you why.")
    code = open_code(work.connection, sealer, held.grant)
    if held.state == "won":
        enter_state(work, held, "revealed", actor=member)
    return code


def claim_goods(  # noqa: PLR0913  a claim has these parts
    work: Work, sealer: Sealer, member: str, grant_id: str, to: Address, claim_by: int | None = None
) -> HeldPrize:
    """Claim goods with an address and the consent to use it. `claim_by`: milliseconds, None for no limit.

    Refuses with NotFound, Conflict (a voucher, or claimed before), Expired past its use-by date or `claim_by`,
    UnderReview, and NotEligible for insiders.
    """
    require_book(work, member)
    held = access_prize(work.connection, member, grant_id)
    if held.grant.kind != "goods":
        raise Conflict("This is a voucher: reveal its code.")
    if held.state not in CLAIMABLE:
        raise Conflict(f"This prize is {held.state} already.", state=held.state)
    limits = [limit for limit in (held.grant.use_by, claim_by) if limit is not None]
    if limits and work.now_ms >= min(limits):
        raise Expired("The time to claim this prize has passed.", expired_at=render_ms(min(limits)))
    require_may_receive(work, member)
    consent = record_consent(work, member, DELIVERY_PURPOSE, granted=True)
    address = orjson.dumps({"name": to.name, "phone": to.phone, "address": to.address})
    n = enter_state(work, held, "claimed", actor=member)
    work.insert(CLAIM, Claim(grant_id, n, sealer.seal(address, ADDRESS_PURPOSE), consent.id, work.now_ms))
    return HeldPrize(held.grant, "claimed", work.now_ms)


def read_address(connection: sa.Connection, sealer: Sealer, grant_id: str) -> Address | None:
    """Where claimed goods go, for whoever sends them; None once the winner took the address back."""
    query = sa.select(claim.c.sealed_address).where(claim.c.grant == grant_id).order_by(claim.c.n.desc()).limit(1)
    sealed = connection.execute(query).scalar_one_or_none()
    return None if sealed is None else Address(**orjson.loads(sealer.open(sealed, ADDRESS_PURPOSE)))


def withdraw_addresses(work: Work, member: str) -> None:
    """Forget the addresses that a member gave, but for what is on its way to one of them.

    Goods that were claimed and not sent are `withdrawn`: their owner may claim them again.
    """
    require_book(work, member)
    query = sa.select(prize_grant).where(prize_grant.c.member == member, prize_grant.c.kind == "goods")
    rows = work.connection.execute(query.order_by(prize_grant.c.id)).all()
    goods = with_states(work.connection, [Grant(*row) for row in rows])
    settled = [held for held in goods if held.state != "shipped"]
    for held in settled:
        if held.state == "claimed":
            enter_state(work, held, "withdrawn", actor=member)
    of_settled = claim.c.grant.in_([held.grant.id for held in settled])
    forget = sa.update(claim).where(of_settled, claim.c.sealed_address.is_not(None))
    work.connection.execute(forget.values(sealed_address=None))


def move_state(work: Work, grant_id: str, state: str, note: str | None, *, actor: str) -> HeldPrize:
    """Record what the brand did: goods shipped, delivered or declined, a voucher taken back.

    What was bought and is not handed over gives its points back. Refuses with NotFound, AlreadyUsed for a used voucher,
    Conflict, and then with UnderReview and NotEligible where goods would be sent to somebody who may not have them, and
    with UnderReview where points would move.
    """
    require_book(work, get_prize(work.connection, grant_id).grant.member)
    held = get_prize(work.connection, grant_id)
    if held.state == USED:
        raise AlreadyUsed("This voucher was used. What was handed over can't be taken back here.")
    allowed = [each for each in NEXT_STATES[held.grant.kind][held.state] if each not in MEMBERS_OWN]
    if state not in allowed:
        raise Conflict(_what_comes_next(held, allowed), state=held.state)
    if state == "shipped":
        require_may_receive(work, held.grant.member)
    if state in TAKEN_BACK and held.grant.redemption is not None:
        return_points(work, held.grant, held.grant.redemption)
    enter_state(work, held, state, actor=actor, note=note)
    return HeldPrize(held.grant, state, work.now_ms, note)


def _what_comes_next(held: HeldPrize, allowed: Sequence[str]) -> str:
    if held.grant.kind == "voucher":
        return f"This is a voucher, which is {held.state}: it can become {' or '.join(allowed) or 'nothing else'}."
    waits = " Its winner has to claim it before it can be sent." if held.state in CLAIMABLE else ""
    return f"Goods that are {held.state} can become {' or '.join(allowed) or 'nothing else'}.{waits}"
