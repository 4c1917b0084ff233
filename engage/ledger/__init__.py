"""The book of points and turns: value moves only by a posting along a declared route; nothing is ever edited."""

from engage.ledger.chart import (
    EXPIRE_TURN,
    FUND,
    GIVE_TURN,
    GRANT,
    POINTS,
    RESERVE,
    RETURN,
    ROUTES,
    UNFUND,
    USE_TURN,
    Kind,
    turn_asset,
)
from engage.ledger.counters import LEDGER_COUNTERS, POSTINGS_BY_POSITION, PROGRAMME
from engage.ledger.covers import PoolBalance, pool_balances, read_approved_money
from engage.ledger.extension import extend_lots, find_lots_to_extend
from engage.ledger.funding import record_funding_order
from engage.ledger.invariants import LEDGER_INVARIANTS
from engage.ledger.leaves import ReadReceiptHashes, render_leaves
from engage.ledger.posting import (
    give_points,
    give_turns,
    move_between_houses,
    record_posting,
    take_back_points,
    take_turns,
)
from engage.ledger.proof import Invariant, Proof, Violation, format_proof, prove_counters, prove_none, run_proof
from engage.ledger.proof_tree import tree_invariant
from engage.ledger.quarantine import Quarantined, lift, list_quarantined, quarantine_subject
from engage.ledger.recompute import Recomputed, recompute_heads
from engage.ledger.seal import Checkpoint, LogSeal, find_checkpoint
from engage.ledger.statement import StatementLine, read_statement
from engage.ledger.tables import (
    ACCOUNT,
    ACCOUNT_BY_OWNER,
    BOOK,
    BOOK_BY_MEMBER,
    LOT,
    LOT_MOVE,
    OPEN_LOTS,
    POSTING,
    Account,
    Book,
    Lot,
    Posting,
    find_book,
    read_books,
    read_open_lots,
)
from engage.ledger.tiles import LogTree, TileCache

__all__ = [
    "ACCOUNT",
    "ACCOUNT_BY_OWNER",
    "BOOK",
    "BOOK_BY_MEMBER",
    "EXPIRE_TURN",
    "FUND",
    "GIVE_TURN",
    "GRANT",
    "LEDGER_COUNTERS",
    "LEDGER_INVARIANTS",
    "LOT",
    "LOT_MOVE",
    "OPEN_LOTS",
    "POINTS",
    "POSTING",
    "POSTINGS_BY_POSITION",
    "PROGRAMME",
    "RESERVE",
    "RETURN",
    "ROUTES",
    "UNFUND",
    "USE_TURN",
    "Account",
    "Book",
    "Checkpoint",
    "Invariant",
    "Kind",
    "LogSeal",
    "LogTree",
    "Lot",
    "PoolBalance",
    "Posting",
    "Proof",
    "Quarantined",
    "ReadReceiptHashes",
    "Recomputed",
    "StatementLine",
    "TileCache",
    "Violation",
    "extend_lots",
    "find_book",
    "find_checkpoint",
    "find_lots_to_extend",
    "format_proof",
    "give_points",
    "give_turns",
    "lift",
    "list_quarantined",
    "move_between_houses",
    "pool_balances",
    "prove_counters",
    "prove_none",
    "quarantine_subject",
    "read_approved_money",
    "read_books",
    "read_open_lots",
    "read_statement",
    "recompute_heads",
    "record_funding_order",
    "record_posting",
    "render_leaves",
    "run_proof",
    "take_back_points",
    "take_turns",
    "tree_invariant",
    "turn_asset",
]
