"""The games' counters as the facts give them: games, pools, and what a member's next play depends on.

Days are counted in the member's time zone, which is no fact. So `free_until`, `day_until` and `epochs_until` are terms
that a row carries, like a lot its expiry, and `plays_today`, `epochs_today` and `unplayed_today` belong to them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias

import orjson
import sqlalchemy as sa

from engage.ledger import POSTING
from engage.rewards import POOL
from engage.storage.counters import Counted, Counters, always
from engage.storage.snapshot import stream
from games.receipts import ZERO_LEAF, canonical_receipt, receipt_leaf
from games.revisions import NO_PRIZE
from games.tables import game, game_revision, game_stop, member_game, play

MEMBERS = 100
"""How many members' plays are looked at together."""

Pair: TypeAlias = tuple[str, str]

LAST_PLAYS = sa.text(
    "SELECT p.game, p.answer FROM play AS p JOIN "
    "(SELECT game, max(game_seq) AS game_seq FROM play GROUP BY game) AS l "
    "ON l.game = p.game AND l.game_seq = p.game_seq"
)
COUNT_PLAYS = sa.select(play.c.game, sa.func.count()).group_by(play.c.game)
LAST_REVISIONS = sa.select(game_revision.c.game, sa.func.max(game_revision.c.revision)).group_by(game_revision.c.game)
STOPS = sa.select(game_stop).order_by(game_stop.c.game, game_stop.c.run)
UNDER_REVIEW = sa.text("SELECT subject FROM quarantine WHERE kind = 'game' AND lifted_at IS NULL")
NEXT_MEMBERS = sa.text("SELECT member FROM book WHERE member > :after ORDER BY member LIMIT :limit")
OPEN_EPOCHS = sa.text(
    "SELECT e.member, e.game, e.id FROM epoch AS e LEFT JOIN epoch_end AS x ON x.epoch = e.id "
    "WHERE e.member IN :members AND x.epoch IS NULL ORDER BY e.opened_at, e.id"
).bindparams(sa.bindparam("members", expanding=True))
ACCEPTANCES = sa.text(
    "SELECT member, game, data FROM event WHERE member IN :members AND name = 'rules.accepted' "
    "ORDER BY member, member_position"
).bindparams(sa.bindparam("members", expanding=True))
DECLARING = sa.select(game_revision.c.rules_hash, game_revision.c.policy)


def find_receipt(answer: str) -> dict[str, Any] | None:
    """The receipt in a play's answer, with its seal. A play without one is passed over here: I9 tells of it."""
    receipt: dict[str, Any] | None = orjson.loads(answer).get("receipt")
    return receipt


def leaf_of(receipt: dict[str, Any]) -> str:
    """The leaf (hex) of a receipt, which the next one of its game names as `prev`."""
    return receipt_leaf(canonical_receipt({name: value for name, value in receipt.items() if name != "seal"})).hex()


def _derive_games(connection: sa.Connection) -> Iterator[Counted]:
    """What a game's plays, revisions and stops make of its row."""
    last = ((of_game, find_receipt(answer)) for of_game, answer in connection.execute(LAST_PLAYS))
    heads = {of_game: leaf_of(receipt) for of_game, receipt in last if receipt is not None}
    plays = dict(tuple(row) for row in connection.execute(COUNT_PLAYS))
    revisions = dict(tuple(row) for row in connection.execute(LAST_REVISIONS))
    stops = {of_game: list(rows) for of_game, rows in groupby(connection.execute(STOPS), lambda row: row.game)}
    under_review = set(connection.execute(UNDER_REVIEW).scalars())
    rows = {row.id: row for row in connection.execute(sa.select(game))}
    for each in sorted(rows.keys() | plays.keys() | revisions.keys() | stops.keys()):
        state, ended_at = _state_after(stops.get(each, []))
        derived = (
            state,
            revisions.get(each, 0),
            1 + len(stops.get(each, [])),
            plays.get(each, 0),
            heads.get(each, ZERO_LEAF),
            int(any(stop.reason == "sold_out" for stop in stops.get(each, []))),
            int(each in under_review),
            ended_at,
        )
        row = rows.get(each)
        stored = None if row is None else tuple(getattr(row, name) for name in GAMES.names)
        yield Counted((each,), stored, derived)


def _state_after(stops: Sequence[sa.Row[Any]]) -> tuple[str, int | None]:
    """The state that a game's stops left it in, and when it ended."""
    state, ended_at = "live", None
    for stop in stops:
        if stop.reason in {"end", "kill"}:
            state, ended_at = "ended", stop.recorded_at
        elif stop.reason in {"pause", "resume"}:
            state = "paused" if stop.reason == "pause" else "live"
    return state, ended_at


def count_wins(connection: sa.Connection) -> Counter[Pair]:
    """How often each prize of each game was won, according to the receipts."""
    query = sa.select(play.c.game, play.c.answer)
    wins: Counter[Pair] = Counter()
    for of_game, answer in stream(connection, query):
        receipt = find_receipt(answer)
        if receipt is not None and receipt["prize"] != NO_PRIZE:
            wins[of_game, receipt["prize"]] += 1
    return wins


