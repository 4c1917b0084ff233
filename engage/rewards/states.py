"""The state of what was won, as facts: what a grant went through, and the uses of a voucher with their undoing.

A grant is `won`. A voucher becomes `revealed`, then `used`, and `revealed` again if that is undone; before it is used
the brand may take it back (`revoked`). Goods are `claimed`, then `shipped`, then `delivered`; until they are on their
way the winner may take the address back (`withdrawn`) and the brand may say no (`declined`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engage.kernel.refusals import NotEligible, NotFound, UnderReview
from engage.ledger import BOOK
from engage.members import get_member, require_book
from engage.rewards.tables import Grant, grant_state, prize_grant, voucher_use
from engage.storage.work import Work

WON = "won"
USED = "used"
TAKEN_BACK = ("revoked", "declined")
"""What the brand does not hand over: of what was bought, the points return."""
NEXT_STATES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "voucher": {"won": ("revealed", "revoked"), "revealed": ("revoked",), "revoked": ()},
    "goods": {
        "won": ("claimed", "declined"),
        "claimed": ("withdrawn", "shipped", "declined"),
        "withdrawn": ("claimed", "declined"),
        "shipped": ("delivered",),
        "delivered": (),
        "declined": (),
    },
}
"""What a recorded state may be followed by, by the kind of the prize."""


@dataclass(frozen=True)
class Use:
    """That a voucher was used, where (as the till calls itself) and by which key; instants in milliseconds."""

    id: str
    store: str | None
    actor: str
    used_at: int
    undone_at: int | None


@dataclass(frozen=True)
class HeldPrize:
    """A grant with its present state, when it came into it (milliseconds), and what the brand said of that.

    `use` is the voucher's last use, also if it was undone.
    """

    grant: Grant
    state: str
    since: int
    note: str | None = None
    use: Use | None = None


def get_prize(connection: sa.Connection, grant_id: str) -> HeldPrize:
    """A grant with its state. Refuses with NotFound."""
    row = connection.execute(sa.select(prize_grant).where(prize_grant.c.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such prize.")
    return with_states(connection, [Grant(*row)])[0]


def with_states(connection: sa.Connection, grants: Sequence[Grant]) -> list[HeldPrize]:
    """Grants with their states, in the same order."""
    ids = [grant.id for grant in grants]
    query = sa.select(grant_state).where(grant_state.c.grant.in_(ids)).order_by(grant_state.c.n)
    states = {row.grant: row for row in connection.execute(query)}
    uses = _last_uses(connection, ids)
    return [_held(grant, states.get(grant.id), uses.get(grant.id)) for grant in grants]


def _last_uses(connection: sa.Connection, grants: Sequence[str]) -> dict[str, Use]:
    rows = sa.select(voucher_use).where(voucher_use.c.grant.in_(grants)).order_by(voucher_use.c.n)
    uses: dict[str, Use] = {}
    for row in connection.execute(rows):
        if row.id is not None:
            uses[row.grant] = Use(row.id, row.store, row.actor, row.recorded_at, None)
        else:
            last = uses[row.grant]
            uses[row.grant] = Use(last.id, last.store, last.actor, last.used_at, row.recorded_at)
    return uses


def _held(grant: Grant, state: sa.Row[Any] | None, use: Use | None) -> HeldPrize:
    name, since, note = (WON, grant.won_at, None) if state is None else (state.state, state.recorded_at, state.note)
    if use is None:
        return HeldPrize(grant, name, since, note)
    if use.undone_at is None:
        return HeldPrize(grant, USED, use.used_at, None, use)
    return HeldPrize(grant, name, max(since, use.undone_at), note, use)


def enter_state(work: Work, held: HeldPrize, state: str, *, actor: str, note: str | None = None) -> int:
    """Record that a prize is in another state now, and tell its owner; the number of the state, from 1 on.

    The caller has checked that it may follow.
    """
    count = sa.select(sa.func.count()).where(grant_state.c.grant == held.grant.id)
    n: int = work.connection.execute(count).scalar_one() + 1
    row = {
        "grant": held.grant.id,
        "n": n,
        "state": state,
        "note": note,
        "actor": actor,
        "recorded_at": work.now_ms,
    }
    work.connection.execute(grant_state.insert().values(row))
    tell_owner(work, held.grant, state, f"prize:{held.grant.id}#{n}")
    return n


def tell_owner(work: Work, grant: Grant, state: str, subject: str) -> None:
    """Append `prize.changed` to the owner's events."""
    book = require_book(work, grant.member)
    data = orjson.dumps({"grant": grant.id, "state": state}).decode()
    work.append("prize.changed", subject, data, member=book)
    work.change(BOOK, book)


def require_may_receive(work: Work, member: str) -> None:
    """Refuses with UnderReview while the member's books are looked at, then with NotEligible for insiders.

    Staff, suppliers and test members are refused before any draw, and once more before anything is handed over.
    """
    if require_book(work, member).under_review:
        raise UnderReview("These books are being checked. Nothing is lost; please try again later.")
    if get_member(work.connection, member).insider:
        raise NotEligible("Staff, suppliers and test members can't win.", reason="insider")
