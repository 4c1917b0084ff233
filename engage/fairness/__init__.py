"""Draws that a member can check: seeds, decks, receipts and the verifier."""

from engage.fairness.tables import EPOCH, EPOCH_BY_COMMITMENT, EPOCH_BY_ID, EPOCH_END, Epoch, EpochEnd

__all__ = ["EPOCH", "EPOCH_BY_COMMITMENT", "EPOCH_BY_ID", "EPOCH_END", "Epoch", "EpochEnd"]
