"""How a member stands at one instant, as screens may show it: what pushes go on from."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engage.events import read_member_feed
from engage.feature import Plays, Unseen
from engage.ledger import read_books
from engage.live.items import Item, owned_without, render_items, render_limits


def hidden_from(connection: sa.Connection, plays: Plays, member: str, now_ms: int) -> tuple[Unseen, ...]:
    """The plays that a member has not seen yet, oldest first."""
    return tuple(plays.unseen(connection, [member], now_ms).get(member, ()))


def read_standing(connection: sa.Connection, plays: Plays, member: str, now_ms: int) -> dict[str, Any]:
    """`{position, points, held, turns, unseen}`: with the pushes after `position` it stays what it would be, read anew.

    What came of unseen plays is left out. Has to be read in one snapshot of the database.
    """
    unseen = hidden_from(connection, plays, member, now_ms)
    book = read_books(connection, [member])[member]
    return {
        "position": book.position,
        **owned_without(book, unseen),
        "turns": before(plays.all_turns(connection, member, now_ms), unseen),
        "unseen": render_unseen(unseen),
    }


def before(turns: dict[str, int], unseen: tuple[Unseen, ...]) -> dict[str, int]:
    """Turns by game without those that unseen plays won."""
    for play in unseen:
        turns[play.game] = max(turns.get(play.game, 0) - play.turns, 0)
    return turns


def render_unseen(unseen: Sequence[Unseen]) -> list[dict[str, Any]]:
    """Unseen plays, oldest first: which, in which game, and until when and which position they count as unseen."""
    return [{"play": play.play, "game": play.game} | render_limits(play) for play in unseen]


def read_feed(  # noqa: PLR0913  where to read, whose, from where, how much and when
    connection: sa.Connection, plays: Plays, member: str, after: int, limit: int, now_ms: int
) -> list[Item]:
    """A member's next items after a position, at most `limit` (1 … 1,000). Has to be read in one snapshot."""
    events = read_member_feed(connection, member, after, limit)
    unseen = {member: hidden_from(connection, plays, member, now_ms)}
    return render_items(connection, plays, events, unseen, now_ms)
