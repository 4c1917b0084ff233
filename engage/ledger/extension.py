"""Lots last longer by a stretch in which they could not be used. `expires_at` only ever moves later."""

from collections.abc import Sequence

import sqlalchemy as sa

from engage.ledger.tables import lot
from engage.storage.work import Work

MAX_LOTS = 1_000


def find_lots_to_extend(
    connection: sa.Connection, assets: Sequence[str], since_ms: int, until_ms: int, after: str
) -> list[str]:
    """The next 1,000 lots, by id, that hold something, came before `until_ms`, and had not expired by `since_ms`."""
    affected = _affected(assets, since_ms, until_ms)
    query = sa.select(lot.c.id).where(lot.c.id > after, *affected).order_by(lot.c.id).limit(MAX_LOTS)
    return list(connection.execute(query).scalars())


def extend_lots(work: Work, lots: Sequence[str], assets: Sequence[str], since_ms: int, until_ms: int) -> int:
    """Let lots last longer by the time from `since_ms`, or from their own beginning if that is later, to `until_ms`.

    How many of them it was: those that meanwhile hold nothing any more are left alone.
    """
    began = sa.case((lot.c.earned_at > since_ms, lot.c.earned_at), else_=since_ms)
    statement = (
        sa.update(lot)
        .where(lot.c.id.in_(lots), *_affected(assets, since_ms, until_ms))
        .values(expires_at=lot.c.expires_at + until_ms - began)
    )
    return work.connection.execute(statement).rowcount


def _affected(assets: Sequence[str], since_ms: int, until_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (lot.c.asset.in_(assets), lot.c.remaining > 0, lot.c.expires_at > since_ms, lot.c.earned_at < until_ms)
