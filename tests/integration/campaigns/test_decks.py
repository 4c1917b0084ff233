"""A deck is sealed before its game is published: once, whatever cuts it short, and its cards are no open book."""

from pathlib import Path

import pytest

from engage import campaigns
from engage.campaigns.files import load
from engage.fairness import build_in_child, load_deck, read_deck
from engage.fairness.deck import build_deck
from engage.fairness.deck_store import DECK_SEED_PURPOSE
from engage.kernel.refusals import Conflict
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, Bureau
from tests.support.sample_campaign import changed


def test_a_deck_that_was_built_in_a_child_process_is_the_one_that_is_played(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("games.publish.build_in_child", build_in_child)
    bureau.publish_campaign()
    alice = bureau.adult("alice", CARDS)
    receipt = alice.play()["receipt"]
    with bureau.services.reader.connect() as connection:
        cards = load_deck(connection, bureau.services.sealer, CARDS)
    assert receipt["prize"] == cards.card(receipt["ticket"]).prize
    assert list((tmp_path / "data" / "decks").iterdir()) == []


@pytest.mark.parametrize("parts_before_the_crash", [0, 1, 2])
def test_storing_that_was_cut_short_is_finished_with_the_same_deck(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, parts_before_the_crash: int
) -> None:
    monkeypatch.setattr("engage.fairness.deck_store.PART_BYTES", 3000)
    bureau.load()
    bureau.import_codes()
    stored = bureau.services.writer.run
    left = [parts_before_the_crash + 1]

    def crash(decide: object) -> object:
        if not left[0]:
            raise SystemError
        left[0] -= 1
        return stored(decide)  # type: ignore[arg-type]  # passed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(bureau.services.writer, "run", crash)
        with pytest.raises(SystemError):
            campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    sealed = bureau.rows("SELECT root, seed_commitment FROM deck")
    assert bureau.one("SELECT count(*) FROM deck_part") == parts_before_the_crash
    campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.rows("SELECT root, seed_commitment FROM deck") == sealed
    with bureau.services.reader.connect() as connection:
        deck, cards = read_deck(connection, CARDS), load_deck(connection, bureau.services.sealer, CARDS)
    again = build_deck(deck.id, deck.counts, bureau.services.sealer.open(deck.sealed_seed, DECK_SEED_PURPOSE))
    assert again.root.hex() == deck.root
    assert [cards.card(n).prize for n in range(deck.n)] == [deck.counts[kind][0] for kind in again.cards]


def test_neither_seed_nor_cards_are_stored_in_the_open(bureau: Bureau) -> None:
    bureau.publish_campaign()
    with bureau.services.reader.connect() as connection:
        deck = read_deck(connection, CARDS)
    seed = bureau.services.sealer.open(deck.sealed_seed, DECK_SEED_PURPOSE)
    built = build_deck(deck.id, deck.counts, seed)
    parts = [data for (data,) in bureau.rows("SELECT data FROM deck_part")]
    assert not [data for data in (*parts, deck.sealed_seed) if seed in data or built.cards in data]


def test_a_deck_that_was_sealed_with_other_counts_is_refused(bureau: Bureau) -> None:
    bureau.load()
    bureau.import_codes()
    bureau.office.publisher.prepare(load(PLAYABLE, bureau.office.sections))
    bureau.load(changed("[none, 97]]\n      n: 100", "[none, 96]]\n      n: 99", PLAYABLE))
    with pytest.raises(Conflict, match="sealed with other counts"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
