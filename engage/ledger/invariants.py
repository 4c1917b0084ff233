"""The ledger's invariants in their order. Those over plays, pools and turns are the features' to add."""

from engage.ledger.proof import Invariant
from engage.ledger.proof_books import prove_books, prove_log, prove_lots, prove_lots_of_members, prove_never_below
from engage.ledger.proof_postings import (
    prove_expiry,
    prove_funding,
    prove_holds,
    prove_reversals,
    prove_routes,
)

LEDGER_INVARIANTS = (
    Invariant("log", "positions have no gaps", prove_log),
    Invariant("I1", "counters equal the postings", prove_books),
    Invariant("I2", "nothing stood below its limit at any position", prove_never_below),
    Invariant("I3", "members' lots hold their points", prove_lots_of_members),
    Invariant("I4", "lots hold what came in, less what went out", prove_lots),
    Invariant("I5", "postings went declared routes, for one member a cause", prove_routes),
    Invariant("I6", "granted ≤ reserved ≤ funded ≤ approved", prove_funding),
    Invariant("I7", "reversals go back where it came from", prove_reversals),
    Invariant("I8", "nothing is held without a hold", prove_holds),
    Invariant("I10", "nothing expired before its time, or without its reminders", prove_expiry),
)
