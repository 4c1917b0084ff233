"""What a movement of points belongs to outside of games: what gave them, or what they bought, by its cause."""

from collections.abc import Collection

import sqlalchemy as sa

from engage.rewards.tables import redemption, reward_given

REDEMPTION = "redemption:"


def read_sources(connection: sa.Connection, causes: Collection[str]) -> dict[str, str]:
    """The task, collection or item of each of these causes; those that have none are left out."""
    given = sa.select(reward_given.c.cause, reward_given.c.owner).where(reward_given.c.cause.in_(sorted(causes)))
    bought = [cause.removeprefix(REDEMPTION) for cause in causes if cause.startswith(REDEMPTION)]
    items = sa.select(redemption.c.id, redemption.c.item).where(redemption.c.id.in_(sorted(bought)))
    found = {row.cause: row.owner for row in connection.execute(given)}
    return found | {f"{REDEMPTION}{id_}": item for id_, item in connection.execute(items)}
