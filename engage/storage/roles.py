"""Two roles on PostgreSQL: one owns the schema and migrates, the other serves and could not change a fact if it tried.

The triggers refuse it as well; a role without the privilege can't even switch them off.
"""

from typing import LiteralString

import psycopg
import sqlalchemy as sa
from psycopg import sql

from engage.storage.database import UnsafeDatabase, is_sqlite, open_write_engine
from engage.storage.migrations.laws import NEVER_CHANGED

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
FACTS = (
    "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND encode(t.tgargs, 'escape') LIKE %s"
)
PASSING = ("handover", "page_session")
"""What is removed when its time is over; every other row stays."""
COULD_CHANGE = sa.text("SELECT has_table_privilege(current_user, to_regclass('posting'), 'UPDATE')")


def grant(url: str, role: str) -> None:
    """Let a role read and insert everything, update what is not a fact, and remove what passes: as the owner, at `url`.

    Refuses with UnsafeDatabase on SQLite, which knows no roles, and for a role that does not exist or owns the tables.
    """
    if is_sqlite(url):
        message = "SQLite knows no roles: the data folder's owner is the only one."
        raise UnsafeDatabase(message)
    engine = open_write_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, psycopg.Connection), "the driver is psycopg"
            with raw.transaction():
                _grant(raw, role)
    except psycopg.errors.InsufficientPrivilege as fault:
        message = f"{role} can't be given its rights: {fault}"
        raise UnsafeDatabase(message) from None
    finally:
        engine.dispose()


def _grant(connection: psycopg.Connection, role: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        message = f"There is no role {role}. Make it: CREATE ROLE {role} LOGIN PASSWORD '…'"
        raise UnsafeDatabase(message)
    if connection.execute("SELECT current_user = %s", [role]).fetchone() == (True,):
        message = f"{role} owns the tables. Migrate as another role than the one that serves: ENGAGE_MIGRATION_URL."
        raise UnsafeDatabase(message)
    who = sql.Identifier(role)
    facts = {name for (name,) in connection.execute(FACTS, [f"{NEVER_CHANGED}%"])}
    for (name,) in connection.execute(TABLES).fetchall():
        table = sql.Identifier(name)
        rights = sql.SQL(_rights_on(name, facts))
        connection.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(table, who))
        connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, table, who))


def _rights_on(table: str, facts: set[str]) -> LiteralString:
    if table in PASSING:
        return "SELECT, INSERT, UPDATE, DELETE"
    return "SELECT, INSERT" if table in facts else "SELECT, INSERT, UPDATE"


def could_change_facts(engine: sa.Engine) -> bool:
    """Whether the role that serves has more rights than it needs; on SQLite there is nothing to choose."""
    if engine.dialect.name == "sqlite":
        return False
    with engine.connect() as connection:
        return bool(connection.execute(COULD_CHANGE).scalar())
