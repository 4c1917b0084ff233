"""Turns in hand: what is in lots and has not expired, and the day's free ones, which are given when they are used."""

from collections.abc import Collection

import sqlalchemy as sa

from engage.ledger import turn_asset
from games import gate
from games.revisions import Revision, Revisions
from games.tables import Game, game, member_game
from games.view import read_revision

LOTS = (
    "SELECT member, asset, sum(remaining - held) FROM lot WHERE member IN :members AND asset {assets} "
    "AND remaining > 0 AND (expires_at IS NULL OR expires_at > :now) GROUP BY member, asset"
)
LOTS_OF_MEMBERS = sa.text(LOTS.format(assets="<> 'PTS'")).bindparams(sa.bindparam("members", expanding=True))
LOTS_OF_GAMES = sa.text(LOTS.format(assets="IN :assets")).bindparams(
    sa.bindparam("members", expanding=True), sa.bindparam("assets", expanding=True)
)
FREE_UNTIL = sa.select(member_game.c.member, member_game.c.game, member_game.c.free_until)

Pair = tuple[str, str]


class TurnsInHand:
    """Tells the turns that members have in hand, from a few statements for all of them."""

    def __init__(self, revisions: Revisions) -> None:
        self._revisions = revisions

    def of_member(self, connection: sa.Connection, member: str, now_ms: int) -> dict[str, int]:
        """A member's turns by game: in every game that the member has a row in, or gives the member free turns now."""
        rows = connection.execute(FREE_UNTIL.where(member_game.c.member == member))
        until = {of_game: free_until for _, of_game, free_until in rows}
        in_lots = connection.execute(LOTS_OF_MEMBERS, {"members": [member], "now": now_ms})
        turns = dict.fromkeys(until, 0) | {asset.partition(":")[2]: int(n) for _, asset, n in in_lots}
        for row, revision in self._games(connection, None):
            due = gate.free_turns_in_hand(row, revision, until.get(row.id, 0), now_ms)
            if due:
                turns[row.id] = turns.get(row.id, 0) + due
        return turns

    def of_pairs(self, connection: sa.Connection, pairs: Collection[Pair], now_ms: int) -> dict[Pair, int]:
        """The turns of members in games."""
        if not pairs:
            return {}
        members, games = ({pair[side] for pair in pairs} for side in (0, 1))
        names = {turn_asset(of_game): of_game for of_game in games}
        asked = {"members": sorted(members), "assets": sorted(names), "now": now_ms}
        turns = dict.fromkeys(pairs, 0)
        for member, asset, n in connection.execute(LOTS_OF_GAMES, asked):
            turns[member, names[asset]] = int(n)
        free = {row.id: (row, revision) for row, revision in self._games(connection, games) if revision.free_per_day}
        if free:
            query = FREE_UNTIL.where(member_game.c.member.in_(members), member_game.c.game.in_(free))
            until = {(member, of_game): free_until for member, of_game, free_until in connection.execute(query)}
            for pair in pairs:
                if pair[1] in free:
                    turns[pair] += gate.free_turns_in_hand(*free[pair[1]], until.get(pair, 0), now_ms)
        return {pair: turns[pair] for pair in pairs}

    def _games(self, connection: sa.Connection, which: Collection[str] | None) -> list[tuple[Game, Revision]]:
        query = sa.select(game) if which is None else sa.select(game).where(game.c.id.in_(which))
        rows = [Game(*row) for row in connection.execute(query)]
        return [(row, read_revision(connection, self._revisions, row.id, row.revision)) for row in rows]
