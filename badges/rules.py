"""What earns a badge: events that are counted or summed, or tasks that were completed, in tiers. Pure.

A badge is earned within its window; each of its periods starts anew. A tier is reached once in a period, however much
more comes; one that a refund has taken away can be reached again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from engage.kernel.clock import DAY_MS, local_date

By: TypeAlias = Literal["events", "tasks", "reward", "hand"]
Every: TypeAlias = Literal["campaign", "year", "month"]
Scalar: TypeAlias = str | int | bool
MOST = 10**12
"""A progress counts no further, so that no sum of sums outgrows a column."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a field of an event's data must be: one of some values, or a whole number within bounds."""

    field: str
    values: tuple[Scalar, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Whether it is. What is missing, or of another type, is not."""
        value = data.get(self.field)
        if self.values and not any(type(value) is type(each) and value == each for each in self.values):
            return False
        if self.at_least is None and self.at_most is None:
            return bool(self.values)
        if type(value) is not int:
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of a badge: its name, and how far one has to get for it."""

    id: str
    at: int


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """How a badge is earned, as one revision of it says. Instants are milliseconds; `tiers` rise.

    `by`: `events` of a type, each counting once or as much as its field `sum_of` says; `tasks`, each counting once;
    `reward`: only as the reward of a task; `hand`: only by the brand. `first` and `last` are days in the zone.
    """

    badge: str
    n: int
    campaign: str
    opens_at: int
    closes_at: int
    time_zone: str
    by: By
    tiers: tuple[Tier, ...]
    every: Every = "campaign"
    event: str = ""
    conditions: tuple[Condition, ...] = ()
    sum_of: str | None = None
    tasks: tuple[str, ...] = ()
    expire_days: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def unit(self) -> Literal["fen"] | None:
        """What its amounts are of: `fen` where it sums a field of money, whose name says so; None for a number."""
        return "fen" if (self.sum_of or "").endswith("_fen") else None

    def covers(self, at: int) -> bool:
        """Whether what happened at this instant counts."""
        if not self.opens_at <= at < self.closes_at:
            return False
        if self.first is None and self.last is None:
            return True
        day = local_date(at, self.time_zone)
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def period_of(self, at: int) -> str:
        """The period that an instant falls into, in the campaign's zone: empty, a year, or a year and a month."""
        if self.every == "campaign":
            return ""
        day = local_date(at, self.time_zone)
        return f"{day.year:04}" if self.every == "year" else f"{day.year:04}-{day.month:02}"

    def amount_of(self, data: Mapping[str, Any]) -> int:
        """How much an event of the badge's type counts; 0: not at all."""
        if not all(condition.holds(data) for condition in self.conditions):
            return 0
        if self.sum_of is None:
            return 1
        value = data.get(self.sum_of)
        return min(value, MOST) if type(value) is int and value > 0 else 0

    def reached(self, before: int, after: int) -> tuple[Tier, ...]:
        """The tiers that a progress passes on its way from one to another, the lowest first."""
        return tuple(tier for tier in self.tiers if before < tier.at <= after)

    def tier(self, name: str | None = None) -> Tier | None:
        """The tier of this name, or the first one; None if there is no such tier."""
        return next((tier for tier in self.tiers if name in (None, tier.id)), None)

    def next_tier(self, progress: int) -> Tier | None:
        """The tier that comes next; None when all are reached."""
        return next((tier for tier in self.tiers if tier.at > progress), None)

    def expires_at(self, awarded_at: int) -> int | None:
        """When an award that was made at an instant is not held any more; None: never."""
        return None if self.expire_days is None else awarded_at + self.expire_days * DAY_MS


def add(progress: int, amount: int) -> int:
    """A progress and what comes to it, as far as is counted, or is taken off it: never less than none."""
    return max(min(progress + amount, MOST), 0)


def rule_from(badge: str, n: int, campaign: str, times: tuple[int, int], document: Mapping[str, Any]) -> BadgeRule:
    """A rule out of a badge's document as it was published; `times` are when its campaign opens and closes."""
    earned = document["earned"]
    return BadgeRule(
        badge,
        n,
        campaign,
        *times,
        document["time_zone"],
        earned["by"],
        tuple(Tier(tier["id"], tier["at"]) for tier in document["tiers"]),
        every=document["every"],
        event=earned.get("type", ""),
        conditions=tuple(_condition(each) for each in earned.get("where", ())),
        sum_of=earned.get("sum"),
        tasks=tuple(earned.get("tasks", ())),
        expire_days=document["expire_days"],
        first=_day(document["window"]["first"]),
        last=_day(document["window"]["last"]),
    )


def _condition(document: Mapping[str, Any]) -> Condition:
    values: Sequence[Scalar] = document.get("values") or ()
    return Condition(document["field"], tuple(values), document.get("at_least"), document.get("at_most"))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
