"""Counters are derived: what the facts make of them, compared with what is stored, or stored anew.

One derivation serves both, so what is proven is what an import restores.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from engage.storage.snapshot import PAGE, stream


class Counted(NamedTuple):
    """One row's counters, in the order of their names: as stored (None: the row is missing), and as the facts say."""

    key: tuple[Any, ...]
    stored: tuple[Any, ...] | None
    derived: tuple[Any, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing has to be said about it."""
        return self.stored == self.derived


@dataclass(frozen=True)
class Counters:
    """The columns of a table that follow from the facts.

    `derive` gives every row that is there or should be; `fresh` what they are in a row, given by its other columns, to
    which nothing has happened yet. Those others are settings, or terms under which the row came into being.
    """

    table: sa.Table
    names: tuple[str, ...]
    derive: Callable[[sa.Connection], Iterator[Counted]]
    fresh: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(column.name for column in self.table.primary_key.columns)


def derive_by(statement: str, keys: int = 1) -> Callable[[sa.Connection], Iterator[Counted]]:
    """Derive by a statement whose columns are the key, the stored counters and the derived ones."""
    query = sa.text(statement)

    def derive(connection: sa.Connection) -> Iterator[Counted]:
        for row in stream(connection, query):
            middle = keys + (len(row) - keys) // 2
            stored = tuple(row[keys:middle])
            is_missing = all(value is None for value in stored)
            yield Counted(tuple(row[:keys]), None if is_missing else stored, tuple(row[middle:]))

    return derive


def always(*values: Any) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:  # noqa: ANN401  columns' values
    """The same counters for every fresh row."""
    return lambda _row: values


def describe(counters: Counters, counted: Counted) -> str:
    """What does not agree, in words."""
    if counted.stored is None:
        return f"there is no row in {counters.table.name}, though the facts ask for one"
    return "; ".join(
        f"{counters.table.name}.{name} is {stored!r}, the facts say {derived!r}"
        for name, stored, derived in zip(counters.names, counted.stored, counted.derived, strict=True)
        if stored != derived
    )


def recount(connection: sa.Connection, counters: Counters) -> None:
    """Store what the facts say. LookupError if they speak of a row that is not there."""
    update = (
        sa.update(counters.table)
        .where(*(counters.table.c[name] == sa.bindparam(f"key_{name}") for name in counters.key))
        .values({name: sa.bindparam(f"new_{name}") for name in counters.names})
    )
    wrong: list[dict[str, Any]] = []
    missing: list[str] = []
    for counted in counters.derive(connection):
        if counted.stored is None:
            missing = missing or [f"{counted.key}: {describe(counters, counted)}"]
        elif not counted.agrees:
            keys = {f"key_{name}": value for name, value in zip(counters.key, counted.key, strict=True)}
            values = {f"new_{name}": value for name, value in zip(counters.names, counted.derived, strict=True)}
            wrong.append(keys | values)
        if len(wrong) == PAGE:
            connection.execute(update, wrong)
            wrong = []
    if wrong:
        connection.execute(update, wrong)
    if missing:
        raise LookupError(missing[0])
