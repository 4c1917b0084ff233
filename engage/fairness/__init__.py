"""Draws that a member can check: seeds, decks, receipts, keys and the verifier."""

from engage.fairness.deck import BuiltDeck, OpenDeck, Shelf
from engage.fairness.deck_store import Deck, find_deck, load_deck, read_deck, seal_deck
from engage.fairness.deck_workshop import build_in_child
from engage.fairness.epoch_counts import count_epochs
from engage.fairness.keyring import Keyring, ensure_signing_key
from engage.fairness.keys import SigningKey
from engage.fairness.tables import EPOCH, EPOCH_BY_COMMITMENT, EPOCH_BY_ID, EPOCH_END, Epoch, EpochEnd

__all__ = [
    "EPOCH",
    "EPOCH_BY_COMMITMENT",
    "EPOCH_BY_ID",
    "EPOCH_END",
    "BuiltDeck",
    "Deck",
    "Epoch",
    "EpochEnd",
    "Keyring",
    "OpenDeck",
    "Shelf",
    "SigningKey",
    "build_in_child",
    "count_epochs",
    "ensure_signing_key",
    "find_deck",
    "load_deck",
    "read_deck",
    "seal_deck",
]
