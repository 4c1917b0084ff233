"""Rewards outside of games: one unit of a funded pool, given to one member for one cause, once.

The caller has locked the member's book. Books come before pools in the order of locks, so several members' books are
locked before the first reward.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from engage.kernel.clock import DAY_MS
from engage.kernel.ids import new_id
from engage.ledger import BOOK, GRANT, Book, give_points, hold_until_order
from engage.rewards.tables import GRANT as PRIZE_GRANT
from engage.rewards.tables import POOL, POOL_BY_KEY, REWARD_GIVEN, Grant, Pool, RewardGiven
from engage.storage.work import Work


class GiveTurns(Protocol):
    """Gives turns of a game, until an instant in milliseconds (None: until the game closes)."""

    def __call__(  # noqa: D102, PLR0913  the class says it
        self, work: Work, member: str, game_id: str, count: int, *, expires_at: int | None, reason: str
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Reward:
    """What may be given: `points`, `turns` of a `game`, a `voucher`, or a `badge`, which somebody else awards.

    `owner` and `prize` name its pool, `revision` the entry of the catalogue that promises it.
    """

    owner: str
    revision: int
    campaign: str
    kind: str
    prize: str
    amount: int = 1
    game: str | None = None
    badge: str | None = None
    expire_days: int | None = None
    use_by_days: int | None = None
    need_order: bool = False


def reward_from(owner: str, revision: int, campaign: str, document: Mapping[str, Any]) -> Reward:
    """A reward as it was published."""
    return Reward(
        owner,
        revision,
        campaign,
        document["kind"],
        document["prize"],
        document.get("amount", 1),
        document.get("game"),
        document.get("badge"),
        document.get("expire_days"),
        document.get("use_by_days"),
        document.get("need_order", False),
    )


def units_left(work: Work, reward: Reward) -> int | None:
    """How many units its pool has left, the pool being locked from here on; None: without end."""
    if reward.kind == "badge":
        return None
    pool = work.fetch(POOL_BY_KEY, (reward.owner, reward.prize))
    return 0 if pool is None else pool.units_left


def give_reward(work: Work, book: Book, reward: Reward, *, cause: str, turns: GiveTurns) -> RewardGiven | None:
    """Give one unit, and tell the member of it; None if there is none left.

    `cause` is of this reward alone: it is the subject of the event that tells of it.
    """
    ordinal = None
    if reward.kind != "badge":
        pool = work.fetch(POOL_BY_KEY, (reward.owner, reward.prize))
        if pool is None or pool.units_left == 0:
            return None
        ordinal = _take_unit(work, pool)
    grant = _give(work, book, reward, cause, ordinal, turns)
    row = RewardGiven(
        cause,
        book.member,
        reward.owner,
        reward.revision,
        reward.prize,
        reward.kind,
        ordinal,
        reward.amount,
        grant,
        work.now_ms,
    )
    work.insert(REWARD_GIVEN, row)
    return row


def _take_unit(work: Work, pool: Pool) -> int | None:
    if pool.units is None or pool.units_left is None:
        return None
    ordinal = pool.units - pool.units_left
    pool.units_left -= 1
    work.change(POOL, pool)
    return ordinal


def _give(  # noqa: PLR0913  a reward has these parts
    work: Work, book: Book, reward: Reward, cause: str, ordinal: int | None, turns: GiveTurns
) -> str | None:
    """Hand over what it is; the grant of a voucher."""
    match reward.kind:
        case "points":
            expires = None if reward.expire_days is None else work.now_ms + reward.expire_days * DAY_MS
            lot = give_points(work, GRANT, book, reward.amount, cause=cause, owner=reward.campaign, expires_at=expires)
            if reward.need_order:
                hold_until_order(work, book, lot)
            _tell(work, book, "points.changed", cause, reason=reward.owner, points=reward.amount)
        case "turns":
            assert reward.game is not None, "turns are of a game"
            turns(work, book.member, reward.game, reward.amount, expires_at=None, reason=reward.owner)
        case "voucher":
            assert ordinal is not None, "vouchers have an end"
            grant = _grant(work, book, reward, cause, ordinal)
            _tell(work, book, "prize.changed", cause, grant=grant, state="won")
            return grant
        case _:
            assert reward.kind == "badge", "there is no other kind"
    return None


def _grant(work: Work, book: Book, reward: Reward, cause: str, ordinal: int) -> str:
    id_ = new_id("grt", work.now_ms)
    use_by = None if reward.use_by_days is None else work.now_ms + reward.use_by_days * DAY_MS
    work.insert(
        PRIZE_GRANT,
        Grant(
            id_,
            cause,
            book.member,
            reward.owner,
            reward.revision,
            reward.prize,
            reward.kind,
            ordinal,
            work.now_ms,
            use_by,
        ),
    )
    return id_


def _tell(work: Work, book: Book, name: str, cause: str, **data: Any) -> None:  # noqa: ANN401  what an event tells
    work.append(name, cause, orjson.dumps(data).decode(), member=book)
    work.change(BOOK, book)
