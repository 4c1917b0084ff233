"""What stands behind what is promised: the points in a campaign's pools, and the money of its approved plans."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

POOLS = sa.text(
    "SELECT owner, sum(CASE WHEN route = 103 THEN amount ELSE -amount END), "
    "sum(CASE WHEN route = 104 THEN amount ELSE 0 END) FROM posting WHERE route IN (103, 104, 111) GROUP BY owner"
)
MONEY = sa.text("SELECT campaign, sum(money_fen) FROM funding_order GROUP BY campaign")


class PoolBalance(NamedTuple):
    """The points that a campaign's pools hold, and how many were returned from them to its budget."""

    campaign: str
    points: int
    returned: int


def pool_balances(connection: sa.Connection) -> Iterator[PoolBalance]:
    """The pools' balances as the postings make them: a pool needs no running one, its units are its cover."""
    for campaign, points, returned in connection.execute(POOLS):
        yield PoolBalance(campaign, int(points), int(returned))


def read_approved_money(connection: sa.Connection) -> dict[str, int]:
    """How many fen each campaign's approved plans allow for goods."""
    return {campaign: int(fen) for campaign, fen in connection.execute(MONEY)}
