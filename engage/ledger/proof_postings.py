"""I5 to I8 and I10: postings went declared ways, within what was funded, and came back the way they went."""

import sqlalchemy as sa

from engage.kernel.clock import DAY_MS
from engage.ledger.chart import ROUTES
from engage.ledger.counters import MOVES
from engage.ledger.proof import Proof, count_rows, prove_none

STRAY_POSTINGS = """
    SELECT p.cause, p.n FROM posting AS p LEFT JOIN route AS r ON r.code = p.route AND r.asset_class = p.asset_class
    AND r.debit_kind = p.debit_kind AND r.credit_kind = p.credit_kind WHERE r.code IS NULL OR p.amount <= 0
"""
TWO_MEMBERS = """
    SELECT min(member), max(member), cause FROM posting WHERE member IS NOT NULL
    GROUP BY cause HAVING min(member) <> max(member)
"""
CAUSES_WITHOUT_THEIR_EVENT = """
    SELECT p.cause, count(e.position) FROM posting AS p LEFT JOIN event AS e ON e.subject = p.cause
    GROUP BY p.cause, p.n HAVING count(e.position) <> 1
"""
# Points that were taken back went to the budget, from where they may have been returned to the plan.
CAMPAIGNS = """
    SELECT k.owner, coalesce(o.points, 0), k.funded, k.unfunded, k.reserved, k.returned, k.granted, k.reversed,
        k.for_orders, k.earned
    FROM (
        SELECT owner, sum(CASE WHEN route = 101 THEN amount ELSE 0 END) AS funded,
            sum(CASE WHEN route = 102 THEN amount ELSE 0 END) AS unfunded,
            sum(CASE WHEN route = 103 THEN amount ELSE 0 END) AS reserved,
            sum(CASE WHEN route = 104 THEN amount ELSE 0 END) AS returned,
            sum(CASE WHEN route = 111 THEN amount ELSE 0 END) AS granted,
            sum(CASE WHEN route = 211 THEN amount ELSE 0 END) AS reversed,
            sum(CASE route WHEN 105 THEN amount WHEN 106 THEN -amount ELSE 0 END) AS for_orders,
            sum(CASE route WHEN 112 THEN amount WHEN 212 THEN -amount ELSE 0 END) AS earned
        FROM posting WHERE asset_class = 'PTS' GROUP BY owner
    ) AS k
    LEFT JOIN (SELECT campaign, sum(points) AS points FROM funding_order GROUP BY campaign) AS o ON o.campaign = k.owner
"""
REVERSED_TOO_MUCH = """
    SELECT g.member, g.cause, g.n, g.amount, sum(b.amount) FROM posting AS b
    JOIN posting AS g ON g.cause = b.reverses_cause AND g.n = b.reverses_n
    GROUP BY g.member, g.cause, g.n, g.amount HAVING sum(b.amount) > g.amount
"""
NOT_MIRRORED = """
    SELECT b.member, b.cause, b.n FROM posting AS b JOIN route AS r ON r.code = b.route
    LEFT JOIN posting AS g ON g.cause = b.reverses_cause AND g.n = b.reverses_n
    WHERE b.route >= 200 AND (
        g.cause IS NULL OR g.route <> r.reverses OR g.member <> b.member OR g.asset <> b.asset OR g.owner <> b.owner
    )
"""
REVERSED_FROM_OTHER_LOTS = f"""
    SELECT back.member, back.lot, back.cause, back.n FROM (
        SELECT b.member, m.lot, b.reverses_cause AS cause, b.reverses_n AS n, sum(m.amount) AS amount
        FROM posting AS b JOIN ({MOVES}) AS m ON m.cause = b.cause AND m.n = b.n
        WHERE b.reverses_cause IS NOT NULL GROUP BY b.member, m.lot, b.reverses_cause, b.reverses_n
    ) AS back
    LEFT JOIN ({MOVES}) AS given ON given.cause = back.cause AND given.n = back.n AND given.lot = back.lot
    WHERE given.amount IS NULL OR given.amount < back.amount
"""  # noqa: S608  the statement is ours
UNEXPLAINED_HOLDS = """
    SELECT h.member, h.id, h.amount, p.amount FROM hold AS h LEFT JOIN (
        SELECT p.hold, sum(p.amount) AS amount, min(l.member) AS first, max(l.member) AS last
        FROM hold_part AS p JOIN lot AS l ON l.id = p.lot WHERE l.asset = 'PTS' GROUP BY p.hold
    ) AS p ON p.hold = h.id
    WHERE p.amount IS NULL OR p.amount <> h.amount OR p.first <> h.member OR p.last <> h.member
"""
ENDED_TWICE = """
    SELECT h.member, e.hold, count(*) FROM hold_end AS e JOIN hold AS h ON h.id = e.hold
    GROUP BY h.member, e.hold HAVING count(*) > 1
"""
HELD_HOUSES = "SELECT owner, held FROM account WHERE held <> 0"
RETURNED = """
    SELECT coalesce(b.lot, m.lot) AS lot, b.recorded_at FROM posting AS b
    LEFT JOIN lot_move AS m ON m.cause = b.cause AND m.n = b.n WHERE b.route = 222
"""
EXPIRED_EARLY = f"""
    SELECT p.member, l.id FROM posting AS p JOIN lot AS l ON l.id = p.lot
    WHERE p.route IN (123, 133) AND (
        l.expires_at > p.recorded_at OR l.expires_at IS NULL AND l.id NOT IN (SELECT lot FROM ({RETURNED}) AS back)
    )
"""  # noqa: S608  the statement is ours
EXPIRED_AGAIN = f"""
    SELECT p.member, p.lot FROM ({RETURNED}) AS back JOIN posting AS p ON p.cause = 'expire:' || back.lot
    WHERE p.recorded_at > back.recorded_at
"""  # noqa: S608  the statement is ours
EXPIRED_UNTOLD = f"""
    SELECT p.member, p.lot, coalesce(n.given, 0) FROM posting AS p LEFT JOIN (
        SELECT lot, count(*) AS given, max(recorded_at) AS last FROM expiry_notice GROUP BY lot
    ) AS n ON n.lot = p.lot
    WHERE p.route = 123 AND (n.given IS NULL OR n.given < 3 OR n.last > p.recorded_at - {DAY_MS})
"""  # noqa: S608  the number is ours
UNTOLD_NOTICES = """
    SELECT n.member, n.lot, n.days FROM expiry_notice AS n
    LEFT JOIN event AS e ON e.subject = n.notice AND e.name = 'points.expiring' AND e.member = n.member
    LEFT JOIN lot AS l ON l.id = n.lot AND l.member = n.member
    WHERE e.position IS NULL OR l.id IS NULL
"""


