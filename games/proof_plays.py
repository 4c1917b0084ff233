"""I9: every play has a receipt, the receipts of a game are one chain, and each play was paid once, as its rules say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engage.fairness import Shelf
from engage.fairness.verifier import path_head
from engage.kernel.clock import DAY_MS, render_ms
from engage.ledger import GIVE_TURN, GRANT, LOT, POINTS, POSTING, USE_TURN, Proof, prove_none, turn_asset
from engage.rewards import GRANT as PRIZE_GRANT
from engage.storage.snapshot import PAGE
from games.counters import leaf_of
from games.play import FREE, PRIZE, USE
from games.receipts import ZERO_LEAF
from games.revisions import NO_PRIZE, Revision
from games.tables import GameRevision, game_revision, play

STRAY_POSTINGS = """
    SELECT p.member, p.cause, p.n, p.route FROM posting AS p
    LEFT JOIN play AS y ON y.id = substr(p.cause, 6) AND substr(p.cause, 1, 5) = 'play:'
    WHERE y.id IS NULL AND (p.route = 132 OR substr(p.cause, 1, 5) = 'play:')
"""
STRAY_GRANTS = """
    SELECT g.member, g.id, g.cause FROM prize_grant AS g
    LEFT JOIN play AS y ON y.id = substr(g.cause, 6)
    WHERE y.id IS NULL AND (substr(g.cause, 1, 5) = 'play:' OR substr(g.game, 1, 4) = 'gam_')
"""
COUNT_SETTLED = sa.text("SELECT count(*) FROM event WHERE name = 'play.settled'")
PLAYS = sa.select(play).order_by(play.c.game, play.c.game_seq)


@dataclass
class _Facts:
    """What a page of plays left in the books, by cause: postings by number, lots by posting, grants."""

    postings: dict[str, dict[int, sa.Row[Any]]] = field(default_factory=dict)
    expiries: dict[str, int | None] = field(default_factory=dict)
    grants: dict[str, sa.Row[Any]] = field(default_factory=dict)


@dataclass
class _Chain:
    """The plays of one game as they are walked."""

    game: str
    seq: int = 0
    head: str = ZERO_LEAF
    shelf: Shelf | None = None


def prove_plays(connection: sa.Connection) -> Proof:
    """I9: one receipt, one turn and one prize a play; nothing was won without one."""
    proof, revisions, chain = Proof(), _Revisions(connection), _Chain("")
    for page in _pages(connection):
        facts = _read_facts(connection, [f"play:{row.id}" for row in page])
        for row in page:
            proof.count("plays")
            if row.game != chain.game:
                chain = _Chain(row.game)
            for fault in _read(row, chain, revisions, facts):
                proof.tell("member", row.member, f"play {row.id}: {fault}")
    settled = connection.execute(COUNT_SETTLED).scalar_one()
    if settled != proof.counted.get("plays", 0):
        proof.tell("", "log", f"{settled} plays were settled, {proof.counted.get('plays', 0)} are there")
    prove_none(connection, proof, STRAY_POSTINGS, "member", "posting {1}#{2} on route {3} belongs to no play")
    prove_none(connection, proof, STRAY_GRANTS, "member", "grant {1} of {2} belongs to no play")
    return proof


def _pages(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    options = {"stream_results": True, "yield_per": PAGE}
    with connection.execute(PLAYS, execution_options=options) as rows:
        yield from rows.partitions()


def _read_facts(connection: sa.Connection, causes: Sequence[str]) -> _Facts:
    facts = _Facts()
    posting, lot, grant = POSTING.table, LOT.table, PRIZE_GRANT.table
    for row in connection.execute(sa.select(posting).where(posting.c.cause.in_(causes))):
        facts.postings.setdefault(row.cause, {})[row.n] = row
    made = [f"{cause}#{n}" for cause in causes for n in facts.postings.get(cause, {})]
    for lot_id, expires_at in connection.execute(sa.select(lot.c.id, lot.c.expires_at).where(lot.c.id.in_(made))):
        facts.expiries[lot_id] = expires_at
    for row in connection.execute(sa.select(grant).where(grant.c.cause.in_(causes))):
        facts.grants[row.cause] = row
    return facts


class _Revisions:
    """The published revisions, parsed at their first use."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, int], Revision | None] = {}

    def find(self, of_game: str, number: int) -> Revision | None:
        """A game's revision."""
        key = (of_game, number)
        if key not in self._known:
            query = sa.select(game_revision).where(game_revision.c.game == of_game, game_revision.c.revision == number)
            row = self._connection.execute(query).one_or_none()
            self._known[key] = None if row is None else Revision(GameRevision(*row))
        return self._known[key]


def _read(row: sa.Row[Any], chain: _Chain, revisions: _Revisions, facts: _Facts) -> list[str]:
    """Everything that is wrong with one play, also if it can't be read."""
    try:
        return list(_faults(row, chain, revisions, facts))
    except (AttributeError, LookupError, TypeError, ValueError) as fault:
        return [f"can't be read: {fault!r}"]


