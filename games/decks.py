"""The decks that this process serves.

The sealed cards, and which are sold, brought up to the game's row before each use.
"""

from dataclasses import dataclass

import gevent
import sqlalchemy as sa
from gevent.lock import RLock

from engage.fairness import OpenDeck, Shelf, load_deck
from engage.kernel.sealing import Sealer
from engage.storage.work import Work
from games.tables import Game, play
from games.tables import game as game_table


@dataclass
class ServedDeck:
    """A deck with its cards and its shelf."""

    cards: OpenDeck
    shelf: Shelf


class Decks:
    """The decks by game. After a transaction that came to nothing the deck is forgotten and read again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._served: dict[str, ServedDeck] = {}
        self._ready: set[str] = set()
        self._opening = RLock()

    def prepare(self, reader: sa.Engine, game: str) -> None:
        """Have a game's deck at hand, if it is a deck game, before a play of it is handed to the Writer.

        A million cards take a while to read: whoever comes first has a native thread do it, and no other play waits.
        """
        if game in self._ready:
            return
        with self._opening, reader.connect() as connection:
            row = connection.execute(
                sa.select(game_table.c.chance, game_table.c.game_seq).where(game_table.c.id == game)
            ).one_or_none()
            if row is None:
                return
            if row.chance == "deck" and game not in self._served:
                self._served[game] = gevent.get_hub().threadpool.apply(self._open, (connection, game, row.game_seq))
            self._ready.add(game)

    def _open(self, connection: sa.Connection, game: str, game_seq: int) -> ServedDeck:
        cards = load_deck(connection, self._sealer, game)
        served = ServedDeck(cards, Shelf(cards.n))
        _catch_up(connection, served.shelf, game, game_seq)
        return served

    def of(self, work: Work, game: Game) -> ServedDeck:
        """The deck of a game whose row is locked, with every committed sale marked."""
        served = self._served.get(game.id)
        if served is None:
            served = self._served[game.id] = self._open(work.connection, game.id, game.game_seq)
        elif served.shelf.seq < game.game_seq:
            _catch_up(work.connection, served.shelf, game.id, game.game_seq)
        return served

    def sell(self, work: Work, game: Game, served: ServedDeck, start: int) -> int:
        """Sell the first unsold card from `start` on, wrapping; undone if the transaction is."""
        serial = served.shelf.take(start)
        assert serial is not None, "admission made sure that a card is left"
        served.shelf.seq = game.game_seq + 1
        work.on_rollback(lambda: self._forget(game.id))
        return serial

    def _forget(self, game: str) -> None:
        self._ready.discard(game)
        self._served.pop(game, None)


def _catch_up(connection: sa.Connection, shelf: Shelf, game: str, game_seq: int) -> None:
    """Mark the sales up to a play of the game as sold."""
    query = sa.select(play.c.serial).where(
        play.c.game == game, play.c.game_seq > shelf.seq, play.c.game_seq <= game_seq
    )
    for (serial,) in connection.execute(query):
        shelf.sell(serial)
    shelf.seq = game_seq
