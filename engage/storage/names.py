"""Locks on names that no row has yet: who takes one and who waits for its owner come one after the other."""

from collections.abc import Collection

import sqlalchemy as sa

LOCKS = sa.text(
    "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(name, 0) AS key "
    "FROM unnest(CAST(:names AS text[])) AS name ORDER BY key) AS keys"
)


def lock_names(connection: sa.Connection, names: Collection[str]) -> None:
    """Lock names until the transaction ends, in one order. On SQLite there is one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(LOCKS, {"names": sorted(names)}).all()
