"""The write connection of either engine: how a batch is read, flushed and committed. Only this module commits."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import orjson
import psycopg
import sqlalchemy as sa
from psycopg import errors as pg

from engage.storage.arrays import COLUMNS, BigintColumn, Column, TextColumn, register
from engage.storage.hot import Hot, Load, Needs
from engage.storage.work import Work

HEAD_SELECT = "SELECT recorded_at FROM log_head"
EVENT_COLUMNS = "position, name, subject, data, member, member_position, game, recorded_at"
SQLITE_EVENT_INSERT = f"INSERT INTO event ({EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
SQLITE_REFUSALS = (
    "INSERT INTO refusal_count (game, code, n) VALUES (?, ?, ?) "
    "ON CONFLICT (game, code) DO UPDATE SET n = refusal_count.n + excluded.n"
)
POSTGRES_REFUSALS = (
    b"INSERT INTO refusal_count (game, code, n) SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[]) "
    b"ON CONFLICT (game, code) DO UPDATE SET n = refusal_count.n + excluded.n"
)
POSTGRES_APPEND = (
    "WITH head AS (UPDATE log_head SET n = n + %b, recorded_at = greatest(recorded_at, %b) RETURNING n - %b AS base) "
    f"INSERT INTO event ({EVENT_COLUMNS}) "
    "SELECT head.base + u.ord, u.name, u.subject, u.data, u.member, u.member_position, u.game, %b "
    "FROM head, unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[]) "
    "WITH ORDINALITY AS u(name, subject, data, member, member_position, game, ord)"
).encode()


class ConnectionLost(Exception):  # noqa: N818  what is lost is a connection; whether the last commit happened is unknown
    """The database went away; a new connection is needed, and nobody knows whether the last commit happened."""


class Store(Protocol):
    """One write connection; a batch is `begin`, decisions, `flush`, or `rollback`.

    `hots` are the tables that a flush writes, in its order. `commit_blocks`: a commit holds its thread until the disk
    has it, so that a server lets a native thread wait.
    """

    hots: Sequence[Hot[Any]]
    commit_blocks: bool

    def begin(self, needs: Needs) -> tuple[Work, int]:
        """Open a transaction, lock and load: the work, and the log's last instant in milliseconds."""

    def flush(self, work: Work) -> None:
        """Write everything; `commit` makes it last."""

    def commit(self) -> None:
        """Make it last."""

    def rollback(self) -> None:
        """Forget the open transaction, if there is one."""

    def reconnect(self) -> None:
        """Replace a lost connection."""

    def close(self) -> None:
        """Give the connection back."""

    def is_passing(self, fault: Exception) -> bool:
        """Whether the same batch may well succeed when it is tried again."""

    def is_lost(self, fault: Exception) -> bool:
        """Whether a driver's error says that the connection is gone, and with it what became of the last commit."""


def _collect(work: Work, load: Load[Any], keys: Iterable[Any], rows: Iterable[Any]) -> None:
    """Keep what the database has of these keys; where there may be many rows, that there are none is known as well."""
    make, key = load.hot.row, load.key
    found = work.found.setdefault(load, {})
    if load.many:
        found.update((asked, []) for asked in keys)
        for values in rows:
            row = make(*values)
            found[key(row)].append(row)
    else:
        for values in rows:
            row = make(*values)
            found[key(row)] = row


