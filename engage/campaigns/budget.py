"""Whatever can run out is funded before it is promised: the plan's points go to the budget, the budget's to the pools.

At the end what nobody won goes back the same way. Codes cover vouchers, the plan's money limit covers goods.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engage.campaigns.definition import Budget, CampaignDefinition
from engage.earning import end_earning, fund_earning
from engage.kernel.refusals import Conflict
from engage.ledger import (
    ACCOUNT,
    ACCOUNT_BY_OWNER,
    FUND,
    PROGRAMME,
    RESERVE,
    RETURN,
    UNFUND,
    Account,
    Kind,
    move_between_houses,
    record_funding_order,
)
from engage.rewards import POOL, POOLS_BY_GAME, Pool, count_codes
from engage.storage.work import Work


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """Units of one prize that a file promises. `units` None is without end; `value_fen` is one unit's market value."""

    game: str
    prize: str
    kind: str
    points: int | None
    units: int | None
    value_fen: int

    @property
    def liability(self) -> int:
        """The points that all units together may cost."""
        return (self.units or 0) * (self.points or 0)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who asked for a plan and who approved it, and the change that this is part of."""

    campaign: str
    cause: str
    requested_by: str
    approved_by: str


def require_covers(
    connection: sa.Connection, campaign: str, budget: Budget, plans: Sequence[PoolPlan], earning: int = 0
) -> None:
    """Refuses with Conflict, naming each cover that is missing: points, money for goods, codes of a voucher.

    `earning` are the points that orders may earn in all.
    """
    missing = list(_missing_covers(connection, campaign, budget, plans, earning))
    if missing:
        raise Conflict("\n  ".join(["Not everything that is promised is covered.", *missing]))


def _missing_covers(
    connection: sa.Connection, campaign: str, budget: Budget, plans: Sequence[PoolPlan], earning: int
) -> Iterable[str]:
    points = sum(plan.liability for plan in plans)
    if points + earning > budget.points:
        orders = f" and orders {earning}" if earning else ""
        yield f"The prizes need {points} points{orders}, budget.points is {budget.points}."
    money = sum((plan.units or 0) * plan.value_fen for plan in plans if plan.kind == "goods")
    if money > budget.money_fen:
        yield f"The goods are worth {money} fen, budget.money_fen is {budget.money_fen}."
    for plan in plans:
        codes = count_codes(connection, plan.game, plan.prize) if plan.kind == "voucher" else 0
        if plan.kind == "voucher" and codes < (plan.units or 0):
            yield (
                f"{plan.prize} of {plan.game} needs {plan.units} codes, {codes} are imported: "
                f"engage campaign codes import FILE --campaign {campaign} --game {plan.game} --prize {plan.prize}"
            )


def fund(  # noqa: PLR0913  what is asked for, what there was, and what it is for
    work: Work,
    approval: Approval,
    budget: Budget,
    before: Budget | None,
    plans: Sequence[PoolPlan],
    earning: int = 0,
) -> None:
    """Raise the plan by what is asked for, move it to the campaign's budget, and reserve every new unit in full.

    `before` is the budget in force (None: this is the first), `earning` the points that orders may earn more than
    before. Game rows are locked before; covers were checked.
    """
    points = budget.points - (before.points if before else 0)
    money = budget.money_fen - (before.money_fen if before else 0)
    if before is None or points or money:
        record_funding_order(
            work,
            cause=approval.cause,
            campaign=approval.campaign,
            points=points,
            money_fen=money,
            basis=budget.basis,
            requested_by=approval.requested_by,
            approved_by=approval.approved_by,
        )
    account = _account(work, Kind.BUDGET, approval.campaign)
    if points:
        funding = _account(work, Kind.FUNDING, PROGRAMME)
        funding.overdraft += points
        sides = [funding, account]
        move_between_houses(work, FUND, points, cause=approval.cause, owner=approval.campaign, accounts=sides)
    for n, plan in enumerate(plans, 1):
        extra = _stock(work, plan) * (plan.points or 0)
        if extra:
            move_between_houses(
                work, RESERVE, extra, cause=approval.cause, owner=approval.campaign, accounts=[account], n=n
            )
    if earning:
        fund_earning(work, approval.campaign, account, earning, approval.cause, len(plans) + 1)


def earning_points(campaign: CampaignDefinition | None) -> int:
    """The points that a campaign's orders may earn in all."""
    return 0 if campaign is None or campaign.earning is None else campaign.earning.pool


def _stock(work: Work, plan: PoolPlan) -> int:
    """Bring a pool up to its plan; the units that came new."""
    pools = {pool.prize: pool for pool in _pools(work, plan.game)}
    pool = pools.get(plan.prize)
    if pool is None:
        work.insert(POOL, Pool(plan.game, plan.prize, plan.kind, plan.points, plan.units, plan.units))
        return plan.units or 0
    if pool.units is None or pool.units_left is None or plan.units is None:
        pool.units, pool.units_left = plan.units, plan.units
        work.change(POOL, pool)
        return 0
    extra = plan.units - pool.units
    pool.units, pool.units_left = plan.units, pool.units_left + extra
    work.change(POOL, pool)
    return extra


def return_rest(work: Work, campaign: str, games: Sequence[str], cause: str) -> int:
    """Give back what nobody won: every pool's rest to the budget, and all that the budget has left to the plan.

    The points that went back to the plan. Game rows are locked before, and no unit can be won any more.
    """
    budget = _account(work, Kind.BUDGET, campaign)
    n = 0
    for game in games:
        for pool in _pools(work, game):
            rest = (pool.units_left or 0) * (pool.points or 0)
            if rest:
                move_between_houses(work, RETURN, rest, cause=cause, owner=campaign, accounts=[budget], n=n)
                n += 1
    n += end_earning(work, campaign, budget, cause, n)
    rest = budget.available
    if rest:
        funding = _account(work, Kind.FUNDING, PROGRAMME)
        move_between_houses(work, UNFUND, rest, cause=cause, owner=campaign, accounts=[budget, funding], n=n)
    return rest


def _pools(work: Work, game: str) -> list[Pool]:
    if game not in work.found.get(POOLS_BY_GAME, {}):
        work.load(POOLS_BY_GAME, [game])
    return work.find_many(POOLS_BY_GAME, game)


def _account(work: Work, kind: Kind, owner: str) -> Account:
    """An account's row, locked; a new one if this is its first use."""
    account = work.fetch(ACCOUNT_BY_OWNER, (kind, owner))
    if account is None:
        account = Account(kind, owner, 0, 0, 0, 0)
        work.insert(ACCOUNT, account)
    return account
