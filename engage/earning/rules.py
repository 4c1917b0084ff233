"""What an order earns: an exact ratio of what was paid, times the best factor of its day. Pure.

Points are whole; what is left of a ratio is not given (rounded down, once for the whole order). A refund takes back
what the rest of the order would not have earned, so refunds by line add up to a refund of everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engage.kernel.clock import local_date


@dataclass(frozen=True, slots=True)
class Factor:
    """Days, the first and last of them included, on which points count so many times."""

    first: date
    last: date
    times: int


@dataclass(frozen=True, slots=True)
class EarningRule:
    """How a campaign gives points for orders that are paid from `opens_at` on and before `closes_at` (milliseconds).

    `points` for every `per_fen` paid. They are pending for `pending_days` after the payment. `merchants` and `stores`
    are those whose orders count; none named: all.
    """

    campaign: str
    n: int
    opens_at: int
    closes_at: int
    time_zone: str
    points: int
    per_fen: int
    pending_days: int
    expire_days: int | None
    factors: tuple[Factor, ...] = ()
    merchants: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()

    def covers(self, paid_at: int) -> bool:
        """Whether an order that was paid at this instant counts."""
        return self.opens_at <= paid_at < self.closes_at

    def takes(self, merchant: str | None, store: str | None) -> bool:
        """Whether an order of this merchant and store counts."""
        return (not self.merchants or merchant in self.merchants) and (not self.stores or store in self.stores)

    def factor_at(self, paid_at: int) -> int:
        """The best factor of the day in the campaign's zone; factors never multiply."""
        day = local_date(paid_at, self.time_zone)
        return max((each.times for each in self.factors if each.first <= day <= each.last), default=1)

    def earns(self, net_fen: int, paid_at: int) -> int:
        """The points for so many fen."""
        return net_fen * self.points * self.factor_at(paid_at) // self.per_fen


def rule_from(campaign: str, n: int, opens_at: int, closes_at: int, document: Mapping[str, Any]) -> EarningRule:
    """A rule as it was published."""
    factors = (
        Factor(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]), each["times"])
        for each in document["factors"]
    )
    return EarningRule(
        campaign,
        n,
        opens_at,
        closes_at,
        document["time_zone"],
        document["points"],
        document["per_fen"],
        document["pending_days"],
        document["expire_days"],
        tuple(factors),
        tuple(document["merchants"]),
        tuple(document["stores"]),
    )


def best_rule(
    rules: Sequence[EarningRule], net_fen: int, paid_at: int, merchant: str | None, store: str | None
) -> EarningRule | None:
    """The rule by which this order earns most; of equal ones the first by campaign. None if it counts nowhere."""
    fitting = [rule for rule in rules if rule.covers(paid_at) and rule.takes(merchant, store)]
    return max(
        sorted(fitting, key=lambda rule: rule.campaign), key=lambda rule: rule.earns(net_fen, paid_at), default=None
    )
