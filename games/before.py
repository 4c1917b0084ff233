"""A game as it was for a member before plays of theirs that they have not seen: nothing on a page gives those away."""

from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa

from engage.feature import Unseen
from engage.ledger import Lot
from engage.rewards import Pool
from games.seen import UnseenPlay
from games.tables import Game, MemberGame, game_stop

SOLD_OUT_AT = sa.select(game_stop.c.recorded_at).where(
    game_stop.c.game == sa.bindparam("game"), game_stop.c.reason == "sold_out"
)


def read_sold_out_at(connection: sa.Connection, row: Game) -> int | None:
    """When the game was sold out (milliseconds since 1970); None if it is not."""
    return connection.execute(SOLD_OUT_AT, {"game": row.id}).scalar() if row.sold_out else None


def put_game_back(row: Game, sold_out_at: int | None, unseen: Sequence[Unseen]) -> None:
    """Let a game go on that was sold out since the first of these plays: one of them may have taken the last unit."""
    if sold_out_at is not None and unseen and sold_out_at >= unseen[0].at:
        row.sold_out, row.run = 0, row.run - 1


def put_back(state: MemberGame, pools: Mapping[str, Pool], lots: list[Lot], unseen: Sequence[UnseenPlay]) -> None:
    """Take back, in rows that were read for a page, what came of a member's unseen plays of one game.

    That they took place, and took a turn, is no secret: whoever tapped knows it.
    """
    if unseen and unseen[0].receipt["guarantee"] is not None:
        state.misses = unseen[0].receipt["guarantee"]["before"]
    wins = orjson.loads(state.wins)
    for play in unseen:
        if play.prize is None:
            continue
        wins[play.prize] -= 1
        pool = pools[play.prize]
        if pool.units_left is not None:
            pool.units_left += 1
    state.wins = orjson.dumps(wins).decode()
    hidden = {play.lot for play in unseen}
    lots[:] = [lot for lot in lots if lot.id not in hidden]
