"""All facts as lines of JSON, out of one database and into an empty one of either engine (invariant I12).

Counters are left out and derived anew from what came in, so that nothing is believed that can be recomputed.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engage.kernel.refusals import Conflict, InvalidRequest
from engage.storage.counters import Counters, recount
from engage.storage.snapshot import PAGE, snapshot, stream
from engage.storage.work import Work

FORMAT = "engage-facts/1"


@dataclass(frozen=True)
class Archive:
    """What is carried over: these tables, in this order, but for the counters.

    `orders` are the queries for tables whose rows can't be inserted in the order of their keys.
    """

    tables: Sequence[sa.Table]
    counters: Sequence[Counters]
    orders: Mapping[str, sa.Select[Any]]

    def columns_of(self, table: sa.Table) -> list[str]:
        """The columns that are carried."""
        derived = {name for counters in self.counters if counters.table is table for name in counters.names}
        return [column.name for column in table.columns if column.name not in derived]

    def fresh(self, table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
        """A carried row with the counters of one to which nothing has happened yet."""
        for counters in self.counters:
            if counters.table is table:
                row |= dict(zip(counters.names, counters.fresh(row), strict=True))
        return row


def export_facts(connection: sa.Connection, archive: Archive) -> Iterator[bytes]:
    """The lines, of one sight of the database: a head, each table's columns and then its rows, and their number."""
    total = 0
    with snapshot(connection):
        yield orjson.dumps({"format": FORMAT})
        for table in archive.tables:
            names = archive.columns_of(table)
            yield orjson.dumps({"table": table.name, "columns": names})
            query = archive.orders.get(table.name, sa.select(table).order_by(*table.primary_key.columns))
            for row in stream(connection, query.with_only_columns(*(table.c[name] for name in names))):
                total += 1
                yield orjson.dumps([_out(value) for value in row])
        yield orjson.dumps({"rows": total})


def import_facts(work: Work, lines: Iterable[bytes], archive: Archive) -> int:
    """Insert all facts, then store what they make of the counters; how many rows came in.

    Refuses with Conflict unless the database is empty, and with InvalidRequest for lines that are not an export of this
    schema or not all of it.
    """
    connection = work.connection
    _require_empty(connection, archive)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    reader = _Reader(archive)
    for table, rows in reader.pages(lines):
        connection.execute(sa.insert(table), rows)
    for counters in archive.counters:
        recount(connection, counters)
    return reader.total


def _require_empty(connection: sa.Connection, archive: Archive) -> None:
    for table in archive.tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise Conflict(f"There are rows in {table.name}. Facts are imported into an empty database only.")


class _Reader:
    """Takes the lines apart: pages of rows, each with its table."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._tables = {table.name: table for table in archive.tables}
        self.total = 0

    def pages(self, lines: Iterable[bytes]) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
        """The rows, up to 500 of one table at a time."""
        lines = iter(lines)
        if orjson.loads(next(lines, b"null")) != {"format": FORMAT}:
            raise InvalidRequest(f"These are no facts of the format {FORMAT}.")
        table: sa.Table | None = None
        page: list[dict[str, Any]] = []
        for line in lines:
            found = orjson.loads(line)
            if isinstance(found, list):
                if table is None:
                    raise InvalidRequest("Rows come before the name of their table.")
                page.append(self._row(table, found))
            if page and (isinstance(found, dict) or len(page) == PAGE):
                yield self._table(table), page
                page = []
            if isinstance(found, dict) and "table" in found:
                table = self._require_table(found)
            elif isinstance(found, dict):
                self._require_whole(found)
                return
        raise InvalidRequest("The end is missing: these are not all facts.")

    def _table(self, table: sa.Table | None) -> sa.Table:
        assert table is not None, "a row never comes before its table"
        return table

    def _row(self, table: sa.Table, values: Sequence[Any]) -> dict[str, Any]:
        self.total += 1
        names = self._archive.columns_of(table)
        row = {name: _in(table.c[name], value) for name, value in zip(names, values, strict=True)}
        return self._archive.fresh(table, row)

    def _require_table(self, head: Mapping[str, Any]) -> sa.Table:
        table = self._tables.get(head["table"])
        if table is None or head["columns"] != self._archive.columns_of(table):
            raise InvalidRequest(f"{head['table']} is another table here. Import with the program that exported.")
        return table

    def _require_whole(self, tail: Mapping[str, Any]) -> None:
        if tail != {"rows": self.total}:
            raise InvalidRequest(f"{self.total} rows came, not what the end says: {tail}.")


def _out(value: Any) -> Any:  # noqa: ANN401  a column's value
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _in(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401  a column's value
    return b64decode(value) if isinstance(column.type, sa.LargeBinary) and value is not None else value
