"""The seal over the whole log: every event is a leaf of one tree, and its head is signed as it grows.

Whoever keeps a checkpoint can ask later for the proof that the log of then is the beginning of the log of now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engage.events import LoggedEvent
from engage.kernel.canonical import canonical
from engage.kernel.clock import render_ms
from engage.ledger.leaves import ReadReceiptHashes, leaf_hashes
from engage.ledger.tables import checkpoint
from engage.ledger.tiles import LogTree, TileFault, extend, stored_size
from engage.storage.work import Work

LABEL = "engage checkpoint"

READ_LAST = sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
READ_BY_SIZE = sa.select(checkpoint).where(checkpoint.c.size == sa.bindparam("size"))
RECORD = sa.text(
    "INSERT INTO checkpoint (size, head, recorded_at, signature) VALUES (:size, :head, :recorded_at, :signature) "
    "ON CONFLICT (size) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head: of how many leaves, hex, when (milliseconds since 1970), and the signature in base64url."""

    size: int
    head: str
    recorded_at: int
    signature: str


def checkpoint_payload(origin: str, size: int, head: str, recorded_at: int) -> bytes:
    """What a checkpoint's signature covers, after the tag "engage checkpoint": JCS({origin, size, head, time})."""
    return canonical({"origin": origin, "size": size, "head": head, "time": render_ms(recorded_at)})


def find_checkpoint(connection: sa.Connection, size: int | None = None) -> Checkpoint | None:
    """The checkpoint of exactly this size, or the last one."""
    statement = READ_LAST if size is None else READ_BY_SIZE
    row = connection.execute(statement, {} if size is None else {"size": size}).first()
    return None if row is None else Checkpoint(*row)


class LogSeal:
    """Appends leaves and signs heads.

    `read_receipt_hashes` gives the receipt hashes (hex) of those subjects that have a receipt, `origin` the log's name,
    `sign` the signature of a payload under a label, in base64url.
    """

    def __init__(
        self, read_receipt_hashes: ReadReceiptHashes, origin: Callable[[], str], sign: Callable[[str, bytes], str]
    ) -> None:
        self._read_receipt_hashes, self._origin, self._sign = read_receipt_hashes, origin, sign

    def append(self, work: Work, events: Sequence[LoggedEvent]) -> None:
        """Add the leaves of the next events of the log: the handler of the subscriber "seal".

        TileFault if the tree does not end right before the first of them.
        """
        connection = work.connection
        size = stored_size(connection)
        if size != events[0].position - 1:
            message = f"the tree has {size} leaves, but the next event is number {events[0].position}"
            raise TileFault(message)
        extend(connection, size, leaf_hashes(connection, events, self._read_receipt_hashes))

    def sign_head(self, work: Work) -> int | None:
        """Sign the head of what is sealed, if that is more than the last checkpoint covers: the size signed, or None.

        A checkpoint appends no event, or the log would grow by being looked at.
        """
        connection = work.connection
        size, last = stored_size(connection), find_checkpoint(connection)
        if size <= (0 if last is None else last.size):
            return None
        head = LogTree(connection).head(size).hex()
        signature = self._sign(LABEL, checkpoint_payload(self._origin(), size, head, work.now_ms))
        connection.execute(RECORD, {"size": size, "head": head, "recorded_at": work.now_ms, "signature": signature})
        return size
