"""The tree again, from the facts alone: whether they are still what was sealed and signed (invariant I11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from engage.events import head, read_after
from engage.ledger.leaves import ReadReceiptHashes, leaf_hashes
from engage.ledger.seal import Checkpoint, checkpoint_payload
from engage.ledger.tables import checkpoint
from engage.ledger.tiles import FULL, HASH, WIDTH, read_tile, split_hashes, stored_size
from engage.ledger.tree import Frontier, root_of

MAX_TOLD = 100

COUNT_UNSEALED_CAUSES = sa.text(
    "SELECT count(*) FROM posting AS p LEFT JOIN event AS e ON e.subject = p.cause WHERE e.position IS NULL"
)


@dataclass
class Recomputed:
    """What was compared, and what did not agree: the first hundred in words, all in number."""

    leaves: int = 0
    tiles: int = 0
    checkpoints: int = 0
    unsealed: int = 0
    violations: list[str] = field(default_factory=list)
    violation_count: int = 0

    def tell(self, violation: str) -> None:
        """Note something that does not agree."""
        self.violation_count += 1
        if len(self.violations) < MAX_TOLD:
            self.violations.append(violation)


def recompute_heads(
    connection: sa.Connection,
    read_receipt_hashes: ReadReceiptHashes,
    origin: str,
    is_signed: Callable[[bytes, str], bool],
) -> Recomputed:
    """Compare every leaf, tile and signed head with what events, postings and receipts give now, 256 events at a time.

    `is_signed` says whether a payload carries this signature (base64url) by one of the deployment's keys. `unsealed`
    counts the events that the seal has not reached yet, which is no violation.
    """
    found = Recomputed()
    size, log_head = stored_size(connection), head(connection)
    found.unsealed = max(log_head - size, 0)
    if size > log_head:
        found.tell(f"{size} events are sealed, but the log has only {log_head}")
    signed = _Signed(connection, origin, is_signed, found)
    rows = _Tiles(connection, found)
    frontier = Frontier()
    for leaf in _leaves(connection, size, read_receipt_hashes, found):
        frontier.append(leaf)
        rows.append(leaf)
        signed.compare(frontier)
    rows.finish()
    signed.finish()
    found.leaves = frontier.size
    if strays := int(connection.execute(COUNT_UNSEALED_CAUSES).scalar_one()):
        found.tell(f"{strays} postings belong to no event, so no seal covers them")
    return found


def _leaves(
    connection: sa.Connection, size: int, read_receipt_hashes: ReadReceiptHashes, found: Recomputed
) -> Iterator[bytes]:
    """The leaf of every sealed event; ends where the log has a hole, since no leaf after it could be in its place."""
    for after in range(0, size, WIDTH):
        last = min(after + WIDTH, size)
        events = [event for event in read_after(connection, after, WIDTH) if event.position <= last]
        if len(events) != last - after:
            found.tell(f"events {after + 1} to {last}: {len(events)} are there")
            return
        stored = read_tile(connection, 0, after // WIDTH)
        for i, (event, leaf) in enumerate(
            zip(events, leaf_hashes(connection, events, read_receipt_hashes), strict=True)
        ):
            if leaf != stored[i * HASH : (i + 1) * HASH]:
                found.tell(f"event {event.position} ({event.subject}) is not what was sealed")
            yield leaf


class _Signed:
    """The checkpoints, compared as the tree reaches their size."""

    def __init__(
        self, connection: sa.Connection, origin: str, is_signed: Callable[[bytes, str], bool], found: Recomputed
    ) -> None:
        rows = connection.execute(sa.select(checkpoint).order_by(checkpoint.c.size.desc()))
        self._waiting = [Checkpoint(*row) for row in rows]
        self._origin, self._is_signed, self._found = origin, is_signed, found

    def compare(self, tree: Frontier) -> None:
        """Compare the checkpoint of the tree's present size, if there is one."""
        if not self._waiting or self._waiting[-1].size != tree.size:
            return
        known = self._waiting.pop()
        self._found.checkpoints += 1
        if known.head != tree.head().hex():
            self._found.tell(f"the facts do not have the head that was signed at size {known.size}")
        payload = checkpoint_payload(self._origin, known.size, known.head, known.recorded_at)
        if not self._is_signed(payload, known.signature):
            self._found.tell(f"the checkpoint of size {known.size} is not signed by this deployment")

    def finish(self) -> None:
        """Tell of checkpoints that reach beyond what is there."""
        for known in reversed(self._waiting):
            self._found.tell(f"the checkpoint of size {known.size} covers events that are not there")


class _Tiles:
    """The tiles above the leaves, rebuilt level by level; the leaves' own are compared one by one."""

    def __init__(self, connection: sa.Connection, found: Recomputed) -> None:
        self._connection, self._found = connection, found
        self._levels: list[tuple[int, bytearray]] = []

    def append(self, node: bytes, level: int = 0) -> None:
        """Add a hash to the last tile of a level; a tile that is full now is compared and goes up."""
        if level == len(self._levels):
            self._levels.append((0, bytearray()))
        n, hashes = self._levels[level]
        hashes += node
        if len(hashes) == FULL:
            self._compare(level, n, hashes)
            self._levels[level] = (n + 1, bytearray())
            self.append(root_of(split_hashes(bytes(hashes))), level + 1)

    def finish(self) -> None:
        """Compare the tiles that are not full."""
        for level, (n, hashes) in enumerate(self._levels):
            if hashes:
                self._compare(level, n, hashes)

    def _compare(self, level: int, n: int, hashes: bytearray) -> None:
        """A tile may have grown since: it must begin with what the facts give."""
        self._found.tiles += 1
        stored = read_tile(self._connection, level, n)
        if level and stored[: len(hashes)] != hashes:
            self._found.tell(f"tile {n} of level {level} is not what its {len(hashes) // HASH} subtrees give")