def _derive_pools(connection: sa.Connection) -> Iterator[Counted]:
    """A unit leaves its pool when it is won; a pool without end has none that could."""
    pool, wins = POOL.table, count_wins(connection)
    of_games = sa.func.substr(pool.c.game, 1, 4) == "gam_"
    for row in connection.execute(sa.select(pool).where(of_games).order_by(pool.c.game, pool.c.prize)):
        won = wins.pop((row.game, row.prize), 0)
        yield Counted((row.game, row.prize), (row.units_left,), (None if row.units is None else row.units - won,))
    for won_from, won in wins.items():
        yield Counted(won_from, None, (-won,))


@dataclass
class _State:
    """What one member's plays of one game come to."""

    member_seq: int = 0
    epoch: str | None = None
    plays_of_epoch: dict[str, int] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    misses: int = 0
    wins: dict[str, int] = field(default_factory=dict)
    turn_credits: int = 0
    turn_debits: int = 0
    accepted: str | None = None
    adult: int = 0

    def add(self, receipt: dict[str, Any]) -> None:
        """Count the next play."""
        self.member_seq += 1
        epoch = receipt["epoch"]
        self.plays_of_epoch = {epoch: self.plays_of_epoch.get(epoch, 0) + 1}
        self.seeds = {epoch: receipt["client_seed"]}
        if receipt["guarantee"] is not None:
            self.misses = receipt["guarantee"]["after"]
        if receipt["prize"] != NO_PRIZE:
            self.wins[receipt["prize"]] = self.wins.get(receipt["prize"], 0) + 1

    def values(self) -> tuple[Any, ...]:
        """The counters, in the order of their names."""
        nonce = self.plays_of_epoch.get(self.epoch, 0) if self.epoch else 0
        seed = self.seeds.get(self.epoch) if self.epoch else None
        wins = orjson.dumps(self.wins).decode()
        turns = (self.turn_credits, self.turn_debits)
        return (self.member_seq, self.epoch, nonce, seed, self.misses, wins, *turns, self.accepted, self.adult)


class _States(dict[Pair, _State]):
    """The states of some members, each there as soon as it is asked for."""

    def __missing__(self, pair: Pair) -> _State:
        self[pair] = state = _State()
        return state


def _derive_members(connection: sa.Connection) -> Iterator[Counted]:
    """What each member's plays, turns, epochs and acceptances make of the row of member and game."""
    declaring = {
        rules_hash: bool(orjson.loads(policy)["declaration"]) for rules_hash, policy in connection.execute(DECLARING)
    }
    after = ""
    while True:
        query = connection.execute(NEXT_MEMBERS, {"after": after, "limit": MEMBERS})
        members = list(query.scalars())
        if not members:
            return
        after = members[-1]
        states = _states_of(connection, members, declaring)
        stored = {
            (row.member, row.game): tuple(getattr(row, name) for name in MEMBER_GAMES.names)
            for row in connection.execute(sa.select(member_game).where(member_game.c.member.in_(members)))
        }
        for pair in sorted(states.keys() | stored.keys()):
            yield Counted(pair, stored.get(pair), states[pair].values())


def _states_of(connection: sa.Connection, members: Sequence[str], declaring: dict[str, bool]) -> _States:
    states = _States()
    plays = sa.select(play.c.member, play.c.game, play.c.answer).where(play.c.member.in_(members))
    for member, of_game, answer in stream(connection, plays.order_by(play.c.game, play.c.game_seq)):
        receipt = find_receipt(answer)
        if receipt is not None:
            states[member, of_game].add(receipt)
    for member, of_game, credit, debit in connection.execute(_turns_of(members)):
        states[member, of_game].turn_credits, states[member, of_game].turn_debits = int(credit), int(debit)
    for member, of_game, epoch in connection.execute(OPEN_EPOCHS, {"members": members}):
        states[member, of_game].epoch = epoch
    for member, of_game, data in connection.execute(ACCEPTANCES, {"members": members}):
        told, state = orjson.loads(data), states[member, of_game]
        state.accepted = told["rules_hash"]
        if told["adult"] and declaring.get(told["rules_hash"]):
            state.adult = 1
    return states


def _turns_of(members: Sequence[str]) -> sa.Select[Any]:
    posting = POSTING.table

    def total(side: str) -> sa.ColumnElement[int]:
        is_member = posting.c[f"{side}_kind"] == "MEMBER"
        return sa.func.sum(sa.case((is_member, posting.c.amount), else_=0))

    return (
        sa.select(posting.c.member, posting.c.owner, total("credit"), total("debit"))
        .where(posting.c.member.in_(members), posting.c.asset_class == "TURN")
        .group_by(posting.c.member, posting.c.owner)
    )


GAMES = Counters(
    game,
    ("state", "revision", "run", "game_seq", "head", "sold_out", "under_review", "ended_at"),
    _derive_games,
    always("live", 1, 1, 0, ZERO_LEAF, 0, 0, None),
)
POOLS = Counters(POOL.table, ("units_left",), _derive_pools, lambda row: (row["units"],))
MEMBER_GAMES = Counters(
    member_game,
    (
        "member_seq",
        "epoch",
        "nonce",
        "client_seed",
        "misses",
        "wins",
        "turn_credits",
        "turn_debits",
        "accepted",
        "adult",
    ),
    _derive_members,
    always(0, None, 0, None, 0, "{}", 0, 0, None, 0),
)
GAME_COUNTERS = (GAMES, POOLS, MEMBER_GAMES)
