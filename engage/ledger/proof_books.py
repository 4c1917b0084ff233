"""I1 to I4: books, accounts and lots are what the postings make of them, now and at every position of the log."""

import sqlalchemy as sa

from engage.ledger.counters import ACCOUNTS, BOOKS, LOG_HEAD, LOTS, PROGRAMME
from engage.ledger.proof import Proof, count_rows, prove_counters, prove_none

GAPS = """
    SELECT member, count(*), max(member_position) FROM event WHERE member IS NOT NULL
    GROUP BY member HAVING count(*) <> max(member_position) OR min(member_position) <> 1
"""
# An event's postings are one step: within it a turn may be used before its giving is written down. CROSS JOIN keeps
# SQLite from looking for each posting's event, for which there is no index.
MEMBER_BALANCES = """
    SELECT member, asset, position, balance FROM (
        SELECT member, asset, position, sum(delta) OVER (PARTITION BY member, asset ORDER BY position) AS balance FROM (
            SELECT p.member, p.asset, e.position,
                sum(CASE WHEN p.credit_kind = 'MEMBER' THEN p.amount ELSE -p.amount END) AS delta
            FROM event AS e CROSS JOIN posting AS p WHERE p.cause = e.subject AND p.member IS NOT NULL
            GROUP BY p.member, p.asset, e.position
        ) AS steps
    ) AS balances WHERE balance < 0
"""
ACCOUNT_BALANCES = f"""
    SELECT kind, owner, position, balance FROM (
        SELECT kind, owner, position, sum(delta) OVER (PARTITION BY kind, owner ORDER BY position) AS balance FROM (
            SELECT kind, owner, position, sum(delta) AS delta FROM (
                SELECT p.credit_kind AS kind, CASE WHEN p.credit_kind = 'FUNDING' THEN '{PROGRAMME}' ELSE p.owner END
                    AS owner, e.position, p.amount AS delta
                FROM event AS e CROSS JOIN posting AS p WHERE p.cause = e.subject
                UNION ALL
                SELECT p.debit_kind, CASE WHEN p.debit_kind = 'FUNDING' THEN '{PROGRAMME}' ELSE p.owner END,
                    e.position, -p.amount
                FROM event AS e CROSS JOIN posting AS p WHERE p.cause = e.subject
                UNION ALL
                SELECT 'FUNDING', '{PROGRAMME}', e.position, o.points
                FROM event AS e JOIN funding_order AS o ON o.cause = e.subject
            ) AS moves WHERE kind IN ('FUNDING', 'BUDGET', 'EARN_POOL') GROUP BY kind, owner, position
        ) AS steps
    ) AS balances WHERE balance < 0
"""  # noqa: S608  the name is ours
LOTS_OF_MEMBERS = """
    SELECT k.member, coalesce(b.credits - b.debits, 0), coalesce(l.remaining, 0),
        coalesce(b.held, 0), coalesce(l.held, 0)
    FROM (SELECT member FROM book UNION SELECT member FROM lot WHERE asset = 'PTS') AS k
    LEFT JOIN book AS b ON b.member = k.member
    LEFT JOIN (
        SELECT member, sum(remaining) AS remaining, sum(held) AS held FROM lot WHERE asset = 'PTS' GROUP BY member
    ) AS l ON l.member = k.member
    WHERE coalesce(b.credits - b.debits, 0) <> coalesce(l.remaining, 0) OR coalesce(b.held, 0) <> coalesce(l.held, 0)
"""
STRANGE_LOTS = """
    SELECT p.member, p.lot, p.cause, p.n FROM posting AS p LEFT JOIN lot AS l ON l.id = p.lot
    WHERE p.credit_kind = 'MEMBER' AND p.reverses_cause IS NULL AND (
        l.id IS NULL OR l.id <> p.cause || '#' || p.n OR l.member <> p.member OR l.asset <> p.asset
        OR l.amount <> p.amount OR l.earned_at <> p.recorded_at
    )
"""
LOTS_FROM_NOWHERE = """
    SELECT l.member, l.id FROM lot AS l LEFT JOIN posting AS p
    ON p.lot = l.id AND p.credit_kind = 'MEMBER' AND p.reverses_cause IS NULL WHERE p.cause IS NULL
"""
# A posting that names its lot has no moves; one that names none has moves that add up to it, of the member's own lots.
UNEXPLAINED_POSTINGS = """
    SELECT p.member, p.cause, p.n FROM posting AS p LEFT JOIN (
        SELECT m.cause, m.n, sum(m.amount) AS amount, min(l.member) AS first, max(l.member) AS last,
            min(l.asset) AS first_asset, max(l.asset) AS last_asset
        FROM lot_move AS m JOIN lot AS l ON l.id = m.lot GROUP BY m.cause, m.n
    ) AS moved ON moved.cause = p.cause AND moved.n = p.n
    WHERE p.member IS NOT NULL AND (
        (p.lot IS NULL) <> (moved.amount IS NOT NULL) OR moved.amount <> p.amount
        OR moved.first <> p.member OR moved.last <> p.member
        OR moved.first_asset <> p.asset OR moved.last_asset <> p.asset
    )
"""
STRANGERS_LOTS = """
    SELECT p.member, p.cause, p.n, p.lot FROM posting AS p JOIN lot AS l ON l.id = p.lot
    WHERE l.member <> p.member OR l.asset <> p.asset
"""


