"""Tables of the hot path: rows as plain objects, and each statement written once, beside its table, for both drivers.

A batch reads with one statement a table and writes with one statement a table: SQLite through `json_each` and
`executemany`, PostgreSQL through `unnest` arrays in a pipeline.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

_PG = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialect factories are untyped

RESERVED = frozenset({"grant"})

Key: TypeAlias = Hashable
R = TypeVar("R")


class Hot(Generic[R]):
    """One table of the hot path.

    `row` is a slotted dataclass whose fields are the table's columns in order; `updates` are the columns that may
    change after the insert (empty for facts).
    """

    def __init__(self, table: sa.Table, row: type[R], updates: tuple[str, ...] = ()) -> None:
        names = tuple(column.name for column in table.columns)
        if names != tuple(field.name for field in fields(row)):  # type: ignore[arg-type]  # rows are dataclasses
            message = f"{row.__name__} does not have the columns of {table.name} in their order"
            raise TypeError(message)
        self.table, self.row, self.name, self.columns = table, row, table.name, names
        quoted = tuple(f'"{name}"' if name in RESERVED else name for name in names)
        self.updates = updates
        self.primary = tuple(column.name for column in table.primary_key.columns)
        self.values: Callable[[R], tuple[Any, ...]] = attrgetter(*names)
        self.key: Callable[[R], Key] = attrgetter(*self.primary)
        self.changes: Callable[[R], tuple[Any, ...]] = attrgetter(*updates, *self.primary)
        self.types = tuple(self.postgres_type(name) for name in names)
        self.changed_types = tuple(self.postgres_type(name) for name in updates + self.primary)
        self._write_statements(quoted)

    def _write_statements(self, quoted: tuple[str, ...]) -> None:
        columns = ", ".join(quoted)
        marks = ", ".join("?" * len(self.columns))
        self.sqlite_insert = f"INSERT INTO {self.name} ({columns}) VALUES ({marks})"
        self.postgres_insert = f"INSERT INTO {self.name} ({columns}) SELECT * FROM unnest({_arrays(self.types)})"
        if not self.updates:
            return
        keys = " AND ".join(f"{name} = ?" for name in self.primary)
        self.sqlite_update = f"UPDATE {self.name} SET {', '.join(f'{name} = ?' for name in self.updates)} WHERE {keys}"
        self.postgres_update = (
            f"UPDATE {self.name} AS t SET {', '.join(f'{name} = u.{name}' for name in self.updates)} "
            f"FROM unnest({_arrays(self.changed_types)}) AS u({', '.join(self.updates + self.primary)}) "
            f"WHERE {' AND '.join(f't.{name} = u.{name}' for name in self.primary)}"
        )

    def postgres_type(self, name: str) -> str:
        """The PostgreSQL type of a column."""
        return str(self.table.columns[name].type.compile(dialect=_PG)).lower()


def _arrays(types: tuple[str, ...]) -> str:
    return ", ".join(f"%b::{name}[]" for name in types)


@dataclass(frozen=True)
class Lock:
    """Where a table stands in the one global order of locks: lower first."""

    rank: int


class Load(Generic[R]):
    """One way to find rows of a hot table: by which columns, locked or not, one row a key or many.

    `where` and `order` are fixed SQL; the table is named `t` in them.
    """

    def __init__(  # noqa: PLR0913  a statement has these parts
        self,
        hot: Hot[R],
        by: tuple[str, ...],
        *,
        lock: Lock | None = None,
        many: bool = False,
        where: str = "",
        order: str = "",
    ) -> None:
        self.hot, self.by, self.lock, self.many = hot, by, lock, many
        self.key: Callable[[R], Key] = attrgetter(*by)
        self.types = tuple(hot.postgres_type(name) for name in by)
        columns = ", ".join(f"t.{name}" for name in hot.columns)
        filters = f" AND {where}" if where else ""
        ordering = f" ORDER BY {order}" if order else ""
        self.sqlite = f"SELECT {columns} FROM {self._sqlite_source()}{filters}{ordering}"
        tail = f" ORDER BY {', '.join(f't.{n}' for n in by)} FOR NO KEY UPDATE OF t" if lock else ordering
        self.postgres = f"SELECT {columns} FROM {self._postgres_source()}{filters}{tail}".encode()

    def _sqlite_source(self) -> str:
        if len(self.by) == 1:
            return f"{self.hot.name} AS t WHERE t.{self.by[0]} IN (SELECT value FROM json_each(?))"
        parts = (f"t.{name} = json_extract(j.value, '$[{i}]')" for i, name in enumerate(self.by))
        return f"json_each(?) AS j CROSS JOIN {self.hot.name} AS t WHERE {' AND '.join(parts)}"

    def _postgres_source(self) -> str:
        if len(self.by) == 1:
            return f"{self.hot.name} AS t WHERE t.{self.by[0]} = ANY(%b::{self.types[0]}[])"
        parts = (f"t.{name} = u.{name}" for name in self.by)
        columns = ", ".join(self.by)
        return f"unnest({_arrays(self.types)}) AS u({columns}) JOIN {self.hot.name} AS t ON {' AND '.join(parts)}"


class Needs:
    """The rows that a batch asks for: sets of keys for each way to load."""

    def __init__(self) -> None:
        self.keys: dict[Load[Any], set[Any]] = {}

    def add(self, load: Load[Any], key: Key) -> None:
        """Ask for the row or rows with this key."""
        self.keys.setdefault(load, set()).add(key)

    def in_lock_order(self) -> list[tuple[Load[Any], list[Any]]]:
        """Locking loads by rank first, each with its keys sorted, then the others."""
        return sorted(
            ((load, sorted(keys)) for load, keys in self.keys.items()),
            key=lambda item: item[0].lock.rank if item[0].lock else 99,
        )
