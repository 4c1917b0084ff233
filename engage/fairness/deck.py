"""Sealed decks, `deck/1`: building one, drawing cards from it, and the shelf that tells which card is next. Pure.

The rules are the published ones, step by step as the verifier checks them; here the same steps are made fast enough
for 1,000,000 cards: HMACs are two plain hashes behind pads made once, and a path is cut out of the packed tree.
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from engage.fairness import verifier
from engage.fairness.verifier import lp, tag

MAX_CARDS = 1_000_000
MAX_KINDS = 255
"""A card is one byte: its place in the counts."""
SEED_BYTES = HASH_BYTES = 32

_BLOCK_BYTES = 64
_PAIR_BYTES = 2 * HASH_BYTES
_ALL_WORDS = 1 << 64
_U32 = struct.Struct(">I")
_FOUR_WORDS = struct.Struct(">4Q")
_LENGTH_OF_U32 = _U32.pack(4)
_LENGTH_OF_SALT = _U32.pack(HASH_BYTES)

Counts = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class BuiltDeck:
    """A deck as it is sealed and stored.

    `cards`: one byte a serial, the place of its prize in `counts`; secret until the close. `nodes`: the hashes of the
    tree, level by level from the leaves to the root, 32 bytes each; a node without a sibling stands in the level
    above once more. The nodes tell nothing of the cards, since each leaf holds a secret salt.
    """

    deck: str
    n: int
    counts: tuple[tuple[str, int], ...]
    seed_commitment: bytes
    root: bytes
    cards: bytes = field(repr=False)
    nodes: bytes = field(repr=False)


class Card(NamedTuple):
    """What a serial holds, and the audit path from its leaf up to the root."""

    prize: str
    salt: bytes
    path: list[bytes]


def require_deck(deck: str, counts: Counts, seed: bytes) -> None:
    """ValueError unless this can be a deck.

    Checked in this order: an id; 1 … 255 kinds of cards; of each kind at least one, of no prize twice; at most
    1,000,000 cards in all; a seed of 32 bytes.
    """
    if not deck:
        raise ValueError("a deck has an id")
    if not 1 <= len(counts) <= MAX_KINDS:
        raise ValueError(f"a deck has 1 to {MAX_KINDS} kinds of cards, not {len(counts)}")
    if min(k for _, k in counts) < 1 or len({prize for prize, _ in counts}) < len(counts):
        raise ValueError("each prize of a deck is listed once, with the number of its cards")
    if size_of(counts) > MAX_CARDS:
        raise ValueError(f"a deck has at most {MAX_CARDS} cards, not {size_of(counts)}")
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a deck's seed has {SEED_BYTES} bytes")


def size_of(counts: Counts) -> int:
    """N: the number of cards."""
    return sum(k for _, k in counts)


def seed_commitment(deck: str, counts: Counts, seed: bytes) -> bytes:
    """Cd: what is published of a deck's seed before the first sale."""
    return verifier.deck_commitment(deck, verifier.deck_rules_hash(deck, counts, size_of(counts)), seed)


def deck_key(deck: str, counts: Counts, seed: bytes) -> bytes:
    """K: what a deck's order and salts are made from; as secret as its seed."""
    return verifier.deck_key(verifier.deck_rules_hash(deck, counts, size_of(counts)), seed)


def build_deck(deck: str, counts: Counts, seed: bytes) -> BuiltDeck:
    """Shuffle, salt and seal a deck. Takes about 4 µs and 130 bytes of memory a card. ValueError as `require_deck`."""
    cards, levels = deal(deck, counts, seed)
    return assemble(deck, counts, seed, cards, b"".join(levels))


def deal(deck: str, counts: Counts, seed: bytes) -> tuple[bytes, Iterator[bytearray]]:
    """The shuffled cards, and the levels of the tree one after another: for who writes each before asking for the next.

    ValueError as `require_deck`.
    """
    require_deck(deck, counts, seed)
    key = deck_key(deck, counts, seed)
    cards = bytearray()
    for kind, (_, k) in enumerate(counts):
        cards += bytes([kind]) * k
    shuffle(cards, _words(key, deck))
    return bytes(cards), _tree(_leaves(deck, counts, bytes(cards), key))


def assemble(deck: str, counts: Counts, seed: bytes, cards: bytes, nodes: bytes) -> BuiltDeck:
    """The deck whose cards and nodes were dealt from this seed."""
    published = tuple((prize, k) for prize, k in counts)
    commitment = seed_commitment(deck, counts, seed)
    return BuiltDeck(deck, len(cards), published, commitment, nodes[-HASH_BYTES:], cards, nodes)


def shuffle(cards: bytearray, words: Iterator[int]) -> None:
    """Fisher–Yates in place: for i = N − 1 … 1 swap card i with card j = below(words, i + 1).

    Only a word of the last N below 2^64 can lie above the greatest multiple of i + 1, so only there is it looked up.
    """
    sure = _ALL_WORDS - len(cards)
    for i in range(len(cards) - 1, 0, -1):
        word = next(words)
        if word >= sure:
            while word >= _ALL_WORDS - _ALL_WORDS % (i + 1):
                word = next(words)
        j = word % (i + 1)
        cards[i], cards[j] = cards[j], cards[i]


def node_count(n: int) -> int:
    """How many nodes the packed tree of n cards has."""
    return sum(size for _, size in _levels(n))


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """What HMAC-SHA256 puts before the message and before the inner hash, for a key of up to 64 bytes (RFC 2104 §2)."""
    block = key.ljust(_BLOCK_BYTES, b"\x00")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def _words(key: bytes, deck: str) -> Iterator[int]:
    """The stream words(K, "deck/1 shuffle", deck)."""
    inner, outer = _pads(key)
    inner += tag("deck/1 shuffle") + lp(deck.encode()) + _LENGTH_OF_U32
    for k in count():
        yield from _FOUR_WORDS.unpack(sha256(outer + sha256(inner + _U32.pack(k)).digest()).digest())