def _faults(row: sa.Row[Any], chain: _Chain, revisions: _Revisions, facts: _Facts) -> Iterator[str]:
    """Everything that is wrong with one play."""
    answer = orjson.loads(row.answer)
    receipt = answer.get("receipt")
    if not isinstance(receipt, dict):
        yield "has no receipt"
        return
    yield from _chain_faults(row, receipt, chain)
    revision = revisions.find(row.game, receipt["revision"])
    if revision is None or revision.rules_hash != receipt["rules_hash"]:
        yield "refers to rules that were never published"
        return
    yield from _deck_faults(row, receipt, chain, revision)
    if (answer["prize"] or {"id": NO_PRIZE})["id"] != receipt["prize"]:
        yield "shows another prize than its receipt"
    if answer["show"]["slot"] != (receipt["prize"] if receipt["deck"] else receipt["slot"]):
        yield "shows another slot than its receipt"
    if receipt["prize"] != NO_PRIZE and receipt["prize"] not in revision.prizes:
        yield "won what its rules do not have"
        return
    yield from _payment_faults(row, receipt, revision, facts)
    yield from _grant_faults(row, receipt, revision, facts)


def _chain_faults(row: sa.Row[Any], receipt: dict[str, Any], chain: _Chain) -> Iterator[str]:
    """Whether the receipt is the next of its game, and says what its row says."""
    chain.seq += 1
    if row.game_seq != chain.seq:
        yield f"is number {row.game_seq} of its game, not {chain.seq}"
        chain.seq = row.game_seq
    for name in ("member", "game", "game_seq", "epoch", "nonce"):
        if receipt[name] != getattr(row, name):
            yield f"has {name} {getattr(row, name)}, its receipt {receipt[name]}"
    if receipt["play"] != row.id:
        yield "has the receipt of another play"
    if receipt["prev"] != chain.head:
        yield "does not follow the receipt before it"
    chain.head = leaf_of(receipt)
    seal = receipt["seal"]
    path = [bytes.fromhex(node) for node in seal["path"]]
    if path_head(bytes.fromhex(chain.head), seal["index"], seal["size"], path) is None:
        yield "has a seal that leads nowhere"


def _deck_faults(row: sa.Row[Any], receipt: dict[str, Any], chain: _Chain, revision: Revision) -> Iterator[str]:
    """Whether the card is the first one that was unsold from the start on."""
    if revision.deck is None:
        if row.serial is not None:
            yield "sold a card of a deck that there is not"
        return
    if row.serial != receipt["ticket"]:
        yield f"sold card {row.serial}, its receipt says {receipt['ticket']}"
    if chain.shelf is None:
        chain.shelf = Shelf(int(revision.deck["n"]))
    serial = chain.shelf.take(receipt["deck"]["start"])
    if serial != row.serial:
        yield f"sold card {row.serial}, but {serial} was the first unsold one"


def _payment_faults(row: sa.Row[Any], receipt: dict[str, Any], revision: Revision, facts: _Facts) -> Iterator[str]:
    """Whether exactly the postings are there that the rules ask for, and their lots last as long as they must."""
    cause = f"play:{row.id}"
    found = facts.postings.get(cause, {})
    asset = turn_asset(row.game)
    wanted = {USE: (USE_TURN, asset, row.game, 1)}
    prize = revision.prizes.get(receipt["prize"])
    least: dict[int, int | None] = {}
    if prize is not None and prize.kind == "points":
        wanted[PRIZE] = (GRANT, POINTS, revision.policy.campaign, prize.points or 0)
        days = revision.policy.points_days
        least[PRIZE] = None if days is None else found[PRIZE].recorded_at + days * DAY_MS if PRIZE in found else None
    elif prize is not None and prize.kind == "turns":
        wanted[PRIZE] = (GIVE_TURN, asset, row.game, prize.turns)
        least[PRIZE] = revision.closes_ms
    if FREE in found:
        wanted[FREE] = (GIVE_TURN, asset, row.game, revision.free_per_day)
    paid = {n: (p.route, p.asset, p.owner, p.amount) for n, p in found.items()}
    if paid != wanted:
        yield f"was paid {_told(paid)}, its rules say {_told(wanted)}"
    for posting in found.values():
        if posting.member != row.member or render_ms(posting.recorded_at) != receipt["played_at"]:
            yield f"was paid to {posting.member} at {render_ms(posting.recorded_at)}"
    for n, expires_at in least.items():
        given = facts.expiries.get(f"{cause}#{n}")
        if given is not None and (expires_at is None or given < expires_at):
            yield f"gave what expires at {render_ms(given)}, earlier than was promised"


def _told(postings: dict[int, tuple[int, str, str, int]]) -> str:
    parts = (f"{amount} {asset} of {owner} by {route}" for _, (route, asset, owner, amount) in sorted(postings.items()))
    return ", ".join(parts) or "nothing"


def _grant_faults(row: sa.Row[Any], receipt: dict[str, Any], revision: Revision, facts: _Facts) -> Iterator[str]:
    """Whether a voucher or goods were granted once, and nothing else was."""
    grant = facts.grants.get(f"play:{row.id}")
    prize = revision.prizes.get(receipt["prize"])
    wanted = None if prize is None or prize.kind not in {"voucher", "goods"} else prize
    if wanted is None or grant is None:
        if (wanted is None) != (grant is None):
            yield "has no grant of its prize" if grant is None else f"has a grant {grant.id} that its rules do not give"
        return
    use_by = None if wanted.use_by_days is None else grant.won_at + wanted.use_by_days * DAY_MS
    is_right = (grant.member, grant.game, grant.revision, grant.prize, grant.kind, grant.use_by) == (
        row.member,
        row.game,
        revision.number,
        wanted.id,
        wanted.kind,
        use_by,
    ) and render_ms(grant.won_at) == receipt["played_at"]
    if not is_right:
        yield f"has a grant {grant.id} of something else"
