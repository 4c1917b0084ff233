"""The stored tree: whatever the steps it grew in, it has the heads and paths of RFC 6962."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from engage.ledger import LogTree, TileCache
from engage.ledger.tiles import FULL, TileFault, extend, read_tile, split_hashes, stored_size
from engage.ledger.tree import EMPTY_HEAD, Frontier, audit_spans, consistency_spans
from engage.storage.work import Work
from tests.support.log import Log, open_log

MANY = 66_000
LEAVES = [sha256(i.to_bytes(4)).digest() for i in range(MANY)]
STEPS = (1, 254, 1, 1, 255, 512, 3_000)


@pytest.fixture
def log(migrated_url: str) -> Iterator[Log]:
    with open_log(migrated_url) as opened:
        yield opened


def grow(log: Log, to: int, step: int = 4_096) -> None:
    """Append the leaves up to a size."""

    def append(work: Work) -> int:
        size = stored_size(work.connection)
        extend(work.connection, size, LEAVES[size : min(size + step, to)])
        return stored_size(work.connection)

    while log.writer.run(append) < to:
        continue


def head_of(start: int, end: int) -> bytes:
    """The head over a range of leaves, without tiles."""
    frontier = Frontier()
    for leaf in LEAVES[start:end]:
        frontier.append(leaf)
    return frontier.head()


def test_a_tree_of_nothing_has_the_empty_head(log: Log) -> None:
    with log.reader.connect() as connection:
        tree = LogTree(connection)
        assert (tree.size(), tree.head(0)) == (0, EMPTY_HEAD)


def test_a_tree_that_grew_in_any_steps_has_every_head_and_path_of_the_whole(log: Log) -> None:
    size = 0
    for step in STEPS:
        size += step
        grow(log, size, step)
        with log.reader.connect() as connection:
            tree = LogTree(connection)
            assert tree.size() == size
            assert tree.head(size) == head_of(0, size)
            for old in {1, size // 3 or 1, size - 1 or 1, size}:
                assert tree.head(old) == head_of(0, old)
                assert tree.consistency_path(old, size) == [head_of(*span) for span in consistency_spans(old, size)]
            for index in {0, size // 3, size - 1}:
                assert tree.leaf(index) == LEAVES[index]
                assert tree.audit_path(index, size) == [head_of(*span) for span in audit_spans(index, size)]


def test_a_tile_of_a_level_is_made_of_the_full_tiles_below(log: Log) -> None:
    grow(log, MANY)
    with log.reader.connect() as connection:
        sizes = {level: len(read_tile(connection, level, 0)) // 32 for level in range(4)}
        assert sizes == {0: 256, 1: 256, 2: 1, 3: 0}
        assert split_hashes(read_tile(connection, 1, 1)) == [head_of(256 * i, 256 * i + 256) for i in (256,)]
        assert read_tile(connection, 2, 0) == head_of(0, 65_536)
        assert LogTree(connection).head(MANY) == head_of(0, MANY)


def test_a_path_through_many_leaves_reads_few_tiles(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(log, MANY)
    read: list[tuple[int, int]] = []

    def count(connection: object, level: int, n: int) -> bytes:
        read.append((level, n))
        return read_tile(connection, level, n)  # type: ignore[arg-type]  # the connection is passed on

    monkeypatch.setattr("engage.ledger.tiles.read_tile", count)
    cache = TileCache()
    with log.reader.connect() as connection:
        LogTree(connection, cache).audit_path(31_337, MANY)
        assert len(read) <= 6
        read.clear()
        LogTree(connection, cache).audit_path(31_337, MANY)
        assert len(read) <= 3, "full tiles are kept, only the growing ones are read again"


def test_a_cache_forgets_the_tile_that_was_not_asked_for_longest() -> None:
    cache = TileCache(limit=2)
    cache.keep(0, 0, b"a")
    cache.keep(0, 1, b"b")
    assert cache.find(0, 0) == b"a"
    cache.keep(0, 2, b"c")
    assert (cache.find(0, 0), cache.find(0, 1), cache.find(0, 2)) == (b"a", None, b"c")


def test_a_tree_is_not_extended_where_it_does_not_end(log: Log) -> None:
    grow(log, 300)
    with pytest.raises(TileFault):
        log.writer.run(lambda work: extend(work.connection, 299, LEAVES[299:310]))
    with log.reader.connect() as connection:
        assert stored_size(connection) == 300
        assert len(read_tile(connection, 0, 0)) == FULL


def test_a_leaf_that_is_not_there_yet_is_a_fault(log: Log) -> None:
    grow(log, 3)
    with log.reader.connect() as connection, pytest.raises(TileFault):
        LogTree(connection).leaf(3)
