"""A task as it was published: which events count, how they add up, and how often it can be completed. Pure.

What has counted is enough to tell how often a task is completed: events may come late and in any order, and a refund
takes away what it undoes. Adding what counts never takes a completion away.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import orjson

from engage.tasks.filters import Passed, passes
from engage.tasks.streaks import HOUR_MS, StreakTerms

MAX_AMOUNT = 2**53 - 1
"""The largest number that one event may add: every JSON parser reads it exactly, and a column holds many of them."""

Aggregate: TypeAlias = Literal["count", "sum", "distinct", "streak"]
WindowKind: TypeAlias = Literal["once", "day", "week", "month", "campaign", "rolling"]


@dataclass(frozen=True, slots=True)
class Step:
    """Events of these types that pass the filter, so many of them (or so much of a field): `target`."""

    events: tuple[str, ...]
    aggregate: Aggregate
    target: int
    field: str | None = None
    filter: str | None = None

    @property
    def unit(self) -> Literal["fen"] | None:
        """What its amounts are of: `fen` where it sums a field of money, whose name says so; None for a number."""
        return "fen" if self.aggregate == "sum" and (self.field or "").endswith("_fen") else None

    def measure(self, data: Mapping[str, Any]) -> tuple[Passed, int, str]:
        """Whether an event's data pass, how much they count, and for `distinct` what must be new (as a hash)."""
        passed = passes(self.filter, data)
        if passed is not Passed.YES:
            return passed, 0, ""
        found = data.get(self.field) if self.field is not None else None
        if self.aggregate == "sum":
            is_number = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= MAX_AMOUNT
            return (Passed.YES, found, "") if is_number and found is not None else (Passed.FAILED, 0, "")
        if self.aggregate == "distinct":
            return (Passed.FAILED, 0, "") if found is None else (Passed.YES, 1, hash_value(found))
        return Passed.YES, 1, ""


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A task in force. Instants and `cooldown_ms` are milliseconds.

    `per_window` is how often it can be completed in each window, `in_all` how often altogether (None: without end).
    `days` is the length of a rolling window. Of `audience`, all conditions have to be met.
    """

    id: str
    n: int
    campaign: str
    opens_at: int
    closes_at: int
    steps: tuple[Step, ...]
    in_order: bool
    window: WindowKind
    days: int
    per_window: int
    in_all: int | None
    cooldown_ms: int
    requires: tuple[str, ...]
    audience: tuple[tuple[str, tuple[Any, ...]], ...]
    opt_in: bool
    by_hand: bool
    streak: StreakTerms | None
    reward: Mapping[str, Any]

    def period_of(self, day: date) -> str:
        """The name of the window that a day in the member's zone lies in."""
        match self.window:
            case "day":
                return day.isoformat()
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{day:%Y-%m}"
            case _:
                return self.window

    def first_day_after(self, day: date) -> date | None:
        """The first day of the next window; None where the window is the campaign's own time."""
        match self.window:
            case "day":
                return day + timedelta(days=1)
            case "week":
                return day + timedelta(days=7 - day.weekday())
            case "month":
                return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            case _:
                return None

    def admits(self, attributes: Mapping[str, Any]) -> bool:
        """Whether a member with these attributes takes part."""
        return all(any(_same(attributes.get(name), value) for value in values) for name, values in self.audience)


