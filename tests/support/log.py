"""A log to read: a database, a Writer on a clock that is moved by hand, and things that happen in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from engage.kernel.clock import ManualClock
from engage.ledger import BOOK, BOOK_BY_MEMBER, GIVE_TURN, LOT, LOT_MOVE, POSTING, Book, give_turns
from engage.storage.database import find_violation, open_read_engine, open_store, open_write_engine
from engage.storage.work import Work
from engage.storage.writer import Writer

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
GAME = "gam_wheel"


@dataclass
class Log:
    """One process's Writer and reader."""

    writer: Writer
    reader: sa.Engine
    clock: ManualClock

    def happen(self, count: int, name: str = "game.changed") -> None:
        """Let so many events of no member happen in one transaction."""

        def append(work: Work) -> None:
            for i in range(count):
                work.append(name, f"{name}:{work.now_ms}:{i}", f'{{"n":{i}}}', game=GAME)

        self.writer.run(append)

    def join(self, *members: str) -> None:
        """Give members their books."""

        def insert(work: Work) -> None:
            for member in members:
                work.insert(BOOK, Book(member, 0, 0, 0, 0, 0))

        self.writer.run(insert)

    def give(self, member: str, count: int, cause: str) -> None:
        """A member is given turns: a posting, and an event of the member's own."""

        def decide(work: Work) -> None:
            book = work.fetch(BOOK_BY_MEMBER, member)
            assert book is not None
            give_turns(work, GIVE_TURN, member, GAME, count, cause=cause, expires_at=None)
            work.append("turns.changed", cause, '{"reason":"生日"}', member=book, game=GAME)
            work.change(BOOK, book)

        self.writer.run(decide)


@contextmanager
def open_log(url: str, clock: ManualClock | None = None) -> Iterator[Log]:
    """A process's log on a database that is there."""
    clock = clock or ManualClock(NOON)
    store = open_store(open_write_engine(url), (BOOK, LOT, POSTING, LOT_MOVE))
    writer = Writer(store, clock, find_violation=find_violation, quarantine=_no_quarantine)
    reader = open_read_engine(url)
    try:
        yield Log(writer, reader, clock)
    finally:
        writer.stop()
        reader.dispose()


def _no_quarantine(work: Work, kind: str, subject: str, reason: str) -> None:
    message = f"no test puts {kind} {subject} under review: {reason}"
    raise AssertionError(message)


def tamper(url: str, *statements: str) -> None:
    """Change facts behind the application's back, as someone could who owns the database's machine."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            changed = connection.exec_driver_sql(statement)
            assert changed.rowcount, f"nothing to tamper with: {statement}"
    engine.dispose()
