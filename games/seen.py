"""What members have not seen yet: a wheel still turns, a card was not scratched, and nothing may give it away.

A play is unseen from its commit until its member says that it was seen, and for half an hour at most: whoever dropped
the phone must find the prize in the end. Nothing is stored for that but the fact that a play was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa

from engage.feature import Unseen
from engage.kernel.ids import instant_of
from engage.kernel.refusals import NotFound
from engage.ledger import BOOK, BOOK_BY_MEMBER
from engage.storage.hot import Needs
from engage.storage.work import Work
from games.play import PRIZE
from games.tables import PLAY_BY_ID, PLAY_SEEN, SEEN_BY_PLAY, PlayRow, PlaySeen

HOLD_MS = 30 * 60 * 1000
WINDOW = 128
"""How many of a member's last events are looked at: whoever did as much since counts as having seen what was before."""

UNSEEN = sa.text(
    "SELECT e.member, e.member_position, e.recorded_at, p.game, p.answer, "
    "CASE WHEN x.hold IS NULL THEN coalesce(h.amount, 0) ELSE 0 END AS held FROM book AS b "
    "JOIN event AS e ON e.member = b.member AND e.member_position > b.position - :window "
    "JOIN play AS p ON p.id = substr(e.subject, 6) LEFT JOIN play_seen AS s ON s.play = p.id "
    "LEFT JOIN hold AS h ON h.id = 'order:play:' || p.id || :prize LEFT JOIN hold_end AS x ON x.hold = h.id "
    "WHERE b.member IN :members AND e.name = 'play.settled' AND e.recorded_at > :since AND s.play IS NULL "
    "ORDER BY e.member, e.member_position"
).bindparams(sa.bindparam("members", expanding=True))


@dataclass(frozen=True, slots=True)
class UnseenPlay(Unseen):
    """An unseen play with its receipt, without which nobody can tell how things stood before it."""

    receipt: dict[str, Any]


def read_unseen(connection: sa.Connection, members: Sequence[str], now_ms: int) -> dict[str, list[UnseenPlay]]:
    """The plays that these members have not seen yet, oldest first; members without one are left out."""
    found: dict[str, list[UnseenPlay]] = {}
    if members:
        values = {"members": members, "window": WINDOW, "since": now_ms - HOLD_MS, "prize": f"#{PRIZE}"}
        for member, position, at, game, answer, held in connection.execute(UNSEEN, values):
            found.setdefault(member, []).append(_unseen(position, at, game, orjson.loads(answer), held))
    return found


def _unseen(position: int, at: int, game: str, answer: dict[str, Any], held: int) -> UnseenPlay:
    play, prize = answer["play"], answer["prize"] or {}
    return UnseenPlay(
        play=play,
        game=game,
        at=at,
        until=at + HOLD_MS,
        until_position=position + WINDOW,
        prize=prize.get("id"),
        points=prize.get("points", 0),
        turns=prize.get("turns", 0),
        lot=f"play:{play}#{PRIZE}",
        grant=prize.get("grant"),
        held=held,
        receipt=answer["receipt"],
    )


@dataclass
class See:
    """The member has seen what came of a play: the wheel stands still, the card was scratched."""

    member: str
    play: str
    alone: ClassVar[bool] = False
    game: ClassVar[str | None] = None

    def needs(self, needs: Needs) -> None:
        """The member's book, which numbers the event, the play, and whether it was seen before."""
        needs.add(BOOK_BY_MEMBER, self.member)
        needs.add(PLAY_BY_ID, self.play)
        needs.add(SEEN_BY_PLAY, self.play)

    def blame(self, _table: str) -> tuple[str, str]:
        """Only the member's rows are touched."""
        return ("member", self.member)

    def decide(self, work: Work) -> PlayRow:
        """Record that the play was seen, once and while that tells anybody anything; the play's row.

        Refuses with NotFound if it is not a play of this member.
        """
        row, book = work.find(PLAY_BY_ID, self.play), work.find(BOOK_BY_MEMBER, self.member)
        if row is None or book is None or row.member != self.member:
            raise NotFound("There is no such play of yours.")
        if work.find(SEEN_BY_PLAY, self.play) is None and work.now_ms < instant_of(self.play) + HOLD_MS:
            work.insert(PLAY_SEEN, PlaySeen(self.play, work.now_ms))
            work.append("play.seen", f"seen:{self.play}", member=book, game=row.game)
            work.change(BOOK, book)
        return row