@dataclass(frozen=True, slots=True)
class Count:
    """Something that counted: for which step, on which day in the member's zone of the time, and how much of it."""

    event: str
    step: int
    at: int
    day: date
    zone: str
    amount: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How often a task is completed in a window, and how far the next time has come: `value` of `target`."""

    rounds: int
    value: int
    target: int
    steps: tuple[tuple[int, int], ...]


def rule_from(  # noqa: PLR0913  an entry of the catalogue has these parts
    id_: str, n: int, campaign: str, opens_at: int, closes_at: int, document: Mapping[str, Any]
) -> TaskRule:
    """A task from its entry in the catalogue."""
    rule = document["rule"]
    return TaskRule(
        id_,
        n,
        campaign,
        opens_at,
        closes_at,
        tuple(_step(step) for step in rule["steps"]),
        rule["in_order"],
        rule["window"],
        rule["days"],
        rule["per_window"],
        rule["in_all"],
        rule["cooldown_hours"] * HOUR_MS,
        tuple(rule["requires"]),
        tuple((each["attribute"], tuple(each["values"])) for each in rule["audience"]),
        rule["opt_in"],
        rule["by_hand"],
        None if rule["streak"] is None else StreakTerms(**rule["streak"]),
        rule["reward"],
    )


def _step(part: Mapping[str, Any]) -> Step:
    return Step(tuple(part["events"]), part["aggregate"], part["target"], part["field"], part["filter"])


def progress_of(rule: TaskRule, counts: Collection[Count], today: date) -> Progress:
    """What the counts of one window come to. Not for streaks, which are folded by themselves."""
    live = sorted((one for one in counts if one.amount > 0), key=lambda one: (one.at, one.event))
    if rule.in_order and len(rule.steps) > 1:
        rounds, values = _in_order(rule.steps, live)
    elif rule.window == "rolling":
        rounds, values = _rolling(rule, live, today)
    else:
        totals = [_total(step, [one for one in live if one.step == n]) for n, step in enumerate(rule.steps)]
        rounds = min(total // step.target for total, step in zip(totals, rule.steps, strict=True))
        values = [total - rounds * step.target for total, step in zip(totals, rule.steps, strict=True)]
    return render_progress(rule, rounds, values)


def render_progress(rule: TaskRule, rounds: int, values: Sequence[int]) -> Progress:
    """Progress as it is shown: never more than the target, and full once it can't be completed again."""
    is_full = rounds >= rule.per_window
    steps = tuple(
        (step.target if is_full else min(value, step.target), step.target)
        for step, value in zip(rule.steps, values, strict=True)
    )
    if len(steps) == 1:
        return Progress(min(rounds, rule.per_window), *steps[0], steps)
    done = sum(value >= target for value, target in steps)
    return Progress(min(rounds, rule.per_window), done, len(steps), steps)


def _total(step: Step, counts: Collection[Count]) -> int:
    if step.aggregate == "distinct":
        return len({one.value for one in counts})
    return sum(one.amount for one in counts)


def _in_order(steps: Sequence[Step], live: Sequence[Count]) -> tuple[int, list[int]]:
    """Each step counts only what happened after the one before was reached; after the last it begins anew."""
    rounds, at, taken = 0, 0, list[Count]()
    reached = [0] * len(steps)
    for one in live:
        if one.step != at:
            continue
        taken.append(one)
        reached[at] = _total(steps[at], taken)
        if reached[at] >= steps[at].target:
            at, taken = at + 1, []
        if at == len(steps):
            rounds, at, reached = rounds + 1, 0, [0] * len(steps)
    return rounds, reached


def _rolling(rule: TaskRule, live: Sequence[Count], today: date) -> tuple[int, list[int]]:
    """As many stretches of days as there are, none of which shares a day with another, each reaching the target."""
    step, rounds, used_until = rule.steps[0], 0, date.min
    for day in sorted({one.day for one in live}):
        if _total(step, _stretch(live, day, rule.days, used_until)) >= step.target:
            rounds, used_until = rounds + 1, day
    return rounds, [_total(step, _stretch(live, today, rule.days, used_until))]


def _stretch(live: Sequence[Count], until: date, days: int, after: date) -> list[Count]:
    first = max(until - timedelta(days=days - 1), after + timedelta(days=1))
    return [one for one in live if first <= one.day <= until]


def hash_value(value: object) -> str:
    """What `distinct` remembers of a value: enough to know it again, not to read it."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _same(known: object, wanted: object) -> bool:
    return type(known) is type(wanted) and known == wanted
