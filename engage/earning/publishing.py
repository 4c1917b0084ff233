"""How earning is put into force with its campaign, funded beforehand, and ended with it."""

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from engage.earning.standing import find_pool
from engage.earning.tables import earning_rule
from engage.ledger import ACCOUNT, FUND_EARNING, RETURN_EARNING, Account, Kind, move_between_houses
from engage.storage.work import Work

LAST = (
    sa.select(earning_rule)
    .where(earning_rule.c.campaign == sa.bindparam("campaign"))
    .order_by(earning_rule.c.n.desc())
    .limit(1)
)


def fund_earning(  # noqa: PLR0913  a posting has these parts
    work: Work, campaign: str, budget: Account, amount: int, cause: str, n: int
) -> None:
    """Move so many points of a campaign's budget into the pool that its orders earn from."""
    pool = find_pool(work, campaign)
    if pool is None:
        pool = Account(Kind.EARN_POOL, campaign, 0, 0, 0, 0)
        work.insert(ACCOUNT, pool)
    move_between_houses(work, FUND_EARNING, amount, cause=cause, owner=campaign, accounts=[budget, pool], n=n)


def publish_earning(work: Work, campaign: str, opens_at: int, closes_at: int, document: Mapping[str, Any]) -> None:
    """Put a rule into force, unless the one that is says the same. Instants are in milliseconds."""
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    last = work.connection.execute(LAST, {"campaign": campaign}).one_or_none()
    if last is not None and (last.opens_at, last.closes_at, last.document) == (opens_at, closes_at, text):
        return
    _insert(work, campaign, 1 if last is None else last.n + 1, opens_at, closes_at, text)


def end_earning(work: Work, campaign: str, budget: Account, cause: str, n: int) -> bool:
    """Let no order earn that comes in from now on, and give back what the pool has left; whether anything was.

    Refunds of earlier orders go on.
    """
    last = work.connection.execute(LAST, {"campaign": campaign}).one_or_none()
    if last is not None:
        _insert(work, campaign, last.n + 1, last.opens_at, last.opens_at, last.document)
    pool = find_pool(work, campaign)
    if pool is None or not pool.available:
        return False
    rest = pool.available
    move_between_houses(work, RETURN_EARNING, rest, cause=cause, owner=campaign, accounts=[budget, pool], n=n)
    return True


def earns_on(connection: sa.Connection, campaign: str, now_ms: int) -> bool:
    """Whether orders that are paid from now on may earn points of this campaign."""
    last = connection.execute(LAST, {"campaign": campaign}).one_or_none()
    return last is not None and bool(now_ms < last.closes_at)


def _insert(work: Work, campaign: str, n: int, opens_at: int, closes_at: int, document: str) -> None:  # noqa: PLR0913  a row
    row = {
        "campaign": campaign,
        "n": n,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "document": document,
        "recorded_at": work.now_ms,
    }
    work.connection.execute(sa.insert(earning_rule).values(row))
