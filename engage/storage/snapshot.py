"""Reading much of a database: in one sight of it, however long that takes, with a page of rows in memory at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

PAGE = 500


@contextmanager
def snapshot(connection: sa.Connection) -> Iterator[None]:
    """Everything read inside is of one instant, whatever is committed meanwhile; nothing can be written."""
    connection.rollback()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    try:
        yield
    finally:
        connection.rollback()


def stream(
    connection: sa.Connection, query: sa.Executable, values: Mapping[str, Any] | None = None
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """The rows of a query, 500 of them in memory at a time."""
    for page in stream_pages(connection, query, values):
        yield from page


def stream_pages(
    connection: sa.Connection, query: sa.Executable, values: Mapping[str, Any] | None = None
) -> Iterator[Sequence[sa.Row[*tuple[Any, ...]]]]:
    """The rows of a query, in pages of at most 500: for who looks up something else for all rows of a page at once."""
    options = {"stream_results": True, "yield_per": PAGE}
    with connection.execute(query, values or {}, execution_options=options) as rows:
        yield from rows.partitions()