def _leaves(deck: str, counts: Counts, cards: bytes, key: bytes) -> Iterator[bytes]:
    """The leaves H(0x00 ‖ lp(deck, u32(i), prize_i, salt_i)) in order of i."""
    inner, outer = _pads(key)
    inner += tag("deck/1 salt")
    head = b"\x00" + lp(deck.encode()) + _LENGTH_OF_U32
    middles = [lp(prize.encode()) + _LENGTH_OF_SALT for prize, _ in counts]
    pack = _U32.pack
    for i, card in enumerate(cards):
        serial = pack(i)
        salt = sha256(outer + sha256(inner + serial).digest()).digest()
        yield sha256(head + serial + middles[card] + salt).digest()


def _tree(leaves: Iterator[bytes]) -> Iterator[bytearray]:
    """The levels of the RFC 6962 tree, from the leaves to the root."""
    level = bytearray()
    for leaf in leaves:
        level += leaf
    yield level
    while len(level) > HASH_BYTES:
        above = bytearray()
        for at in range(0, len(level) - HASH_BYTES, _PAIR_BYTES):
            above += sha256(b"\x01" + level[at : at + _PAIR_BYTES]).digest()
        if len(level) % _PAIR_BYTES:
            above += level[-HASH_BYTES:]
        level = above
        yield level


def _levels(n: int) -> Iterator[tuple[int, int]]:
    """For each level of the packed tree of n cards, from the leaves up: how many nodes come before it, and its size."""
    before, size = 0, n
    while size > 1:
        yield before, size
        before, size = before + size, (size + 1) // 2
    yield before, size


class OpenDeck:
    """A deck that is on sale: what a process keeps to hand out cards.

    Made from a BuiltDeck's `counts`, `cards` and `nodes` and from `deck_key`. Its memory is that of the nodes, 64
    bytes a card. ValueError if cards or nodes are not as many as the counts say.
    """

    def __init__(self, counts: Counts, cards: bytes, nodes: bytes, key: bytes) -> None:
        self.n = size_of(counts)
        if len(cards) != self.n or len(nodes) != HASH_BYTES * node_count(self.n):
            raise ValueError(f"a deck of {self.n} cards has {len(cards)} cards and {len(nodes)} bytes of nodes")
        self._prizes = [prize for prize, _ in counts]
        self._cards = cards
        self._nodes = nodes
        self._below_root = list(_levels(self.n))[:-1]
        inner, self._outer = _pads(key)
        self._inner = inner + tag("deck/1 salt")

    def card(self, serial: int) -> Card:
        """The card with this serial, 0 … n − 1, in a few microseconds. ValueError if there is none."""
        if not 0 <= serial < self.n:
            raise ValueError(f"no card {serial} in a deck of {self.n}")
        salt = sha256(self._outer + sha256(self._inner + _U32.pack(serial)).digest()).digest()
        return Card(self._prizes[self._cards[serial]], salt, self._path(serial))

    def _path(self, index: int) -> list[bytes]:
        nodes, path = self._nodes, []
        for before, size in self._below_root:
            sibling = index ^ 1
            if sibling < size:
                at = HASH_BYTES * (before + sibling)
                path.append(nodes[at : at + HASH_BYTES])
            index >>= 1
        return path


class Shelf:
    """Which cards of a deck are sold: finds the first unsold serial from any start, wrapping around.

    A union-find over the serials 0 … n − 1 and an end that is never sold: a set is a stretch of sold serials with the
    unsold one after them. Linked by rank with paths halved, so a sale takes O(log n) steps at worst and,
    amortised, the inverse of Ackermann's function (Tarjan and van Leeuwen 1984). 9 bytes a card.

    `left`: unsold cards. `seq`: the `game_seq` up to which sales are marked; kept by whoever marks them.
    """

    def __init__(self, n: int) -> None:
        self.left = n
        self.seq = 0
        self._end = n
        self._parent = array("I", range(n + 1))
        self._unsold = self._parent[:]
        self._rank = bytearray(n + 1)

    def take(self, start: int) -> int | None:
        """Sell the first unsold serial ≥ `start`, wrapping around, and return it; None if all are sold.

        ValueError if `start` is not 0 … n − 1.
        """
        self._require_serial(start)
        root = self._root(start)
        serial = self._unsold[root]
        if serial == self._end:
            root = self._root(0)
            serial = self._unsold[root]
            if serial == self._end:
                return None
        self._link(root, self._root(serial + 1))
        return serial

    def sell(self, serial: int) -> None:
        """Mark a serial as sold elsewhere. ValueError if it is not 0 … n − 1 or is sold already."""
        self._require_serial(serial)
        root = self._root(serial)
        if self._unsold[root] != serial:
            raise ValueError(f"card {serial} is sold already")
        self._link(root, self._root(serial + 1))

    def _require_serial(self, serial: int) -> None:
        if not 0 <= serial < self._end:
            raise ValueError(f"no card {serial} in a deck of {self._end}")

    def _root(self, serial: int) -> int:
        parent = self._parent
        while (above := parent[serial]) != serial:
            parent[serial] = serial = parent[above]
        return serial

    def _link(self, sold: int, after: int) -> None:
        """Join the set whose unsold serial was just sold with the set of the serial after it."""
        unsold, rank = self._unsold[after], self._rank
        if rank[sold] > rank[after]:
            sold, after = after, sold
        elif rank[sold] == rank[after]:
            rank[after] += 1
        self._parent[sold] = after
        self._unsold[after] = unsold
        self.left -= 1
