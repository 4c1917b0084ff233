"""I11: the tree over the log, recomputed from the facts, has the heads that were signed."""

from collections.abc import Callable

import sqlalchemy as sa

from engage.ledger.leaves import ReadReceiptHashes
from engage.ledger.proof import Invariant, Proof
from engage.ledger.recompute import recompute_heads
from engage.ledger.seal import LABEL


def tree_invariant(
    read_receipt_hashes: ReadReceiptHashes, origin: Callable[[], str], has_signed: Callable[[str, bytes, str], bool]
) -> Invariant:
    """The invariant over a log of this origin.

    `has_signed` says whether a payload under a label carries this signature (base64url) by one of the log's keys.
    """

    def is_signed(payload: bytes, signature: str) -> bool:
        return has_signed(LABEL, payload, signature)

    def check(connection: sa.Connection) -> Proof:
        found = recompute_heads(connection, read_receipt_hashes, origin(), is_signed)
        proof = Proof({"leaves": found.leaves, "tiles": found.tiles, "checkpoints": found.checkpoints})
        if found.unsealed:
            proof.count("not sealed yet", found.unsealed)
        for told in found.violations:
            proof.tell("", "log", told)
        if found.violation_count > len(found.violations):
            proof.tell("", "log", f"and {found.violation_count - len(found.violations)} more")
        return proof

    return Invariant("I11", "the log is what was sealed and signed", check)