def prove_routes(connection: sa.Connection) -> Proof:
    """I5: postings went declared routes, for at most one member a cause, and each cause is one event of the log."""
    proof = Proof()
    count_rows(connection, proof, "postings", "posting")
    declared = {(r.code, r.name, r.asset_class, r.debit, r.credit, r.reverses) for r in ROUTES}
    found = {tuple(row) for row in connection.execute(sa.text("SELECT * FROM route"))}
    proof.count("routes", len(found))
    for route in sorted(found ^ declared):
        proof.tell("", f"route {route[0]}", "is not as the chart declares it")
    prove_none(connection, proof, STRAY_POSTINGS, "", "posting {0}#{1} went no declared route")
    for first, last, cause in connection.execute(sa.text(TWO_MEMBERS)):
        for member in (first, last):
            proof.tell("member", member, f"{cause} touches {first} and {last}")
    prove_none(connection, proof, CAUSES_WITHOUT_THEIR_EVENT, "", "is the subject of {1} events")
    return proof


def prove_funding(connection: sa.Connection) -> Proof:
    """I6: granted ≤ reserved ≤ funded ≤ approved, campaign by campaign."""
    proof = Proof()
    for owner, approved, funded, unfunded, reserved, returned, granted, reverted, orders, earned in connection.execute(
        sa.text(CAMPAIGNS)
    ):
        proof.count("campaigns")
        kept = reserved - returned
        if earned > orders:
            proof.tell("", owner, f"orders earned {earned} points, {orders} are in their pool")
        if granted > kept:
            proof.tell("", owner, f"{granted} points were granted, {kept} reserved")
        if kept + orders - reverted > funded - unfunded:
            proof.tell("", owner, f"{kept + orders} points are reserved, {funded - unfunded} funded")
        if funded > approved:
            proof.tell("", owner, f"{funded} points were funded, {approved} approved")
    return proof


def prove_reversals(connection: sa.Connection) -> Proof:
    """I7: a reversal goes the way back, to the original member and lots, and never beyond what was moved."""
    proof = Proof()
    count_rows(connection, proof, "reversals", "posting WHERE reverses_cause IS NOT NULL")
    prove_none(connection, proof, REVERSED_TOO_MUCH, "member", "{4} of the {3} of posting {1}#{2} were reversed")
    prove_none(connection, proof, NOT_MIRRORED, "member", "posting {1}#{2} does not mirror what it reverses")
    prove_none(connection, proof, REVERSED_FROM_OTHER_LOTS, "member", "{2}#{3} was reversed from another lot: {1}")
    return proof


def prove_holds(connection: sa.Connection) -> Proof:
    """I8: a hold is of its member's own lots and ends at most once. House accounts hold nothing."""
    proof = Proof()
    count_rows(connection, proof, "holds", "hold")
    prove_none(connection, proof, UNEXPLAINED_HOLDS, "member", "hold {1} sets {2} aside, its lots say {3}")
    prove_none(connection, proof, ENDED_TWICE, "member", "hold {1} ended {2} times")
    prove_none(connection, proof, HELD_HOUSES, "", "holds {1}, though no house account can")
    return proof


def prove_expiry(connection: sa.Connection) -> Proof:
    """I10: nothing expired before its time, or without its three reminders, the last of them a day before.

    That no expiry moved earlier is a law of the database.
    """
    proof = Proof()
    count_rows(connection, proof, "expiries", "posting WHERE route IN (123, 133)")
    prove_none(connection, proof, EXPIRED_EARLY, "member", "lot {1} was expired before its time")
    prove_none(connection, proof, EXPIRED_AGAIN, "member", "lot {1} expired after points had returned to it for life")
    prove_none(connection, proof, EXPIRED_UNTOLD, "member", "lot {1} expired after {2} reminders, or within a day")
    prove_none(connection, proof, UNTOLD_NOTICES, "member", "was never told that lot {1} expires in {2} days")
    return proof
