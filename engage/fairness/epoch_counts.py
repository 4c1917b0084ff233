"""Epochs as they are counted in public: many without a play would be a sign that someone looks for a good one."""

import sqlalchemy as sa

from engage.fairness.tables import epoch

COUNT_OF_GAME = sa.select(sa.func.count()).select_from(epoch).where(epoch.c.game == sa.bindparam("game"))


def count_epochs(connection: sa.Connection, game: str) -> int:
    """How many epochs of a game were ever opened, played in or not."""
    return int(connection.execute(COUNT_OF_GAME, {"game": game}).scalar_one())
