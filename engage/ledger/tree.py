"""Merkle trees as in RFC 6962 §2.1: which ranges of leaves a path is made of, and the root of a row of hashes. Pure."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]

EMPTY_HEAD = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of a row of 2^k hashes (k ≥ 0) of nodes of one height."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def split(size: int) -> int:
    """The greatest power of two less than `size` ≥ 2: where a tree of that size parts into left and right."""
    return 1 << (size - 1).bit_length() - 1


def audit_spans(index: int, size: int) -> list[Span]:
    """The ranges of leaves [start, end) whose roots are the audit path of leaf `index` < `size`, from the leaf up."""
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The ranges whose roots prove that a tree of `new` leaves begins with the tree of `old` leaves, 0 < old ≤ new."""
    spans: list[Span] = []
    start, end, is_whole = 0, new, True
    while end > old:
        middle = start + split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append((start, end))
    return spans[::-1]


class Frontier:
    """A tree that only grows, kept as the roots of its complete subtrees from left to right: its head at any moment."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf's hash."""
        position, root = self.size, leaf
        while position & 1:
            root = node_hash(self._roots.pop(), root)
            position >>= 1
        self._roots.append(root)
        self.size += 1

    def head(self) -> bytes:
        """The head of the leaves so far."""
        if not self._roots:
            return EMPTY_HEAD
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root
