"""What the platform has to know of plays: who has not seen what yet, what came of it, what a game shows to all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import sqlalchemy as sa

from engage.feature import Unseen
from engage.kernel.clock import render_ms
from engage.rewards import Pool, read_pools
from engage.storage.writer import Writer
from games.before import put_game_back, read_sold_out_at
from games.in_hand import Pair, TurnsInHand
from games.revisions import Revision, Revisions
from games.seen import See, UnseenPlay, read_unseen
from games.tables import Game, game, play
from games.view import read_revision, state_of
from games.winners import read_new_winners

ANSWERS = sa.select(play.c.id, play.c.answer).where(play.c.id.in_(sa.bindparam("plays", expanding=True)))


@dataclass(frozen=True)
class Status:
    """A game as everybody may know it at one instant."""

    row: Game
    revision: Revision
    of_pools: Sequence[Pool]
    sold_out_at: int | None
    now_ms: int

    @property
    def state(self) -> Mapping[str, Any]:
        """Whether it can be played, by which rules."""
        return {
            "state": state_of(self.row, self.revision, self.now_ms),
            "revision": self.revision.number,
            "rules_hash": self.revision.rules_hash,
            "opens_at": render_ms(self.revision.opens_ms),
            "closes_at": render_ms(self.revision.closes_ms),
        }

    @property
    def pools(self) -> Mapping[str, Any]:
        """All pools at once, and a deck's cards; null is without end, or no deck."""
        deck = self.revision.deck
        return {
            "pools": [{"prize": p.prize, "units": p.units, "left": p.units_left} for p in self.of_pools],
            "deck_left": None if deck is None else deck["n"] - self.row.game_seq,
        }

    def before(self, unseen: Sequence[Unseen]) -> "Status":
        """The same as it was for somebody before these plays."""
        row, pools = replace(self.row), [replace(pool) for pool in self.of_pools]
        put_game_back(row, self.sold_out_at, unseen)
        for pool in pools:
            if pool.units_left is not None:
                pool.units_left += sum(each.prize == pool.prize for each in unseen)
        return replace(self, row=row, of_pools=pools)


class Stage:
    """Plays as the platform asks about them."""

    def __init__(self) -> None:
        self._revisions = Revisions()
        self._in_hand = TurnsInHand(self._revisions)

    def unseen(
        self, connection: sa.Connection, members: Sequence[str], now_ms: int
    ) -> Mapping[str, Sequence[UnseenPlay]]:
        """The plays that these members have not seen yet, oldest first; members without one are left out."""
        return read_unseen(connection, members, now_ms)

    def see(self, writer: Writer, member: str, play: str) -> None:
        """Record that a member has seen what came of a play. Refuses with NotFound if it is not the member's."""
        writer.submit(See(member, play))

    def results(self, connection: sa.Connection, plays: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        """The prize (null for none) and where the pointer rests, by play."""
        if not plays:
            return {}
        rows = ((id_, orjson.loads(answer)) for id_, answer in connection.execute(ANSWERS, {"plays": plays}))
        return {id_: {"prize": answer["prize"], "show": answer["show"]} for id_, answer in rows}

    def games(self, connection: sa.Connection, plays: Sequence[str]) -> Mapping[str, str]:
        """The games of these plays, by play."""
        rows = connection.execute(sa.select(play.c.id, play.c.game).where(play.c.id.in_(plays)))
        return {row.id: row.game for row in rows}

    def turns(self, connection: sa.Connection, pairs: Collection[Pair], now_ms: int) -> Mapping[Pair, int]:
        """The turns that these members have in hand in these games, the day's free ones included."""
        return self._in_hand.of_pairs(connection, pairs, now_ms)

    def all_turns(self, connection: sa.Connection, member: str, now_ms: int) -> dict[str, int]:
        """The turns that a member has in hand, by game."""
        return self._in_hand.of_member(connection, member, now_ms)

    def status(self, connection: sa.Connection, games: Collection[str], now_ms: int) -> Mapping[str, Status]:
        """What everybody may know of these games; those that do not exist are left out."""
        found = {}
        for values in connection.execute(sa.select(game).where(game.c.id.in_(games))):
            row = Game(*values)
            revision = read_revision(connection, self._revisions, row.id, row.revision)
            pools = read_pools(connection, row.id)
            found[row.id] = Status(row, revision, pools, read_sold_out_at(connection, row), now_ms)
        return found

    def winners(
        self, connection: sa.Connection, games: Collection[str], after_ms: int, until_ms: int
    ) -> Sequence[tuple[str, dict[str, Any]]]:
        """Who is to be announced in these games after one instant and up to another."""
        return read_new_winners(connection, self._revisions, games, after_ms, until_ms)
