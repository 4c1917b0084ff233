"""Pools outside of games as the facts give them, and what can still be given out of them."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from engage.catalogue import IN_FORCE
from engage.ledger import Proof, prove_counters, prove_none
from engage.rewards.tables import PRIZE_OF_ITEM, pool, redemption, redemption_end, reward_given
from engage.storage.counters import Counted, Counters

OF_GAMES = "gam_"
POOLS = sa.select(pool).where(sa.func.substr(pool.c.game, 1, len(OF_GAMES)) != OF_GAMES)
GIVEN = (
    sa.select(reward_given.c.owner, reward_given.c.prize, sa.func.count())
    .where(reward_given.c.kind != "badge")
    .group_by(reward_given.c.owner, reward_given.c.prize)
)
REDEEMED = (
    sa.select(redemption.c.item, sa.func.sum(redemption.c.quantity))
    .outerjoin(redemption_end, redemption_end.c.redemption == redemption.c.id)
    .where(sa.func.coalesce(redemption_end.c.outcome, "held") != "cancelled")
    .group_by(redemption.c.item)
)
NOT_POSTED = """
    SELECT r.member, r.cause, r.amount, coalesce(p.amount, 0) FROM reward_given AS r
    LEFT JOIN posting AS p ON p.cause = r.cause AND p.route = 111 AND p.member = r.member
    WHERE r.kind = 'points' AND (p.amount IS NULL OR p.amount <> r.amount)
"""
STRAY_POSTINGS = """
    SELECT p.member, p.cause, p.n FROM posting AS p LEFT JOIN reward_given AS r ON r.cause = p.cause
    WHERE p.route = 111 AND r.cause IS NULL AND substr(p.cause, 1, 5) <> 'play:'
"""
STRAY_GRANTS = """
    SELECT g.member, g.id, g.cause FROM prize_grant AS g LEFT JOIN reward_given AS r ON r."grant" = g.id
    WHERE r.cause IS NULL AND substr(g.game, 1, 4) NOT IN ('gam_', 'itm_')
"""
NOT_GRANTED = """
    SELECT r.member, r.cause FROM reward_given AS r
    LEFT JOIN prize_grant AS g ON g.id = r."grant" AND g.cause = r.cause AND g.member = r.member
        AND g.game = r.owner AND g.prize = r.prize AND g.ordinal = r.ordinal
    WHERE r.kind = 'voucher' AND g.id IS NULL
"""


def _derive(connection: sa.Connection) -> Iterator[Counted]:
    """A unit leaves its pool when it is given, or set aside for whoever pays with points."""
    given = {(owner, prize): n for owner, prize, n in connection.execute(GIVEN)}
    given |= {(item, PRIZE_OF_ITEM): int(n) for item, n in connection.execute(REDEEMED)}
    for row in connection.execute(POOLS.order_by(pool.c.game, pool.c.prize)):
        taken = given.pop((row.game, row.prize), 0)
        yield Counted((row.game, row.prize), (row.units_left,), (None if row.units is None else row.units - taken,))
    for key, taken in given.items():
        yield Counted(key, None, (-taken,))


REWARD_POOLS = Counters(pool, ("units_left",), _derive, lambda row: (row["units"],))


def count_promised(connection: sa.Connection) -> Counter[str]:
    """The points that can still be given outside of games, by campaign."""
    campaigns = {row.id: row.campaign for row in connection.execute(IN_FORCE)}
    promised: Counter[str] = Counter()
    for row in connection.execute(POOLS.where(pool.c.points.is_not(None))):
        promised[campaigns.get(row.game, "")] += (row.units_left or 0) * row.points
    return promised


def prove_given(connection: sa.Connection) -> Proof:
    """I6, I9: pools outside of games are what was published less what was given; each reward was given once."""
    proof = Proof()
    prove_counters(connection, proof, REWARD_POOLS, "pools outside of games", lambda owner, _prize: ("", owner))
    prove_none(connection, proof, NOT_POSTED, "member", "reward {1} of {2} points was posted as {3}")
    prove_none(connection, proof, NOT_GRANTED, "member", "reward {1} is a voucher without its grant")
    prove_none(connection, proof, STRAY_POSTINGS, "member", "posting {1}#{2} belongs to no reward")
    prove_none(connection, proof, STRAY_GRANTS, "member", "grant {1} of {2} belongs to no reward")
    return proof
