"""The log's tree as it is stored: tiles of 256 hashes, so that a million leaves are about 4,000 rows.

Tile n of level L holds the roots of the complete subtrees of 256^L leaves from number 256·n on (level 0: the leaves),
as C2SP's tlog-tiles. The last tile of each level is rewritten as it grows; a full one never changes.
"""

from collections import OrderedDict
from collections.abc import Sequence

import sqlalchemy as sa

from engage.ledger.tree import EMPTY_HEAD, audit_spans, consistency_spans, node_hash, root_of, split

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32
FULL = WIDTH * HASH
CACHED_TILES = 1_024

READ_TILE = sa.text("SELECT hashes FROM log_tile WHERE level = :level AND n = :n")
READ_LAST_TILE = sa.text("SELECT n, length(hashes) FROM log_tile WHERE level = 0 ORDER BY n DESC LIMIT 1")
WRITE_TILE = sa.text(
    "INSERT INTO log_tile (level, n, hashes) VALUES (:level, :n, :hashes) "
    "ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes"
)


class TileFault(Exception):  # noqa: N818  a verdict on what is stored
    """The stored tiles do not fit together, or do not reach as far as was asked."""


class TileCache:
    """The full tiles that were read last, at most 1,024 (8 MiB); shared by all trees of a process."""

    def __init__(self, limit: int = CACHED_TILES) -> None:
        self._limit = limit
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def find(self, level: int, n: int) -> bytes | None:
        """The tile, if it was kept."""
        tile = self._tiles.get((level, n))
        if tile is not None:
            self._tiles.move_to_end((level, n))
        return tile

    def keep(self, level: int, n: int, hashes: bytes) -> None:
        """Remember a full tile and forget the one that was not asked for longest."""
        self._tiles[level, n] = hashes
        if len(self._tiles) > self._limit:
            self._tiles.popitem(last=False)


class LogTree:
    """The sealed part of the log as a tree, read through one connection: O(log n) tiles for a head or a path."""

    def __init__(self, connection: sa.Connection, cache: TileCache | None = None) -> None:
        self._connection = connection
        self._cache = TileCache() if cache is None else cache
        self._partial: dict[tuple[int, int], bytes] = {}

    def size(self) -> int:
        """How many leaves there are."""
        return stored_size(self._connection)

    def leaf(self, index: int) -> bytes:
        """The hash of leaf `index`. TileFault if it is not there yet."""
        return self._root(index, index + 1)

    def head(self, size: int) -> bytes:
        """The head of the first `size` leaves."""
        return self._root(0, size) if size else EMPTY_HEAD

    def audit_path(self, index: int, size: int) -> list[bytes]:
        """The audit path of leaf `index` in the tree of `size` leaves, from the leaf up (RFC 6962 §2.1.1)."""
        assert 0 <= index < size, "callers check the range"
        return [self._root(start, end) for start, end in audit_spans(index, size)]

    def consistency_path(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` leaves begins with that of `old`, 0 < old ≤ new (RFC 6962 §2.1.2)."""
        assert 0 < old <= new, "callers check the range"
        return [self._root(start, end) for start, end in consistency_spans(old, new)]

    def _root(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1):
            middle = start + split(size)
            return node_hash(self._root(start, middle), self._root(middle, end))
        level, height = divmod(size.bit_length() - 1, HEIGHT)
        n, offset = divmod(start >> level * HEIGHT, WIDTH)
        hashes = split_hashes(self._tile(level, n)[offset * HASH : (offset + (1 << height)) * HASH])
        if len(hashes) != 1 << height:
            message = f"tile {n} of level {level} does not reach leaf {end - 1}"
            raise TileFault(message)
        return root_of(hashes)

    def _tile(self, level: int, n: int) -> bytes:
        tile = self._partial.get((level, n)) or self._cache.find(level, n)
        if tile is None:
            tile = read_tile(self._connection, level, n)
            if len(tile) == FULL:
                self._cache.keep(level, n, tile)
            else:
                self._partial[level, n] = tile
        return tile


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes that stand one after the other in a tile."""
    return [data[i : i + HASH] for i in range(0, len(data), HASH)]


def read_tile(connection: sa.Connection, level: int, n: int) -> bytes:
    """A tile as it is stored; empty if it is not there."""
    tile = connection.execute(READ_TILE, {"level": level, "n": n}).scalar()
    return b"" if tile is None else bytes(tile)


def stored_size(connection: sa.Connection) -> int:
    """How many leaves are stored."""
    last = connection.execute(READ_LAST_TILE).first()
    return 0 if last is None else int(last[0]) * WIDTH + int(last[1]) // HASH


def extend(connection: sa.Connection, size: int, leaves: Sequence[bytes]) -> None:
    """Append leaves to a tree of `size` leaves.

    The last tile of each level grows, and a tile that is full goes up a level. TileFault if the stored tiles are not
    those of a tree of this size.
    """
    level, first, hashes = 0, size, list(leaves)
    while hashes:
        n, filled = divmod(first, WIDTH)
        stored = read_tile(connection, level, n)
        if len(stored) != filled * HASH:
            message = f"tile {n} of level {level} holds {len(stored) // HASH} hashes, not {filled}"
            raise TileFault(message)
        hashes = _write_row(connection, level, n, stored + b"".join(hashes))
        level, first = level + 1, n


def _write_row(connection: sa.Connection, level: int, n: int, data: bytes) -> list[bytes]:
    """Write consecutive tiles from tile `n` on; the roots of those that are full now."""
    tiles = [data[i : i + FULL] for i in range(0, len(data), FULL)]
    connection.execute(WRITE_TILE, [{"level": level, "n": n + i, "hashes": tile} for i, tile in enumerate(tiles)])
    return [root_of(split_hashes(tile)) for tile in tiles if len(tile) == FULL]
