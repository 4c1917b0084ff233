"""The games' invariants: turns, stock and covers add up, and every play was paid once as its rules say."""

from collections import Counter

import orjson
import sqlalchemy as sa

from engage.ledger import Invariant, Proof, pool_balances, prove_counters, prove_none, read_approved_money
from engage.rewards import POOL, count_codes, count_promised
from games.counters import GAMES, MEMBER_GAMES, POOLS
from games.proof_plays import prove_plays
from games.tables import game, game_revision

LOTS_OF_TURNS = """
    SELECT k.member, k.game, coalesce(m.turn_credits - m.turn_debits, 0), coalesce(l.remaining, 0)
    FROM (
        SELECT member, game FROM member_game UNION SELECT member, substr(asset, 6) FROM lot WHERE asset <> 'PTS'
    ) AS k
    LEFT JOIN member_game AS m ON m.member = k.member AND m.game = k.game
    LEFT JOIN (
        SELECT member, substr(asset, 6) AS game, sum(remaining) AS remaining FROM lot WHERE asset <> 'PTS'
        GROUP BY member, substr(asset, 6)
    ) AS l ON l.member = k.member AND l.game = k.game
    WHERE coalesce(m.turn_credits - m.turn_debits, 0) <> coalesce(l.remaining, 0)
"""
OTHERS_TURNS = "SELECT owner, cause, n FROM posting WHERE asset_class = 'TURN' AND asset <> 'TURN:' || owner"
OTHERS_EPOCHS = """
    SELECT p.member, p.id, p.epoch FROM play AS p LEFT JOIN epoch AS e ON e.id = p.epoch
    WHERE e.id IS NULL OR e.member <> p.member OR e.game <> p.game
"""
TWO_OPEN_EPOCHS = """
    SELECT e.member, e.game, count(*) FROM epoch AS e LEFT JOIN epoch_end AS x ON x.epoch = e.id
    WHERE x.epoch IS NULL GROUP BY e.member, e.game HAVING count(*) > 1
"""
LAST_REVISIONS = sa.select(game.c.id, game.c.campaign, game_revision.c.rules).join(
    game_revision, sa.and_(game_revision.c.game == game.c.id, game_revision.c.revision == game.c.revision)
)


def prove_turns(connection: sa.Connection) -> Proof:
    """I1, I3: what a member's next play depends on is what plays, turns, epochs and acceptances make of it."""
    proof = Proof()
    prove_counters(connection, proof, MEMBER_GAMES, "rows of member and game", lambda member, _game: ("member", member))
    prove_none(connection, proof, LOTS_OF_TURNS, "member", "has {2} turns of {1} in the row and {3} in lots")
    prove_none(connection, proof, OTHERS_TURNS, "game", "posting {1}#{2} moves turns of another game")
    prove_none(connection, proof, OTHERS_EPOCHS, "member", "play {1} was drawn in epoch {2}, which is not theirs")
    prove_none(connection, proof, TWO_OPEN_EPOCHS, "member", "has {2} open epochs in {1}")
    return proof


def prove_games(connection: sa.Connection) -> Proof:
    """I1, I6: games and pools are what revisions, stops and plays make of them; what can be won is covered."""
    proof = Proof()
    prove_counters(connection, proof, GAMES, "games", lambda each: ("game", each))
    prove_counters(connection, proof, POOLS, "pools", lambda each, _prize: ("game", each))
    _prove_covers(connection, proof)
    return proof


def _prove_covers(connection: sa.Connection, proof: Proof) -> None:
    """Points are covered by reserved points, vouchers by codes, goods by the money of the approved plans."""
    pool = POOL.table
    points: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for of_game, campaign, rules in connection.execute(LAST_REVISIONS).all():
        published = {prize["id"]: prize for prize in orjson.loads(rules)["prizes"]}
        rows = {row.prize: row for row in connection.execute(sa.select(pool).where(pool.c.game == of_game))}
        for prize in sorted(published.keys() ^ rows.keys()):
            proof.tell("game", of_game, f"{prize} has no pool, or its pool no prize")
        for prize, row in rows.items():
            terms = published.get(prize, {})
            if (row.kind, row.points, row.units) != tuple(terms.get(name) for name in ("kind", "points", "units")):
                proof.tell("game", of_game, f"the pool of {prize} is not what was published")
            units = row.units or 0
            if row.kind == "voucher" and count_codes(connection, of_game, prize) < units:
                proof.tell("game", of_game, f"{units} units of {prize} have fewer codes")
            points[campaign] += (row.units_left or 0) * (row.points or 0)
            money[campaign] += units * terms.get("market_value_fen", 0) if row.kind == "goods" else 0
    _prove_funded(connection, proof, points, money)


def _prove_funded(connection: sa.Connection, proof: Proof, points: Counter[str], money: Counter[str]) -> None:
    """A campaign's pools hold just what can still be won, until the rest is returned."""
    points += count_promised(connection)
    for balance in pool_balances(connection):
        promised = points.pop(balance.campaign, 0)
        if balance.points != promised and not (balance.returned and balance.points == 0):
            proof.tell("", balance.campaign, f"{promised} points can still be won, {balance.points} are reserved")
    for campaign, promised in points.items():
        if promised:
            proof.tell("", campaign, f"{promised} points can still be won, none are reserved")
    approved = read_approved_money(connection)
    for campaign, fen in money.items():
        if fen > approved.get(campaign, 0):
            proof.tell("", campaign, f"goods of {fen} fen are promised, {approved.get(campaign, 0)} approved")


GAME_INVARIANTS = (
    Invariant("I1", "turns, seeds and counts are what the plays make of them", prove_turns),
    Invariant("I6", "games and pools are what was published, less what was won", prove_games),
    Invariant("I9", "plays are one chain, each paid once as its rules say", prove_plays),
)
"""What the games add to the ledger's invariants."""
