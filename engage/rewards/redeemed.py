"""What members have bought with points, as it stands: held, captured or given back, and what it led to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from engage.kernel.refusals import NotFound
from engage.ledger import find_due_holds
from engage.rewards.items import Bought, Item
from engage.rewards.states import TAKEN_BACK, HeldPrize
from engage.rewards.tables import (
    PRIZE_OF_ITEM,
    Grant,
    Pool,
    Redemption,
    grant_state,
    pool,
    prize_grant,
    redemption,
    redemption_end,
)

State: TypeAlias = Literal["held", "captured", "cancelled"]
HELD: State = "held"
CAPTURED: State = "captured"
CANCELLED: State = "cancelled"
HOLD_REASON = "redemption"
DUE = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """A redemption with its state, since when it is in it (milliseconds), and the grants that it led to."""

    row: Redemption
    state: State
    since: int
    grants: tuple[str, ...] = ()


def access_redemption(connection: sa.Connection, member: str, id_: str) -> Standing:
    """A redemption of this member. Refuses with NotFound."""
    found = _read(connection, _redemptions().where(redemption.c.id == id_, redemption.c.member == member))
    if not found:
        raise NotFound("There is no such redemption of yours.")
    return found[0]


def read_redemptions(connection: sa.Connection, member: str, before: str, limit: int) -> list[Standing]:
    """A member's redemptions, newest first, those with an id before `before` if it is not empty."""
    query = _redemptions().where(redemption.c.member == member)
    if before:
        query = query.where(redemption.c.id < before)
    return _read(connection, query.order_by(redemption.c.id.desc()).limit(limit))


def find_held(connection: sa.Connection, member: str) -> list[Redemption]:
    """What a member holds, in the order in which pools are locked."""
    query = _redemptions().where(redemption.c.member == member, redemption_end.c.outcome.is_(None))
    return [one.row for one in _read(connection, query.order_by(redemption.c.item, redemption.c.id))]


def count_bought(connection: sa.Connection, member: str, items: Sequence[Item], now_ms: int) -> Mapping[str, Bought]:
    """How many units of these items a member has bought; what went back to either side does not count."""
    since = {item.entry.id: item.today(now_ms)[0] for item in items}
    query = _redemptions().where(redemption.c.member == member, redemption.c.item.in_(since))
    returned = _count_returned(connection, member, since)
    found: dict[str, Bought] = {}
    for row in connection.execute(query):
        if row.outcome == CANCELLED:
            continue
        so_far = found.get(row.item, Bought())
        units = row.quantity - returned[row.id]
        today = units if row.recorded_at >= since[row.item] else 0
        found[row.item] = Bought(so_far.in_all + units, so_far.today + today)
    return found


def _count_returned(connection: sa.Connection, member: str, items: Iterable[str]) -> Counter[str | None]:
    """How many units of a member's redemptions of these items the brand has taken back, or will not send."""
    query = (
        sa.select(prize_grant)
        .join(grant_state, grant_state.c.grant == prize_grant.c.id)
        .where(prize_grant.c.member == member, prize_grant.c.game.in_(items), grant_state.c.state.in_(TAKEN_BACK))
    )
    return Counter(Grant(*row).redemption for row in connection.execute(query))


def _redemptions() -> sa.Select[Any]:
    ended = (redemption_end.c.outcome, redemption_end.c.recorded_at.label("ended_at"))
    joined = redemption.outerjoin(redemption_end, redemption_end.c.redemption == redemption.c.id)
    return sa.select(*redemption.c, *ended).select_from(joined)


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Standing]:
    found = [(Redemption(*row[:-2]), row.outcome, row.ended_at) for row in connection.execute(query)]
    causes = [cause for row, outcome, _ in found if outcome == CAPTURED for cause in row.causes_of_grants()]
    grants = sa.select(prize_grant.c.cause, prize_grant.c.id).where(prize_grant.c.cause.in_(causes))
    by_cause = {row.cause: row.id for row in connection.execute(grants)} if causes else {}
    return [
        Standing(
            row,
            outcome or HELD,
            ended_at or row.recorded_at,
            tuple(by_cause[cause] for cause in row.causes_of_grants() if cause in by_cause),
        )
        for row, outcome, ended_at in found
    ]


def points_returned(connection: sa.Connection, held: HeldPrize) -> int | None:
    """The points that came back for what was bought and then taken back or declined; None of all else."""
    if held.state not in TAKEN_BACK or held.grant.redemption is None:
        return None
    return access_redemption(connection, held.grant.member, held.grant.redemption).row.price


def read_stock(connection: sa.Connection) -> dict[str, Pool]:
    """The pools of all items, by item."""
    rows = connection.execute(sa.select(pool).where(pool.c.prize == PRIZE_OF_ITEM))
    return {row.game: Pool(*row) for row in rows}


def find_due(connection: sa.Connection, now_ms: int) -> list[tuple[str, str]]:
    """Members and redemptions whose time to be given back is over, the oldest first."""
    due = find_due_holds(connection, now_ms, HOLD_REASON, DUE)
    return [(hold.member, hold.id.partition(":")[2]) for hold in due]
