"""The log as it is read: by position, or one member's events by the member's own position. Neither has gaps."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

MAX_READ = 1_000
LOOK_AHEAD = 2_000
NO_SUBJECT = "-"
"""Nothing of no length is equal to it."""

COLUMNS = "position, name, subject, data, member, member_position, game, recorded_at"
READ_AFTER = sa.text(f"SELECT {COLUMNS} FROM event WHERE position > :after ORDER BY position LIMIT :limit")
FIND_NEXT = sa.text(
    "SELECT max(position), min(CASE WHEN name IN :names OR substr(subject, 1, :length) = :subjects THEN position END) "
    "FROM (SELECT position, name, subject FROM event WHERE position > :after ORDER BY position LIMIT :limit) AS ahead"
).bindparams(sa.bindparam("names", expanding=True, type_=sa.String()))
READ_MEMBER_FEED = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE member = :member AND member_position > :after "
    "ORDER BY member_position LIMIT :limit"
)
READ_HEAD = sa.text("SELECT n FROM log_head")


class LoggedEvent(NamedTuple):
    """Something that happened, as the log numbered it from 1. `recorded_at` is in milliseconds since 1970.

    `subject` is the cause of the event's postings. `data` is JSON, or empty when `subject` says it all.
    `member_position` numbers the member's own events from 1.
    """

    position: int
    name: str
    subject: str
    data: str
    member: str | None
    member_position: int | None
    game: str | None
    recorded_at: int


def head(connection: sa.Connection) -> int:
    """The position of the last committed event; 0 for an empty log."""
    return int(connection.execute(READ_HEAD).scalar_one())


def read_after(connection: sa.Connection, position: int, limit: int) -> list[LoggedEvent]:
    """The next events after a position, at most `limit` (1 … 1,000), in order; the last one's position reads on."""
    return _read(connection.execute(READ_AFTER, {"after": position, "limit": _bounded(limit)}))


def find_next(connection: sa.Connection, after: int, names: Collection[str], subjects: str) -> tuple[int, int | None]:
    """How far the log was looked through after a position, at most 2,000 events, and the first one that was wanted.

    That is one with any of the names, or, unless `subjects` is empty, one whose subject begins so; None if none is.
    """
    query = {"after": after, "limit": LOOK_AHEAD, "names": sorted(names)}
    query |= {"subjects": subjects or NO_SUBJECT, "length": len(subjects)}
    last, wanted = connection.execute(FIND_NEXT, query).one()
    return last or after, wanted


def read_member_feed(connection: sa.Connection, member: str, after: int, limit: int) -> list[LoggedEvent]:
    """A member's next events after the member's own position, at most `limit` (1 … 1,000), in order and without gaps.

    The last one's `member_position` is where to read on; fewer than `limit` means that there are no more yet.
    """
    return _read(connection.execute(READ_MEMBER_FEED, {"member": member, "after": after, "limit": _bounded(limit)}))


def _bounded(limit: int) -> int:
    assert 1 <= limit <= MAX_READ, "callers validate the limit that they were asked for"
    return limit


def _read(result: sa.CursorResult[Any]) -> list[LoggedEvent]:
    return [LoggedEvent._make(row) for row in result.all()]
