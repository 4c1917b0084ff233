"""Chains: what a slot pays when a prize is out, and the admission that makes sure every chain can pay before the draw.

Nothing personal enters but the member's own published counters: the guarantee and the wins of a prize.
"""

from typing import NamedTuple

import orjson

from engage.kernel.refusals import LimitReached, SoldOut
from engage.rewards import Pool
from games.revisions import NO_PRIZE, Revision
from games.tables import Game, MemberGame


class Passed(NamedTuple):
    """A prize of the chain that was skipped, and why: `out` (no unit left) or `limit` (`per_member` reached)."""

    prize: str
    why: str


class Availability:
    """Which prizes of a game have a unit left, and which this member may still win."""

    def __init__(self, revision: Revision, pools: dict[str, Pool], state: MemberGame) -> None:
        self._revision, self._pools, self._state = revision, pools, state
        self._wins: dict[str, int] | None = None

    def is_out(self, prize: str) -> bool:
        """Whether no unit of the prize is left; no prize is never out."""
        return prize != NO_PRIZE and self._pools[prize].units_left == 0

    def is_limited(self, prize: str) -> bool:
        """Whether this member has won the prize as often as the rules allow."""
        if prize == NO_PRIZE:
            return False
        limit = self._revision.prizes[prize].per_member
        return limit is not None and self._won().get(prize, 0) >= limit

    def may_pay(self, prize: str) -> bool:
        """Whether the prize could be given to this member now."""
        return not self.is_out(prize) and not self.is_limited(prize)

    def count_win(self, prize: str) -> None:
        """Count a win on the member's row."""
        wins = self._won()
        wins[prize] = wins.get(prize, 0) + 1
        self._state.wins = orjson.dumps(wins).decode()

    def require_member_may_win(self, misses: int) -> None:
        """Refuses with LimitReached if a chain of the table is exhausted for this member though units are left."""
        for chain in self._finite_chains(misses):
            if not any(map(self.may_pay, chain)) and not all(map(self.is_out, chain)):
                detail = "You have won all that this game can still give you."
                raise LimitReached(detail, reason="prizes", retry_at=None)

    def is_exhausted(self, game: Game) -> bool:
        """Whether, for everybody, the deck is sold or some chain of some table has no unit left."""
        revision = self._revision
        if revision.deck is not None:
            return game.game_seq >= int(revision.deck["n"])
        return any(all(map(self.is_out, chain)) for chain in revision.finite)

    def _finite_chains(self, misses: int) -> tuple[tuple[str, ...], ...]:
        return () if self._revision.deck is not None else self._revision.table_for(misses).finite

    def _won(self) -> dict[str, int]:
        if self._wins is None:
            self._wins = orjson.loads(self._state.wins)
        return self._wins


def require_admissible(available: Availability, game: Game) -> None:
    """Refuses with SoldOut unless every outcome of the coming draw could be honoured (admission before randomness)."""
    if game.sold_out or available.is_exhausted(game):
        raise SoldOut("Everything that this game had to give has been won.")


def walk(chain: tuple[str, ...], available: Availability) -> tuple[str, tuple[Passed, ...]]:
    """The first prize of a chain that can be given, and those that were passed over.

    If both reasons hold it is `out`.
    """
    passed = []
    for prize in chain:
        if available.is_out(prize):
            passed.append(Passed(prize, "out"))
        elif available.is_limited(prize):
            passed.append(Passed(prize, "limit"))
        else:
            return prize, tuple(passed)
    message = "admission lets no draw happen from a chain that can't pay"
    raise AssertionError(message)


def walk_shown(chain: tuple[str, ...], available: Availability) -> str | None:
    """The prize that a slot would pay this member now, for display; None if nothing in the chain can be paid."""
    return next(filter(available.may_pay, chain), None)
