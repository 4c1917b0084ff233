"""Either engine, opened and asserted: nothing runs on a database whose settings could lose or bend a write."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg
from sqlalchemy.pool import NullPool, QueuePool

from engage.storage.hot import Hot
from engage.storage.store import PostgresStore, SQLiteStore, Store
from engage.storage.writer import Violation

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
}
POSTGRES_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
MIN_POSTGRES = 140_000
LOCK_TIMEOUT = "2s"
STATEMENT_TIMEOUT = "10s"
PAGE_BYTES = 8192
CACHE_KIB = 262_144
CHECKPOINT_PAGES = 16_000


class UnsafeDatabase(Exception):  # noqa: N818  a verdict, said to whoever starts the server
    """The database's settings could lose or bend a write; the message names the setting and the way out."""


def is_sqlite(url: str) -> bool:
    """Whether the embedded engine is meant."""
    return url.startswith("sqlite:")


def open_write_engine(url: str) -> sa.Engine:
    """The engine of the one write connection. UnsafeDatabase if its settings are not what every write relies on."""
    engine = _sqlite_engine(url, writes=True) if is_sqlite(url) else _postgres_engine(url, writes=True)
    with engine.connect() as connection:
        _assert_sqlite(connection) if is_sqlite(url) else _assert_postgres(connection)
    return engine


def open_read_engine(url: str) -> sa.Engine:
    """The engine of everything that only reads: it can't write."""
    return _sqlite_engine(url, writes=False) if is_sqlite(url) else _postgres_engine(url, writes=False)


def open_store(engine: sa.Engine, hots: Sequence[Hot[Any]]) -> Store:
    """The write connection with the statements of these tables, inserted and updated in their order."""
    return SQLiteStore(engine, hots) if engine.dialect.name == "sqlite" else PostgresStore(engine, hots)


def find_violation(fault: Exception) -> Violation | None:
    """The rule of the books that a database error says was broken, if it says so."""
    if isinstance(fault, pg.CheckViolation | pg.RaiseException | pg.ForeignKeyViolation):
        return Violation(fault.diag.table_name or _first_word(str(fault)), str(fault).splitlines()[0])
    if isinstance(fault, sqlite3.IntegrityError) and "UNIQUE" not in str(fault):
        text = str(fault)
        name = text.removeprefix("CHECK constraint failed: ").removeprefix("ck_")
        return Violation(name, text)
    return None


def _first_word(text: str) -> str:
    return text.split(":", 1)[0]


def _sqlite_engine(url: str, *, writes: bool) -> sa.Engine:
    address = sa.make_url(url)
    path = Path(address.database or "").absolute()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(
        address.set(database=str(path)),
        poolclass=NullPool if writes else QueuePool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  a driver's connection
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB if writes else CACHE_KIB // 8}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES if writes else 0}")
        if not writes:
            connection.execute("PRAGMA query_only = ON")

    return engine


def _postgres_engine(url: str, *, writes: bool) -> sa.Engine:
    options = f"-c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC -c jit=off"
    if not writes:
        options += " -c default_transaction_read_only=on"
    return sa.create_engine(
        url,
        poolclass=NullPool if writes else QueuePool,
        isolation_level="READ COMMITTED",
        connect_args={"options": options},
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _assert_sqlite(connection: sa.Connection) -> None:
    for name, wanted in SQLITE_PRAGMAS.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        if found != wanted:
            message = (
                f"SQLite's {name} is {found!r}, not {wanted!r}. Put the data folder on a local disk that allows it."
            )
            raise UnsafeDatabase(message)


def _assert_postgres(connection: sa.Connection) -> None:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        message = "Use a postgresql+psycopg:// address."
        raise UnsafeDatabase(message)
    if raw.info.server_version < MIN_POSTGRES:
        message = f"PostgreSQL {raw.info.server_version // 10_000} is too old. Use 14 or later."
        raise UnsafeDatabase(message)
    for name, wanted in POSTGRES_SETTINGS.items():
        found = connection.exec_driver_sql(f"SHOW {name}").scalar_one()
        if found != wanted:
            message = f"PostgreSQL's {name} is {found}, not {wanted}: a crash could lose plays. Set {name} = {wanted}."
            raise UnsafeDatabase(message)
