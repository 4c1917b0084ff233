"""Receipts as the readers of the log need them: read back out of the answers that were given."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from games.receipts import canonical_receipt, receipt_leaf
from games.tables import play

PREFIX = "play:"

ANSWERS = sa.select(play.c.id, play.c.answer).where(play.c.id.in_(sa.bindparam("plays", expanding=True)))


def read_receipts(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The receipts, seal included, of those subjects that are plays, by subject."""
    plays = [subject.removeprefix(PREFIX) for subject in subjects if subject.startswith(PREFIX)]
    if not plays:
        return {}
    rows = connection.execute(ANSWERS, {"plays": plays})
    return {PREFIX + play_id: orjson.loads(answer)["receipt"] for play_id, answer in rows}


def read_receipt_hashes(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, str]:
    """The leaf hash (hex) of each play's receipt without its seal, by subject: what the seal of the log covers."""
    return {
        subject: receipt_leaf(canonical_receipt({key: value for key, value in receipt.items() if key != "seal"})).hex()
        for subject, receipt in read_receipts(connection, subjects).items()
    }
