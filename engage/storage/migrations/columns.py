"""Columns as the steps write them down."""

from collections.abc import Iterator

import sqlalchemy as sa

TYPES = {"bigint": sa.BigInteger, "text": sa.Text, "bytes": sa.LargeBinary}


def columns(spec: str) -> Iterator[sa.Column[object]]:
    """The columns of a table, each `name type`, or `name type null` if it may be empty."""
    for name, kind, *null in map(str.split, spec.split(", ")):
        yield sa.Column(name, TYPES[kind](), nullable=bool(null), autoincrement=False)
