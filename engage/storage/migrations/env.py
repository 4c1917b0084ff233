"""What Alembic runs to migrate: one transaction for all steps, and one process at a time.

`migrate.upgrade` and `migrate.downgrade` hand over the connection.
"""

import sqlalchemy as sa
from alembic import context

LOCK_KEY = 0x656E67616765
"""The ASCII bytes of "engage": the advisory lock of PostgreSQL that migrations take."""


def _take_turns(connection: sa.Connection) -> None:
    """Wait until no other process migrates; a step may take as long as it takes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")


def _migrate(connection: sa.Connection) -> None:
    with connection.begin():
        _take_turns(connection)
        context.configure(connection=connection)
        context.run_migrations()


_migrate(context.config.attributes["connection"])
