"""What a screen is told of a member's events. Pushes and the feed are made here, so either can stand for the other.

An item that would give away what its member has not seen says `unseen`, the play, in place of what happened. Balances
in an item are those at the time of telling, so the last one told is right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
import sqlalchemy as sa

from engage.events import LoggedEvent
from engage.feature import Plays, Unseen
from engage.kernel.clock import render_ms
from engage.ledger import Book, read_books

SETTLED, SEEN = "play.settled", "play.seen"
MOVES_TURNS = frozenset({SETTLED, SEEN, "turns.changed"})
MOVES_POINTS = frozenset({SETTLED, SEEN, "points.changed"})

Item: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Balances:
    """What members have, less what came of plays that they have not seen."""

    books: Mapping[str, Book]
    turns: Mapping[tuple[str, str], int]
    unseen: Mapping[str, Sequence[Unseen]]

    def points(self, member: str) -> dict[str, int]:
        """The points that a member owns, and those of them that are held."""
        book = self.books[member]
        unseen = self.unseen.get(member, ())
        return owned_without(book, unseen)

    def turns_of(self, member: str, game: str) -> int:
        """The turns that a member has in a game."""
        hidden = sum(play.turns for play in self.unseen.get(member, ()) if play.game == game)
        return max(self.turns[member, game] - hidden, 0)


def owned_without(book: Book, unseen: Sequence[Unseen]) -> dict[str, int]:
    """The points of a book, and those of them that are held, without what came of unseen plays."""
    points, held = sum(play.points for play in unseen), sum(play.held for play in unseen)
    return {"points": max(book.points - points, 0), "held": max(book.held - held, 0)}


def render_items(
    connection: sa.Connection,
    plays: Plays,
    events: Sequence[LoggedEvent],
    unseen: Mapping[str, Sequence[Unseen]],
    now_ms: int,
) -> list[Item]:
    """The items of members' events, in their order; `unseen` is what those members have not seen.

    Everything has to be read in one snapshot of the database.
    """
    members = sorted({event.member for event in events if event.member is not None})
    pairs = {(e.member, e.game) for e in events if e.member and e.game and e.name in MOVES_TURNS}
    balances = Balances(read_books(connection, members), plays.turns(connection, pairs, now_ms), unseen)
    hidden = {play.play for of_member in unseen.values() for play in of_member}
    told = {play for play in _plays_of(events) if play not in hidden}
    results = plays.results(connection, sorted(told))
    return [_render(event, balances, results) for event in events if event.member is not None]


def _plays_of(events: Iterable[LoggedEvent]) -> list[str]:
    return [_subject(event) for event in events if event.name in (SETTLED, SEEN)]


def _subject(event: LoggedEvent) -> str:
    """What an event is about, without the word that says of which kind it is."""
    return event.subject.partition(":")[2]


def _render(event: LoggedEvent, balances: Balances, results: Mapping[str, dict[str, Any]]) -> Item:
    member = event.member or ""
    item: Item = {
        "name": event.name,
        "position": event.member_position,
        "game": event.game,
        "data": orjson.loads(event.data) if event.data else {},
        "at": render_ms(event.recorded_at),
    }
    data = item["data"]
    held_back = _find_unseen(event, data, balances.unseen.get(member, ()))
    if held_back is not None and event.name != SETTLED:
        return item | {"unseen": held_back.play, "data": {}}
    if event.name in (SETTLED, SEEN):
        data["play"] = _subject(event)
    if event.game is not None and event.name in MOVES_TURNS:
        data["turns"] = balances.turns_of(member, event.game)
    if held_back is not None:
        return item | {"unseen": held_back.play, "data": data | render_limits(held_back)}
    data.update(results.get(data.get("play", ""), {}))
    if event.name in MOVES_POINTS:
        data.update(balances.points(member))
    return item


def _find_unseen(event: LoggedEvent, data: Mapping[str, Any], unseen: Sequence[Unseen]) -> Unseen | None:
    """The unseen play that an event would give away: it settled that play, or is about the prize that it won."""
    for play in unseen:
        if event.name == SETTLED and _subject(event) == play.play:
            return play
        if play.grant is not None and data.get("grant") == play.grant:
            return play
    return None


def render_limits(play: Unseen) -> dict[str, Any]:
    """Until when an unseen play is held back: until an instant, and as long as its member's position is lower."""
    return {"until": render_ms(play.until), "until_position": play.until_position}
