"""The proof of what points bought: each redemption that was captured was paid exactly, and given unit by unit."""

import orjson
import sqlalchemy as sa

from engage.ledger import Proof, prove_none
from engage.rewards.items import ITEM
from engage.rewards.tables import PRIZE_OF_ITEM, pool
from engage.rewards.vouchers import count_codes
from engage.storage.snapshot import stream

PRICES = sa.text(
    "SELECT r.id, r.member, r.quantity, r.points, c.document, c.kind FROM redemption AS r "
    "JOIN catalogue_entry AS c ON c.id = r.item AND c.n = r.revision ORDER BY r.id"
)
NOT_PAID = """
    SELECT r.member, r.id, r.points, coalesce(p.amount, 0) FROM redemption AS r
    JOIN redemption_end AS e ON e.redemption = r.id AND e.outcome = 'captured'
    LEFT JOIN posting AS p ON p.cause = 'redemption:' || r.id AND p.n = 0 AND p.route = 122
        AND p.member = r.member AND p.owner = r.item
    WHERE p.amount IS NULL OR p.amount <> r.points
"""
STRAY_PAYMENTS = """
    SELECT p.member, p.cause, p.n FROM posting AS p
    LEFT JOIN redemption_end AS e ON 'redemption:' || e.redemption = p.cause AND e.outcome = 'captured'
    WHERE p.route = 122 AND (e.redemption IS NULL OR p.n <> 0)
"""
NOT_GIVEN = """
    SELECT r.member, r.id, r.quantity, coalesce(g.given, 0) FROM redemption AS r
    LEFT JOIN redemption_end AS e ON e.redemption = r.id AND e.outcome = 'captured'
    LEFT JOIN (
        SELECT substr(cause, 12, 30) AS redemption, game, member, revision, count(*) AS given FROM prize_grant
        WHERE substr(cause, 1, 11) = 'redemption:' GROUP BY substr(cause, 12, 30), game, member, revision
    ) AS g ON g.redemption = r.id AND g.game = r.item AND g.member = r.member AND g.revision = r.revision
    WHERE coalesce(g.given, 0) <> CASE WHEN e.redemption IS NULL THEN 0 ELSE r.quantity END
"""
STRAY_GRANTS = """
    SELECT g.member, g.id, g.cause FROM prize_grant AS g
    LEFT JOIN redemption AS r ON r.id = substr(g.cause, 12, 30) AND substr(g.cause, 1, 11) = 'redemption:'
    WHERE substr(g.game, 1, 4) = 'itm_' AND (r.id IS NULL OR r.item <> g.game OR r.member <> g.member)
"""
NOT_RETURNED = """
    SELECT g.member, g.id, s.state FROM prize_grant AS g
    JOIN grant_state AS s ON s."grant" = g.id AND s.state IN ('revoked', 'declined')
    LEFT JOIN posting AS p ON p.cause = 'returned:' || g.id AND p.n = 0 AND p.route = 222
        AND p.reverses_cause = substr(g.cause, 1, 41) AND p.recorded_at = s.recorded_at
    LEFT JOIN redemption AS r ON r.id = substr(g.cause, 12, 30) AND r.points = p.amount * r.quantity
    WHERE substr(g.cause, 1, 11) = 'redemption:' AND r.id IS NULL
"""
STRAY_RETURNS = """
    SELECT p.member, p.cause, p.n FROM posting AS p
    LEFT JOIN grant_state AS s ON s."grant" = substr(p.cause, 10) AND s.state IN ('revoked', 'declined')
    WHERE p.route = 222 AND (s."grant" IS NULL OR p.n <> 0 OR substr(p.cause, 1, 9) <> 'returned:')
"""
GAPS = """
    SELECT game, count(*), max(ordinal) FROM prize_grant WHERE substr(game, 1, 4) = 'itm_'
    GROUP BY game HAVING count(*) <> max(ordinal) + 1
"""
WRONGLY_HELD = """
    SELECT r.member, r.id, coalesce(e.outcome, 'held'), coalesce(x.outcome, CASE WHEN h.id IS NULL THEN 'none' ELSE
        'open' END) FROM redemption AS r
    LEFT JOIN redemption_end AS e ON e.redemption = r.id
    LEFT JOIN hold AS h ON h.id = 'redemption:' || r.id AND h.member = r.member AND h.amount = r.points
        AND h.reason = 'redemption' AND h.until = r.until
    LEFT JOIN hold_end AS x ON x.hold = h.id
    LEFT JOIN member AS m ON m.id = r.member AND m.external_id IS NULL
    WHERE CASE
        WHEN r.until IS NULL THEN h.id IS NOT NULL OR e.redemption IS NULL OR e.outcome <> 'captured'
        WHEN h.id IS NULL THEN 1 = 1
        WHEN e.outcome IS NULL THEN x.hold IS NOT NULL OR m.id IS NOT NULL
        WHEN e.outcome = 'captured' THEN coalesce(x.outcome, '') <> 'captured'
        ELSE coalesce(x.outcome, '') <> 'released' OR e.recorded_at >= r.until
            AND coalesce(m.updated_at, 0) <> e.recorded_at
    END
"""
"""Who is erased has all given back at that instant, what was due too; after it nothing is held."""
STRAY_HOLDS = """
    SELECT h.member, h.id FROM hold AS h LEFT JOIN redemption AS r ON r.id = substr(h.id, 12)
    WHERE h.reason = 'redemption' AND r.id IS NULL AND substr(h.id, 1, 11) = 'redemption:'
"""


def prove_redemptions(connection: sa.Connection) -> Proof:
    """I9, for points: what was captured was paid once at the published price, and given; what is held has its hold."""
    proof = Proof()
    _prove_prices(connection, proof)
    prove_none(connection, proof, NOT_PAID, "member", "redemption {1} costs {2} points, {3} were taken")
    prove_none(connection, proof, STRAY_PAYMENTS, "member", "posting {1}#{2} paid for no redemption")
    prove_none(connection, proof, NOT_RETURNED, "member", "grant {1} was bought and is {2}, its points did not return")
    prove_none(connection, proof, STRAY_RETURNS, "member", "posting {1}#{2} returns points for no grant")
    prove_none(connection, proof, NOT_GIVEN, "member", "redemption {1} is of {2} units, {3} were given")
    prove_none(connection, proof, STRAY_GRANTS, "member", "grant {1} of {2} belongs to no redemption")
    prove_none(connection, proof, WRONGLY_HELD, "member", "redemption {1} is {2}, its hold is {3}")
    prove_none(connection, proof, STRAY_HOLDS, "member", "hold {1} belongs to no redemption")
    prove_none(connection, proof, GAPS, "", "{1} units were given, the last of them is number {2}")
    _prove_codes(connection, proof)
    return proof


def _prove_prices(connection: sa.Connection, proof: Proof) -> None:
    for row in stream(connection, PRICES):
        proof.count("redemptions")
        price = orjson.loads(row.document)["price"] if row.kind == ITEM else 0
        if row.points != price * row.quantity:
            proof.tell("member", row.member, f"redemption {row.id} costs {row.points}, published are {price} each")


def _prove_codes(connection: sa.Connection, proof: Proof) -> None:
    vouchers = sa.select(pool.c.game, pool.c.units).where(pool.c.prize == PRIZE_OF_ITEM, pool.c.kind == "voucher")
    for item, units in connection.execute(vouchers).all():
        if count_codes(connection, item, PRIZE_OF_ITEM) < units:
            proof.tell("", item, f"{units} units have fewer codes")
