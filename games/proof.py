"""The games' invariants: plays form one chain, each was paid exactly once as its rules say, and stock and turns add up."""

import sqlalchemy as sa

from engage.kernel.clock import render_ms
from engage.ledger import Invariant, Proof, pool_balances, prove_counters, prove_none, read_approved_money
from engage.rewards import POOL, count_codes
from games.counters import GAMES, MEMBER_GAMES, POOLS
from games.proof_plays import prove_plays
from games.revisions import Revision
from games.tables import GameRevision, game_revision

TURNS_OF_LOTS = """
    SELECT k.member, k.game, coalesce(m.turn_credits - m.turn_debits, 0), coalesce(l.remaining, 0)
    FROM (
        SELECT member, game FROM member_game
        UNION SELECT member, substr(asset, 6) FROM lot WHERE asset <> 'PTS'
    ) AS k
    LEFT JOIN member_game AS m ON m.member = k.member AND m.game = k.game
    LEFT JOIN (
        SELECT member, substr(asset, 6) AS game, sum(remaining) AS remaining FROM lot WHERE asset <> 'PTS'
        GROUP BY member, substr(asset, 6)
    ) AS l ON l.member = k.member AND l.game = k.game
    WHERE coalesce(m.turn_credits - m.turn_debits, 0) <> coalesce(l.remaining, 0)
"""
STRANGERS = """
    SELECT p.member, p.id FROM play AS p LEFT JOIN epoch AS e ON e.id = p.epoch
    WHERE e.id IS NULL OR e.member <> p.member OR e.game <> p.game
"""
TWO_OPEN_EPOCHS = """
    SELECT e.member, e.game, count(*) FROM epoch AS e LEFT JOIN epoch_end AS x ON x.epoch = e.id
    WHERE x.epoch IS NULL GROUP BY e.member, e.game HAVING count(*) > 1
"""
NOT_DECLARED = """
    SELECT p.cause, p.n FROM posting AS p WHERE p.asset_class = 'TURN' AND p.asset <> 'TURN:' || p.owner
"""
LAST_REVISIONS = sa.select(game_revision).where(
    sa.tuple_(game_revision.c.game, game_revision.c.revision).in_(
        sa.select(game_revision.c.game, sa.func.max(game_revision.c.revision)).group_by(game_revision.c.game)
    )
)
TOLD_EXPIRIES = sa.text(
    "SELECT e.member, l.id, e.data, l.expires_at FROM event AS e JOIN lot AS l ON l.id = e.subject || '#0' "
    "WHERE e.name = 'turns.changed' AND e.subject LIKE 'turns:%'"
)
