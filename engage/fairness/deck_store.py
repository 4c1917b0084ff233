"""Decks at rest: commitment and root in the open, seed and cards sealed; the tree's nodes tell nothing of the cards.

A deck is stored in short transactions, its seed first: whatever cuts the storing short, the same deck is built again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import gevent
import orjson
import sqlalchemy as sa

from engage.fairness.deck import HASH_BYTES, SEED_BYTES, BuiltDeck, Counts, OpenDeck, deck_key, node_count
from engage.fairness.tables import deck as deck_table
from engage.fairness.tables import deck_part
from engage.kernel.entropy import random_bytes
from engage.kernel.sealing import Sealer
from engage.storage.work import Work
from engage.storage.writer import Writer

DECK_SEED_PURPOSE = "deck seed"
CARDS_PURPOSE = "deck cards"
PART_BYTES = 2 * 1024 * 1024
GIVE_WAY_SECONDS = 0.05

Build: TypeAlias = Callable[[str, Counts, bytes], BuiltDeck]


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck as it is stored. Its counts and hashes (hex) are public."""

    id: str
    game: str
    n: int
    counts: tuple[tuple[str, int], ...]
    seed_commitment: str
    root: str
    sealed_seed: bytes
    built_at: int


def find_deck(connection: sa.Connection, game: str) -> Deck | None:
    """The deck of a game, whether or not all of it is stored yet."""
    row = connection.execute(sa.select(deck_table).where(deck_table.c.game == game)).one_or_none()
    if row is None:
        return None
    counts = tuple((prize, k) for prize, k in orjson.loads(row.counts))
    return Deck(row.id, row.game, row.n, counts, row.seed_commitment, row.root, row.sealed_seed, row.built_at)


def open_deck_seed(sealer: Sealer, deck: Deck) -> bytes:
    """The seed of a deck: for its cards, and for everybody once its game is over."""
    return sealer.open(deck.sealed_seed, DECK_SEED_PURPOSE)


def read_deck(connection: sa.Connection, game: str) -> Deck:
    """The deck of a deck game that was published."""
    deck = find_deck(connection, game)
    assert deck is not None, "a deck is stored before its game is published"
    return deck


def load_deck(connection: sa.Connection, sealer: Sealer, game: str) -> OpenDeck:
    """The cards of a deck game that was published; takes 65 bytes of memory a card."""
    deck = read_deck(connection, game)
    query = sa.select(deck_part.c.part, deck_part.c.data).where(deck_part.c.deck == deck.id).order_by(deck_part.c.n)
    parts: dict[str, list[bytes]] = {"cards": [], "nodes": []}
    for part, data in connection.execute(query):
        parts[part].append(data)
    cards = b"".join(sealer.open(data, CARDS_PURPOSE) for data in parts["cards"])
    key = deck_key(deck.id, deck.counts, sealer.open(deck.sealed_seed, DECK_SEED_PURPOSE))
    return OpenDeck(deck.counts, cards, b"".join(parts["nodes"]), key)


def seal_deck(  # noqa: PLR0913  what it is made of and where it goes
    writer: Writer, reader: sa.Engine, sealer: Sealer, game: str, deck_id: str, counts: Counts, build: Build
) -> Deck:
    """Make a game's deck and store it, unless that was done; what was begun is finished. Its counts may be older ones.

    `build` makes a deck from its id, its counts and a seed of 32 bytes.
    """
    with reader.connect() as connection:
        deck = find_deck(connection, game)
        if deck is not None and (deck.counts != _as_stored(counts) or _is_whole(connection, deck)):
            return deck
    seed = random_bytes(SEED_BYTES) if deck is None else sealer.open(deck.sealed_seed, DECK_SEED_PURPOSE)
    built = build(deck_id, counts, seed)
    if deck is None:
        sealed_seed = sealer.seal(seed, DECK_SEED_PURPOSE)
        writer.run(lambda work: _insert_deck(work, game, built, sealed_seed))
    for part, n, data in _parts(built, sealer):
        writer.run(partial(_insert_part, deck=deck_id, part=part, n=n, data=data))
        # A server that waits for the file's lock asks for it now and then: without a break it would not get it.
        gevent.sleep(GIVE_WAY_SECONDS)
    with reader.connect() as connection:
        return read_deck(connection, game)


def _insert_deck(work: Work, game: str, built: BuiltDeck, sealed_seed: bytes) -> None:
    work.connection.execute(
        sa.insert(deck_table).values(
            id=built.deck,
            game=game,
            n=built.n,
            counts=orjson.dumps(built.counts).decode(),
            seed_commitment=built.seed_commitment.hex(),
            root=built.root.hex(),
            sealed_seed=sealed_seed,
            built_at=work.now_ms,
        )
    )
    work.append("deck.sealed", f"deck:{built.deck}", orjson.dumps({"root": built.root.hex()}).decode(), game=game)


def _insert_part(work: Work, deck: str, part: str, n: int, data: bytes) -> None:
    """Insert one part, unless an attempt before this one did."""
    here = (deck_part.c.deck == deck, deck_part.c.part == part, deck_part.c.n == n)
    if work.connection.execute(sa.select(deck_part.c.n).where(*here)).one_or_none() is None:
        work.connection.execute(sa.insert(deck_part).values(deck=deck, part=part, n=n, data=data))


def _parts(built: BuiltDeck, sealer: Sealer) -> Iterator[tuple[str, int, bytes]]:
    yield "cards", 0, sealer.seal(built.cards, CARDS_PURPOSE)
    for n, start in enumerate(range(0, len(built.nodes), PART_BYTES)):
        yield "nodes", n, built.nodes[start : start + PART_BYTES]


def _is_whole(connection: sa.Connection, deck: Deck) -> bool:
    size = sa.func.sum(sa.func.length(deck_part.c.data))
    query = sa.select(deck_part.c.part, size).where(deck_part.c.deck == deck.id).group_by(deck_part.c.part)
    stored = {part: int(total) for part, total in connection.execute(query)}
    return "cards" in stored and stored.get("nodes") == HASH_BYTES * node_count(deck.n)


def _as_stored(counts: Counts) -> tuple[tuple[str, int], ...]:
    return tuple((prize, k) for prize, k in counts)
