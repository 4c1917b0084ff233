"""The proof of what was won: every prize went through states that may follow each other, no code was used twice."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from engage.ledger import Invariant, Proof, prove_none
from engage.rewards.counting import prove_given
from engage.rewards.proof_redemptions import prove_redemptions
from engage.rewards.states import NEXT_STATES, WON
from engage.rewards.tables import grant_state, prize_grant, voucher_use
from engage.rewards.uses import UNDO_MS
from engage.storage.snapshot import stream

STATES = (
    sa.select(prize_grant.c.id, prize_grant.c.member, prize_grant.c.kind, grant_state.c.n, grant_state.c.state)
    .join(grant_state, grant_state.c.grant == prize_grant.c.id)
    .order_by(prize_grant.c.id, grant_state.c.n)
)
USES = (
    sa.select(
        prize_grant.c.id,
        prize_grant.c.member,
        prize_grant.c.kind,
        prize_grant.c.use_by,
        voucher_use.c.n,
        voucher_use.c.previous,
        voucher_use.c.id.label("use"),
        voucher_use.c.recorded_at,
        sa.select(sa.func.min(grant_state.c.recorded_at))
        .where(grant_state.c.grant == prize_grant.c.id, grant_state.c.state == "revealed")
        .scalar_subquery()
        .label("revealed_at"),
    )
    .join(voucher_use, voucher_use.c.grant == prize_grant.c.id)
    .order_by(prize_grant.c.id, voucher_use.c.n)
)
REVOKED_AND_USED = """
    SELECT g.member, g.id FROM prize_grant AS g
    JOIN grant_state AS s ON s."grant" = g.id AND s.state = 'revoked'
    JOIN voucher_use AS u ON u."grant" = g.id
    WHERE u.n = (SELECT max(n) FROM voucher_use WHERE "grant" = g.id) AND u.id IS NOT NULL
"""
STRAY_USES = """
    SELECT u.actor, u."grant", u.n FROM voucher_use AS u
    LEFT JOIN prize_grant AS g ON g.id = u."grant" WHERE g.id IS NULL
"""
CLAIMS_WITHOUT_CONSENT = """
    SELECT g.member, g.id FROM claim AS c
    JOIN prize_grant AS g ON g.id = c."grant"
    LEFT JOIN consent AS y ON y.id = c.consent AND y.member = g.member AND y.granted = 1
    LEFT JOIN grant_state AS s ON s."grant" = c."grant" AND s.n = c.n AND s.state = 'claimed'
    WHERE y.id IS NULL OR s.n IS NULL
"""
UNCLAIMED = """
    SELECT g.member, g.id FROM grant_state AS s
    JOIN prize_grant AS g ON g.id = s."grant"
    LEFT JOIN claim AS c ON c."grant" = s."grant" AND c.n = s.n
    WHERE s.state = 'claimed' AND c.n IS NULL
"""


def prove_prizes(connection: sa.Connection) -> Proof:
    """What was won goes from state to state as it may, and a code is used at most once, net of what was undone."""
    proof = Proof()
    _prove_states(connection, proof)
    _prove_uses(connection, proof)
    prove_none(connection, proof, REVOKED_AND_USED, "member", "voucher {1} is used though it was taken back")
    prove_none(connection, proof, STRAY_USES, "", "use {2} of {1} is of no voucher that was won")
    prove_none(connection, proof, CLAIMS_WITHOUT_CONSENT, "member", "prize {1} was claimed without consent")
    prove_none(connection, proof, UNCLAIMED, "member", "prize {1} is claimed without a claim")
    return proof


def _prove_states(connection: sa.Connection, proof: Proof) -> None:
    for (grant, member, kind), rows in groupby(stream(connection, STATES), lambda row: tuple(row[:3])):
        proof.count("prizes that were moved on")
        before = WON
        for number, row in enumerate(rows, 1):
            if row.n != number:
                proof.tell("member", member, f"prize {grant} lacks its state number {number}")
                break
            if row.state not in NEXT_STATES[kind].get(before, ()):
                proof.tell("member", member, f"prize {grant} became {row.state} after {before}")
            before = row.state


def _prove_uses(connection: sa.Connection, proof: Proof) -> None:
    for (grant, member), rows in groupby(stream(connection, USES), lambda row: tuple(row[:2])):
        used_at = 0
        for number, row in enumerate(rows):
            proof.count("of them undone" if number % 2 else "uses of vouchers")
            for fault in _use_faults(number, row, used_at):
                proof.tell("member", member, f"voucher {grant} {fault}")
            used_at = row.recorded_at


def _use_faults(number: int, row: sa.Row[Any], used_at: int) -> Iterator[str]:
    """What is wrong with the use of a voucher that ought to have this number, the one before being of `used_at`."""
    is_use = number % 2 == 0
    if row.kind != "voucher":
        yield "is no voucher"
    if (row.n, row.previous, row.use is not None) != (number, number - 1 if number else None, is_use):
        yield "was used twice without being undone between"
    if is_use and (row.revealed_at is None or row.recorded_at < row.revealed_at):
        yield "was used before it was revealed"
    if is_use and row.use_by is not None and row.recorded_at >= row.use_by:
        yield "was used after its time"
    if not is_use and not used_at <= row.recorded_at < used_at + UNDO_MS:
        yield "was given back outside the five minutes for that"


REWARD_INVARIANTS = (
    Invariant("I9", "prizes went the way they may, each code was used once", prove_prizes),
    Invariant("I6", "rewards outside of games are units of funded pools, each given once", prove_given),
    Invariant("I9", "what points bought was paid exactly once, and given", prove_redemptions),
)