class SQLiteStore:
    """The embedded engine: one connection, `BEGIN IMMEDIATE`, each statement by `execute` or `executemany`."""

    commit_blocks = True

    def __init__(self, engine: sa.Engine, hots: Sequence[Hot[Any]]) -> None:
        self.hots = hots
        self._engine = engine
        self.reconnect()

    def reconnect(self) -> None:
        """Open the write connection."""
        self.connection = self._engine.connect()
        self._raw: Any = self.connection.connection.driver_connection

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def begin(self, needs: Needs) -> tuple[Work, int]:
        """One SELECT a table; the write lock is the file's."""
        self._raw.execute("BEGIN IMMEDIATE")
        work = Work()
        work.lend(self.connection)
        work.load = lambda load, keys: self._load(work, load, keys)
        for load, keys in needs.in_lock_order():
            self._load(work, load, keys)
        (last,) = self._raw.execute(HEAD_SELECT).fetchone()
        return work, last

    def _load(self, work: Work, load: Load[Any], keys: list[Any]) -> None:
        rows = self._raw.execute(load.sqlite, (orjson.dumps(keys).decode(),))
        _collect(work, load, keys, rows)

    def flush(self, work: Work) -> None:
        """One statement a table, the log's head last."""
        raw = self._raw
        for hot in self.hots:
            if rows := work.inserted.get(hot):
                raw.executemany(hot.sqlite_insert, map(hot.values, rows))
        for hot in self.hots:
            if changed := work.changed.get(hot):
                raw.executemany(hot.sqlite_update, map(hot.changes, changed.values()))
        if work.refused:
            raw.executemany(SQLITE_REFUSALS, [(game, code, n) for (game, code), n in work.refused.items()])
        if work.events:
            self._append(work)

    def _append(self, work: Work) -> None:
        count = len(work.events)
        (last,) = self._raw.execute(
            "UPDATE log_head SET n = n + ?, recorded_at = max(recorded_at, ?) RETURNING n", (count, work.now_ms)
        ).fetchone()
        self._raw.executemany(
            SQLITE_EVENT_INSERT,
            [
                (position, e.name, e.subject, e.data, e.member, e.member_position, e.game, work.now_ms)
                for position, e in enumerate(work.events, last - count + 1)
            ],
        )

    def commit(self) -> None:
        """Make it last: with synchronous=FULL the write-ahead log is on the disk when this returns."""
        self._raw.execute("COMMIT")
        self.connection.commit()

    def rollback(self) -> None:
        """Forget the open transaction, if there is one."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        self.connection.rollback()

    def is_passing(self, fault: Exception) -> bool:
        """Another process may hold the file for a moment."""
        return "database is locked" in str(fault)

    def is_lost(self, _fault: Exception) -> bool:
        """A file does not go away."""
        return False


class PostgresStore:
    """PostgreSQL through psycopg's pipeline: two round trips a batch."""

    commit_blocks = False

    def __init__(self, engine: sa.Engine, hots: Sequence[Hot[Any]]) -> None:
        self.hots = hots
        self._engine = engine
        self._connect()

    def reconnect(self) -> None:
        """Replace a lost connection. The old one is closed first: what it still holds locked is let go."""
        if not self.connection.closed:
            self.connection.invalidate()
            self.connection.close()
        self._connect()

    def _connect(self) -> None:
        """Open the write connection; transactions are begun and ended here, so the driver is in autocommit mode."""
        self.connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        raw = self.connection.connection.driver_connection
        if not isinstance(raw, psycopg.Connection):
            message = "the write connection must be psycopg's"
            raise TypeError(message)
        register(raw)
        self._raw: psycopg.Connection[Any] = raw

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def begin(self, needs: Needs) -> tuple[Work, int]:
        """First round trip: locks in order, then one SELECT a table, each seeing what was committed before it."""
        work = Work()
        work.lend(self.connection)
        work.load = lambda load, keys: self._load(work, load, keys)
        with self._guard(), self._raw.pipeline():
            self._raw.execute(b"BEGIN")
            cursors = [(load, keys, self._ask(load, keys)) for load, keys in needs.in_lock_order()]
            head = self._raw.execute(HEAD_SELECT, binary=True)
            for load, keys, cursor in cursors:
                _collect(work, load, keys, cursor.fetchall())
            last = head.fetchone()
        return work, last[0] if last else 0

    def _ask(self, load: Load[Any], keys: list[Any]) -> psycopg.Cursor[Any]:
        columns: Iterable[Any] = [keys] if len(load.by) == 1 else zip(*keys, strict=True)
        return self._raw.execute(load.postgres, _columns(load.types, columns), binary=True)

    def _load(self, work: Work, load: Load[Any], keys: list[Any]) -> None:
        with self._guard():
            _collect(work, load, keys, self._ask(load, keys).fetchall())

    def flush(self, work: Work) -> None:
        """Second round trip, with the commit: one statement a table, the log's head last."""
        self._pending = work

    def commit(self) -> None:
        """Send what `flush` was given and COMMIT, in one round trip; an error anywhere aborts all of it."""
        work = self._pending
        with self._guard(), self._raw.pipeline():
            for hot in self.hots:
                if rows := work.inserted.get(hot):
                    self._send(hot.postgres_insert, hot.types, map(hot.values, rows))
            for hot in self.hots:
                if changed := work.changed.get(hot):
                    self._send(hot.postgres_update, hot.changed_types, map(hot.changes, changed.values()))
            if work.refused:
                games, codes, counts = zip(*((g, c, n) for (g, c), n in sorted(work.refused.items())), strict=True)
                self._raw.execute(POSTGRES_REFUSALS, [TextColumn(games), TextColumn(codes), BigintColumn(counts)])
            if work.events:
                self._append(work)
            self._raw.execute(b"COMMIT")

    def _send(self, statement: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        self._raw.execute(statement.encode(), _columns(types, zip(*rows, strict=True)))

    def _append(self, work: Work) -> None:
        rows = ((e.name, e.subject, e.data, e.member, e.member_position, e.game) for e in work.events)
        types = ("text", "text", "text", "text", "bigint", "text")
        count = len(work.events)
        self._raw.execute(
            POSTGRES_APPEND, [count, work.now_ms, count, work.now_ms, *_columns(types, zip(*rows, strict=True))]
        )

    def rollback(self) -> None:
        """Forget the open transaction, if there is one."""
        with self._guard():
            self._raw.execute(b"ROLLBACK")

    def is_passing(self, fault: Exception) -> bool:
        """Deadlocks, serialization failures, lock time-outs, and a key that another process took meanwhile."""
        return isinstance(
            fault, pg.SerializationFailure | pg.DeadlockDetected | pg.LockNotAvailable | pg.UniqueViolation
        )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turn a driver's error into ConnectionLost when the connection did not survive it."""
        try:
            yield
        except psycopg.Error as fault:
            if self.is_lost(fault):
                raise ConnectionLost from fault
            raise

    def is_lost(self, fault: Exception) -> bool:
        """The server's last word, or an error of the client's own.

        In a pipeline the driver reports such an error before it calls the connection broken.
        """
        if not isinstance(fault, psycopg.Error) or isinstance(fault, pg.PipelineAborted):
            return False
        said_by_client = isinstance(fault, psycopg.OperationalError) and fault.sqlstate is None
        said_by_server = isinstance(fault, pg.AdminShutdown | pg.CrashShutdown)
        return said_by_client or said_by_server or self._raw.broken or self._raw.closed


def _columns(types: Sequence[str], columns: Iterable[Sequence[Any]]) -> list[Column]:
    return [COLUMNS[name](values) for name, values in zip(types, columns, strict=True)]