def of_member(member: str) -> tuple[str, str]:
    """The subject of a member's row."""
    return "member", member


def prove_books(connection: sa.Connection) -> Proof:
    """I1: what gates a decision is what the postings make of it."""
    proof = Proof()
    prove_counters(connection, proof, BOOKS, "books", of_member)
    prove_counters(connection, proof, ACCOUNTS, "accounts", lambda kind, owner: ("", f"{kind} of {owner}"))
    return proof


def prove_log(connection: sa.Connection) -> Proof:
    """Log: positions, and each member's own, run from 1 without gaps."""
    proof = Proof()
    events = count_rows(connection, proof, "events", "event")
    last = connection.execute(sa.text("SELECT coalesce(max(position), 0) FROM event")).scalar_one()
    if last != events:
        proof.tell("", "log", f"the last of {events} events has position {last}")
    for counted in LOG_HEAD.derive(connection):
        if not counted.agrees:
            proof.tell("", "log_head", f"{counted.stored} is stored, the events say {counted.derived}")
    prove_none(connection, proof, GAPS, "member", "{1} events, the last of them numbered {2}")
    return proof


def prove_never_below(connection: sa.Connection) -> Proof:
    """I2: no gated account was below its limit after any event."""
    proof = Proof()
    count_rows(connection, proof, "postings", "posting")
    prove_none(connection, proof, MEMBER_BALANCES, "member", "{1} stood at {3} after event {2}")
    for kind, owner, position, balance in connection.execute(sa.text(ACCOUNT_BALANCES)):
        proof.tell("", f"{kind} of {owner}", f"stood at {balance} below its limit after event {position}")
    return proof


def prove_lots_of_members(connection: sa.Connection) -> Proof:
    """I3: a member's lots hold the member's points."""
    proof = Proof()
    count_rows(connection, proof, "books", "book")
    detail = "has {1} points in the book and {2} in lots; {3} and {4} of them held"
    prove_none(connection, proof, LOTS_OF_MEMBERS, "member", detail)
    return proof


def prove_lots(connection: sa.Connection) -> Proof:
    """I4: a lot holds what came into it, less what was taken and not given back; every posting says which lots."""
    proof = Proof()
    members = sa.text("SELECT member FROM lot WHERE id = :id")
    for counted in LOTS.derive(connection):
        proof.count("lots")
        if not counted.agrees:
            member = connection.execute(members, {"id": counted.key[0]}).scalar()
            told = f"lot {counted.key[0]}: {counted.stored} is stored, the postings say {counted.derived}"
            proof.tell("member" if member else "", member or "lot", told)
    prove_none(connection, proof, STRANGE_LOTS, "member", "lot {1} is not what posting {2}#{3} made")
    prove_none(connection, proof, LOTS_FROM_NOWHERE, "member", "no posting made lot {1}")
    prove_none(connection, proof, UNEXPLAINED_POSTINGS, "member", "posting {1}#{2} does not say which lots it touched")
    prove_none(connection, proof, STRANGERS_LOTS, "member", "posting {1}#{2} touched a lot of something else, {3}")
    return proof
