"""Receipts as the readers of the log need them: read back out of the answers that were given."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from games.receipts import receipt_leaf
from games.tables import play

PREFIX = "play:"

RECEIPT, SEAL = '"receipt":', ',"seal":'
ANSWERS = sa.select(play.c.id, play.c.answer).where(play.c.id.in_(sa.bindparam("plays", expanding=True)))


def read_receipts(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The receipts, without their seals, of those subjects that are plays, by subject."""
    return {subject: orjson.loads(text) for subject, text in _read_texts(connection, subjects)}


def read_receipt_hashes(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, str]:
    """The leaf hash (hex) of each play's receipt without its seal, by subject: what the seal of the log covers."""
    return {subject: receipt_leaf(text.encode()).hex() for subject, text in _read_texts(connection, subjects)}


def _read_texts(connection: sa.Connection, subjects: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The canonical text of each receipt as it stands in its answer, up to its seal.

    Quotes are escaped inside JSON strings, so the two marks stand nowhere else.
    """
    plays = [subject.removeprefix(PREFIX) for subject in subjects if subject.startswith(PREFIX)]
    if not plays:
        return
    for play_id, answer in connection.execute(ANSWERS, {"plays": plays}).all():
        start = answer.index(RECEIPT) + len(RECEIPT)
        yield PREFIX + play_id, answer[start : answer.index(SEAL, start)] + "}"
