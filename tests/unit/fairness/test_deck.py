"""Sealed decks against the published vectors, and against what the verifier rebuilds, slowly, from the same seed."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engage.fairness.deck import BuiltDeck, OpenDeck, Shelf, build_deck, deck_key, shuffle
from engage.fairness.verifier import audit_path, below, card_leaf, card_salt, deck_order, tree_head

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "fairness.json").read_text(encoding="utf-8"))
SETS: list[dict[str, Any]] = VECTORS["sets"]
SEED = bytes(range(64, 96))
COUNTS = (("prz_car", 1), ("prz_meal", 2), ("none", 10))

counts_of_decks = st.lists(st.integers(1, 30), min_size=1, max_size=6).map(
    lambda numbers: tuple((f"prz_{place}", k) for place, k in enumerate(numbers))
)


def opened(built: BuiltDeck, seed: bytes) -> OpenDeck:
    return OpenDeck(built.counts, built.cards, built.nodes, deck_key(built.deck, built.counts, seed))


def prizes_in_order(built: BuiltDeck) -> list[str]:
    return [built.counts[kind][0] for kind in built.cards]


def deck_of(vectors: dict[str, Any]) -> tuple[dict[str, Any], BuiltDeck, OpenDeck]:
    published = next(rules["deck"] for rules in vectors["export"]["rules"] if rules["deck"])
    seed = bytes.fromhex(vectors["export"]["decks"][0]["seed"])
    built = build_deck(published["id"], [tuple(pair) for pair in published["counts"]], seed)
    return published, built, opened(built, seed)


@pytest.mark.parametrize("vectors", SETS, ids=lambda vectors: vectors["name"])
def test_a_deck_of_the_vectors_has_the_published_order_commitment_and_root(vectors: dict[str, Any]) -> None:
    published, built, _ = deck_of(vectors)
    assert (built.n, built.seed_commitment.hex()) == (published["n"], published["seed_commitment"])
    assert prizes_in_order(built) == vectors["deck"]["order"]
    assert built.root.hex() == published["root"]


@pytest.mark.parametrize("vectors", SETS, ids=lambda vectors: vectors["name"])
def test_every_card_that_was_sold_in_the_vectors_has_its_prize_salt_and_path(vectors: dict[str, Any]) -> None:
    _, _, cards = deck_of(vectors)
    sold = [receipt for receipt in vectors["export"]["receipts"] if receipt["deck"]]
    assert sold
    for receipt in sold:
        card = cards.card(receipt["ticket"])
        assert card.prize == receipt["prize"]
        assert card.salt.hex() == receipt["deck"]["salt"]
        assert [node.hex() for node in card.path] == receipt["deck"]["path"]


@pytest.mark.parametrize("vectors", SETS, ids=lambda vectors: vectors["name"])
def test_the_shelf_sells_what_was_sold_in_the_vectors(vectors: dict[str, Any]) -> None:
    _, built, _ = deck_of(vectors)
    shelf = Shelf(built.n)
    sales = vectors["export"]["decks"][0]["sales"]
    assert [[start, shelf.take(start)] for start, _ in sales] == sales
    assert shelf.left == built.n - len(sales)


@given(counts_of_decks, st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=12))
def test_a_deck_is_built_as_the_verifier_rebuilds_it(
    counts: tuple[tuple[str, int], ...], seed: bytes, deck: str
) -> None:
    built = build_deck(deck, counts, seed)
    key = deck_key(deck, counts, seed)
    order = deck_order(key, deck, counts)
    leaves = [card_leaf(deck, serial, prize, card_salt(key, serial)) for serial, prize in enumerate(order)]
    assert prizes_in_order(built) == order
    assert built.root == tree_head(leaves)
    cards = opened(built, seed)
    assert [cards.card(serial) for serial in range(built.n)] == [
        (prize, card_salt(key, serial), audit_path(leaves, serial)) for serial, prize in enumerate(order)
    ]


@given(st.integers(2, 40), st.data())
def test_words_that_would_favour_some_cards_are_rejected(n: int, data: st.DataObject) -> None:
    last_words = st.integers(2**64 - 40, 2**64 - 1)
    words = data.draw(st.lists(last_words | st.integers(0, 2**64 - 1), max_size=40))
    cards, expected = bytearray(range(n)), list(range(n))
    shuffle(cards, iter([*words, *range(n)]))
    stream = iter([*words, *range(n)])
    for i in range(n - 1, 0, -1):
        j = below(stream, i + 1)
        expected[i], expected[j] = expected[j], expected[i]
    assert list(cards) == expected


def test_a_deck_of_one_card_is_its_own_root() -> None:
    built = build_deck("dck_one", [("none", 1)], SEED)
    assert built.nodes == built.root
    assert opened(built, SEED).card(0).path == []


@pytest.mark.parametrize(
    ("deck", "counts", "seed", "fault"),
    [
        ("", COUNTS, SEED, "has an id"),
        ("dck_a", (), SEED, "1 to 255 kinds of cards, not 0"),
        ("dck_a", tuple((str(i), 1) for i in range(256)), SEED, "not 256"),
        ("dck_a", (("none", 0),), SEED, "listed once"),
        ("dck_a", (("none", 1), ("none", 2)), SEED, "listed once"),
        ("dck_a", (("prz_a", 1), ("none", 1_000_000)), SEED, "at most 1000000 cards, not 1000001"),
        ("dck_a", COUNTS, SEED[:31], "32 bytes"),
    ],
)
def test_what_can_t_be_a_deck_is_not_built(
    deck: str, counts: tuple[tuple[str, int], ...], seed: bytes, fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        build_deck(deck, counts, seed)


def test_a_deck_that_lost_a_part_is_not_opened() -> None:
    built = build_deck("dck_a", COUNTS, SEED)
    with pytest.raises(ValueError, match="12 cards"):
        OpenDeck(COUNTS, built.cards[:-1], built.nodes, SEED)
    with pytest.raises(ValueError, match="bytes of nodes"):
        OpenDeck(COUNTS, built.cards, built.nodes[32:], SEED)


@pytest.mark.parametrize("serial", [-1, 13])
def test_there_is_no_card_beyond_the_deck(serial: int) -> None:
    cards = opened(build_deck("dck_a", COUNTS, SEED), SEED)
    shelf = Shelf(13)
    for ask in (cards.card, shelf.take, shelf.sell):
        with pytest.raises(ValueError, match=f"no card {serial}"):
            ask(serial)


def test_a_deck_does_not_tell_its_cards_when_it_is_logged() -> None:
    built = build_deck("dck_a", COUNTS, SEED)
    assert repr(built.cards) not in repr(built)
    assert repr(built.nodes) not in repr(built)


def test_building_takes_at_most_150_bytes_a_card() -> None:
    n = 30_000
    tracemalloc.start()
    try:
        build_deck("dck_a", [("prz_meal", n // 3), ("none", n - n // 3)], SEED)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 150 * n


def test_a_sold_out_shelf_has_nothing_to_take() -> None:
    shelf = Shelf(3)
    assert [shelf.take(2), shelf.take(2), shelf.take(2)] == [2, 0, 1]
    assert (shelf.take(0), shelf.take(2), shelf.left) == (None, None, 0)


def test_no_card_is_sold_twice() -> None:
    shelf = Shelf(4)
    shelf.sell(1)
    assert shelf.take(1) == 2
    for serial in (1, 2):
        with pytest.raises(ValueError, match="sold already"):
            shelf.sell(serial)
    assert shelf.left == 2


@pytest.mark.parametrize("order", [range(50_000), range(49_999, -1, -1)], ids=["rising", "falling"])
def test_catching_up_in_any_order_leaves_no_long_way_to_the_next_card(order: range) -> None:
    shelf = Shelf(50_001)
    for serial in order:
        shelf.sell(serial)
    depths = [0] * 50_002
    for serial in range(50_002):
        at = serial
        while shelf._parent[at] != at:
            at = shelf._parent[at]
            depths[serial] += 1
    assert max(depths) <= 16
    assert shelf.take(0) == 50_000


class ShelfBesideAList(RuleBasedStateMachine):
    """A shelf and a plain list of what is unsold, asked the same."""

    @initialize(n=st.integers(1, 40))
    def lay_out(self, n: int) -> None:
        self.n = n
        self.shelf = Shelf(n)
        self.unsold = list(range(n))

    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, self.n - 1))
        expected = next((serial for serial in [*range(start, self.n), *range(start)] if serial in self.unsold), None)
        assert self.shelf.take(start) == expected
        if expected is not None:
            self.unsold.remove(expected)

    @rule(data=st.data())
    def sell(self, data: st.DataObject) -> None:
        if self.unsold:
            serial = data.draw(st.sampled_from(self.unsold))
            self.shelf.sell(serial)
            self.unsold.remove(serial)

    @invariant()
    def counts_what_is_left(self) -> None:
        assert self.shelf.left == len(self.unsold)


TestShelfBesideAList = ShelfBesideAList.TestCase
