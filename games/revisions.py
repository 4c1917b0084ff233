"""A published revision as the play reads it: parsed once a process, looked up by game and number, never changed."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import orjson

from engage.kernel.clock import parse, to_ms
from engage.storage.work import Work
from games.tables import REVISION_BY_NUMBER, Game, GameRevision

NO_PRIZE = "none"


@dataclass(frozen=True)
class Prize:
    """One prize of a revision. `turns`: how many turns a prize of that kind gives. `use_by_days`: None is no limit."""

    id: str
    kind: str
    points: int | None
    turns: int
    prize_class: int
    per_member: int | None
    units: int | None
    value_fen: int
    use_by_days: int | None


@dataclass(frozen=True)
class Slot:
    """One weighted place in a table with its chain: what it pays, in order."""

    slot: str
    chain: tuple[str, ...]
    weight: int


class Table:
    """A table of slots. `finite` are the chains that can be exhausted: those that don't end in no prize."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.id: int = document["id"]
        self.slots = tuple(Slot(s["slot"], (s["prize"], *s["else"]), s["weight"]) for s in document["slots"])
        self._cumulative = tuple(accumulate(slot.weight for slot in self.slots))
        self.total = self._cumulative[-1]
        self.finite = tuple(slot.chain for slot in self.slots if slot.chain[-1] != NO_PRIZE)

    def slot_at(self, ticket: int) -> Slot:
        """The first slot whose cumulative weight is greater than the ticket (FAIRNESS, the draw)."""
        return self.slots[bisect_right(self._cumulative, ticket)]


@dataclass(frozen=True)
class Guarantee:
    """After `misses` plays without a prize of at least this class the next play uses `table`."""

    prize_class: int
    misses: int
    table: int


@dataclass(frozen=True)
class Policy:
    """What a play must know beside the rules document.

    `only`: attributes and the values that let a member take part. `points_days`: how long points last, None: for life.
    `winners_above_fen`: the winners of prizes worth more are shown; None: nobody's. `need_order`: points are held until
    an order of the last 365 days.
    """

    campaign: str
    accept_rules: bool
    minimum_age: int
    declaration: bool
    only: tuple[tuple[str, tuple[str | int | bool, ...]], ...]
    points_days: int | None
    winners_above_fen: int | None
    need_order: bool = False


class Revision:
    """One game's rules, ready to be played."""

    def __init__(self, row: GameRevision) -> None:
        rules: dict[str, Any] = orjson.loads(row.rules)
        policy: dict[str, Any] = orjson.loads(row.policy)
        self.game, self.number, self.document = row.game, row.revision, rules
        self.canonical, self.rules_hash = row.rules, row.rules_hash
        self.hash_bytes = bytes.fromhex(row.rules_hash)
        self.alg: str = rules["alg"]
        self.opens_ms, self.closes_ms = to_ms(parse(rules["opens_at"])), to_ms(parse(rules["closes_at"]))
        self.tables = {table["id"]: Table(table) for table in rules["tables"]}
        self.finite = tuple({chain for table in self.tables.values() for chain in table.finite})
        self.prizes = {prize["id"]: _prize(prize, policy) for prize in rules["prizes"]}
        guarantee = rules["guarantee"]
        self.guarantee = Guarantee(guarantee["class"], guarantee["misses"], guarantee["table"]) if guarantee else None
        self.deck: dict[str, Any] | None = rules["deck"]
        self.free_per_day: int = rules["turns"]["free_per_day"]
        self.per_day: int | None = rules["limits"]["per_day"]
        self.per_campaign: int | None = rules["limits"]["per_campaign"]
        self.policy = Policy(
            policy["campaign"],
            policy["accept_rules"],
            policy["minimum_age"],
            policy["declaration"],
            tuple((attribute, tuple(values)) for attribute, values in policy["only"]),
            policy["points_days"],
            policy["winners_above_fen"],
            policy.get("need_order", False),
        )
        self.texts: dict[str, Any] = policy["texts"]

    def class_of(self, prize: str) -> int:
        """The class of a prize; no prize has class 0."""
        return self.prizes[prize].prize_class if prize != NO_PRIZE else 0

    def table_for(self, misses: int) -> Table:
        """The table of a play that comes after so many misses in a row."""
        guarantee = self.guarantee
        if guarantee is not None and misses >= guarantee.misses:
            return self.tables[guarantee.table]
        return self.tables[0]


def _prize(document: dict[str, Any], policy: dict[str, Any]) -> Prize:
    return Prize(
        document["id"],
        document["kind"],
        document["points"],
        policy["turns"].get(document["id"], 0),
        document["class"],
        document["per_member"],
        document["units"],
        document["market_value_fen"],
        policy["use_by_days"].get(document["id"]),
    )


class Revisions:
    """The revisions that this process has parsed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Revision] = {}

    def of(self, work: Work, game: Game) -> Revision:
        """The revision in force of a game whose row is locked; read from the database at its first use only."""
        key = (game.id, game.revision)
        known = self._known.get(key)
        if known is None:
            row = work.fetch(REVISION_BY_NUMBER, key)
            assert row is not None, "a game never points to a revision that is not there"
            known = self.keep(row)
        return known

    def keep(self, row: GameRevision) -> Revision:
        """Parse a revision and remember it. A revision read inside a transaction that fails is still immutable."""
        return self._known.setdefault((row.game, row.revision), Revision(row))

    def find(self, game: str, number: int) -> Revision | None:
        """The revision if this process has parsed it."""
        return self._known.get((game, number))
