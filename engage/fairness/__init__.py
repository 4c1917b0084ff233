"""Draws that a member can check: seeds, decks, receipts, keys, odds and the verifier."""

from engage.fairness.deck import BuiltDeck, OpenDeck, Shelf
from engage.fairness.deck_store import Deck, find_deck, load_deck, open_deck_seed, read_deck, seal_deck
from engage.fairness.deck_workshop import build_in_child
from engage.fairness.epoch_counts import count_epochs
from engage.fairness.keyring import Keyring, ensure_signing_key
from engage.fairness.keys import SigningKey
from engage.fairness.monitor import ALARM_AT, EProcess
from engage.fairness.odds import long_run_odds, long_run_slot_odds, prize_odds, slot_odds
from engage.fairness.tables import EPOCH, EPOCH_BY_COMMITMENT, EPOCH_BY_ID, EPOCH_END, Epoch, EpochEnd, find_epoch

__all__ = [
    "ALARM_AT",
    "EPOCH",
    "EPOCH_BY_COMMITMENT",
    "EPOCH_BY_ID",
    "EPOCH_END",
    "BuiltDeck",
    "Deck",
    "EProcess",
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
    "find_epoch",
    "load_deck",
    "long_run_odds",
    "long_run_slot_odds",
    "open_deck_seed",
    "prize_odds",
    "read_deck",
    "seal_deck",
    "slot_odds",
]
