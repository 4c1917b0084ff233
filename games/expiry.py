"""Turns whose time has passed leave the books: the play ignores them at once, this job writes it down."""

from collections.abc import Iterable

import orjson
import sqlalchemy as sa

from engage.feature import Services
from engage.jobs import Job
from engage.ledger import BOOK, BOOK_BY_MEMBER, EXPIRE_TURN, OPEN_LOTS, Lot, take_turns, turn_asset
from engage.storage.work import Work
from games.tables import MEMBER_GAME, MEMBER_GAME_BY_PAIR

BATCH = 200
EVERY_SECONDS = 60.0

# A pause stops the clock of a game's turns, so what would have expired during one is left to the resumption. Nothing
# moves in books that are under review.
DUE = sa.text(
    "SELECT DISTINCT d.member, d.game FROM ("
    "SELECT l.member AS member, g.id AS game FROM lot AS l JOIN game AS g ON l.asset = 'TURN:' || g.id "
    "JOIN book AS b ON b.member = l.member AND b.under_review = 0 "
    "WHERE l.remaining > 0 AND l.held = 0 AND l.expires_at <= :now AND g.state <> 'paused' "
    "ORDER BY l.expires_at LIMIT :batch) AS d ORDER BY d.member, d.game"
)


def expire_turns(work: Work) -> int:
    """Expire the turns of up to 200 lots' members that are past their instant; how many members and games had some.

    Each lot is one posting of route 133, whose cause is `expire:` and the lot's id, and one event of its member.
    """
    rows = work.connection.execute(DUE, {"now": work.now_ms, "batch": BATCH})
    pairs = [(member, game) for member, game in rows]
    if not pairs:
        return 0
    work.load(BOOK_BY_MEMBER, sorted({member for member, _ in pairs}))
    work.load(MEMBER_GAME_BY_PAIR, pairs)
    work.load(OPEN_LOTS, [(member, turn_asset(game)) for member, game in pairs])
    for member, game in pairs:
        lots = work.find_many(OPEN_LOTS, (member, turn_asset(game)))
        _expire(work, member, game, [lot for lot in lots if _is_past(lot, work.now_ms)])
    return len(pairs)


def _is_past(lot: Lot, now_ms: int) -> bool:
    """A lot that would expire while it is held does not."""
    return lot.held == 0 and lot.expires_at is not None and lot.expires_at <= now_ms


def _expire(work: Work, member: str, game: str, lots: Iterable[Lot]) -> None:
    book, state = work.find(BOOK_BY_MEMBER, member), work.find(MEMBER_GAME_BY_PAIR, (member, game))
    assert book, "whoever has turns has a book"
    assert state, "whoever has turns of a game has a row in it"
    for lot in lots:
        amount, cause = lot.remaining, f"expire:{lot.id}"
        take_turns(work, EXPIRE_TURN, member, game, [lot], amount, cause=cause)
        state.turn_debits += amount
        data = orjson.dumps({"count": -amount, "reason": "expired", "expires_at": lot.expires_at}).decode()
        work.append("turns.changed", cause, data, member=book, game=game)
        work.change(BOOK, book)
        work.change(MEMBER_GAME, state)


def _run(services: Services) -> None:
    while services.writer.run(expire_turns):
        continue


EXPIRY_JOB = Job("expire_turns", EVERY_SECONDS, _run)
