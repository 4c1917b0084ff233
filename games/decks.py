"""The decks that this process serves.

The sealed cards, and which are sold, brought up to the game's row before each use.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.fairness import OpenDeck, Shelf, load_deck
from engage.kernel.sealing import Sealer
from engage.storage.work import Work
from games.tables import Game, play


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

    def of(self, work: Work, game: Game) -> ServedDeck:
        """The deck of a game whose row is locked, with every committed sale marked."""
        served = self._served.get(game.id)
        if served is None:
            cards = load_deck(work.connection, self._sealer, game.id)
            served = self._served[game.id] = ServedDeck(cards, Shelf(cards.n))
        if served.shelf.seq < game.game_seq:
            self._catch_up(work, served.shelf, game)
        return served

    def sell(self, work: Work, game: Game, served: ServedDeck, start: int) -> int:
        """Sell the first unsold card from `start` on, wrapping; undone if the transaction is."""
        serial = served.shelf.take(start)
        assert serial is not None, "admission made sure that a card is left"
        served.shelf.seq = game.game_seq + 1
        work.on_rollback(lambda: self._forget(game.id))
        return serial

    def _forget(self, game: str) -> None:
        self._served.pop(game, None)

    def _catch_up(self, work: Work, shelf: Shelf, game: Game) -> None:
        rows = work.connection.execute(
            sa.select(play.c.serial).where(
                play.c.game == game.id, play.c.game_seq > shelf.seq, play.c.game_seq <= game.game_seq
            )
        )
        for (serial,) in rows:
            shelf.sell(serial)
        shelf.seq = game.game_seq
