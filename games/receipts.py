"""Receipts: what a play's document says, the chain they form in a game, and the one signature of a commit.

Normative: the published rules of `draw/1` and `deck/1`, section on receipts.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from engage.fairness.verifier import leaf_hash, node_hash
from engage.storage.work import Work
from games.desk import Desk
from games.tables import PlayRow

ZERO_LEAF = "00" * 32


@dataclass(slots=True)
class Unsealed:
    """A play whose answer waits for the seal of its commit. `answer` holds everything but the receipt."""

    desk: Desk
    row: PlayRow
    receipt: bytes
    leaf: bytes
    answer: bytes


def canonical_receipt(receipt: dict[str, Any]) -> bytes:
    """The canonical bytes of a receipt without its seal (RFC 8785; the keys are ASCII and no value is a float)."""
    return orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)


def receipt_leaf(receipt: bytes) -> bytes:
    """The leaf of a receipt's canonical bytes, which the next receipt of its game names as `prev`."""
    return leaf_hash(receipt)


def seal_receipts(_work: Work, waiting: list[Unsealed]) -> None:
    """One tree over the receipts of a commit, one signature; then each play's answer is complete."""
    levels = tree_levels([item.leaf for item in waiting])
    size = len(waiting)
    signature = waiting[0].desk.sign("engage receipts", size.to_bytes(4) + levels[-1][0])
    for index, item in enumerate(waiting):
        seal = orjson.dumps({"index": index, "size": size, "path": path_of(levels, index), "signature": signature})
        item.row.answer = b"".join(
            (item.answer[:-1], b',"receipt":', item.receipt[:-1], b',"seal":', seal, b"}}")
        ).decode()


def tree_levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The levels of an RFC 6962 tree from the leaves up; a node without a sibling is carried up as it is."""
    levels = [leaves]
    while len(leaves) > 1:
        above = [node_hash(leaves[i], leaves[i + 1]) for i in range(0, len(leaves) - 1, 2)]
        if len(leaves) % 2:
            above.append(leaves[-1])
        levels.append(above)
        leaves = above
    return levels


def path_of(levels: list[list[bytes]], index: int) -> list[str]:
    """The audit path of one leaf, hex, from the leaf up (RFC 6962 §2.1.1)."""
    path = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling].hex())
        index >>= 1
    return path
