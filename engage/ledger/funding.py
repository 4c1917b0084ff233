"""Approved marketing plans: how much a campaign may cost, asked for by one person and approved by another."""

import sqlalchemy as sa

from engage.ledger.tables import funding_order
from engage.storage.work import Work


def record_funding_order(  # noqa: PLR0913  an order has these parts
    work: Work,
    *,
    cause: str,
    campaign: str,
    points: int,
    money_fen: int,
    basis: str,
    requested_by: str,
    approved_by: str,
) -> None:
    """Record what a plan adds to a campaign: points and fen, both ≥ 0. The database refuses one person alone."""
    work.connection.execute(
        sa.insert(funding_order).values(
            cause=cause,
            campaign=campaign,
            points=points,
            money_fen=money_fen,
            basis=basis,
            requested_by=requested_by,
            approved_by=approved_by,
            recorded_at=work.now_ms,
        )
    )
