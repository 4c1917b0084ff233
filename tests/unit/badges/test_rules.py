"""Conditions, sums, periods and tiers, compared with the slow and obvious way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from badges.rules import BadgeRule, Condition, Tier, add, rule_from
from engage.kernel.clock import DAY_MS, to_ms

OPENS, CLOSES = (to_ms(datetime(2026, month, 1, tzinfo=UTC)) for month in (10, 12))
TIERS = (Tier("bronze", 1), Tier("silver", 5), Tier("gold", 20))
VALUES = st.one_of(st.sampled_from(["cup", "bag", "1"]), st.integers(-2, 6), st.booleans(), st.none())


def rule(**more: Any) -> BadgeRule:
    """A badge for events, in three tiers."""
    fixed: dict[str, Any] = {"by": "events", "tiers": TIERS, "event": "item.recycled"}
    return BadgeRule("bdg_green", 1, "cmp_spring", OPENS, CLOSES, "Asia/Shanghai", **fixed | more)


def obviously_holds(condition: Condition, data: dict[str, Any]) -> bool:
    """Value by value and bound by bound."""
    if condition.field not in data:
        return False
    value = data[condition.field]
    if condition.values and (type(value), value) not in [(type(each), each) for each in condition.values]:
        return False
    bounded = condition.at_least is not None or condition.at_most is not None
    if bounded and (isinstance(value, bool) or not isinstance(value, int)):
        return False
    above = condition.at_least is None or value >= condition.at_least
    below = condition.at_most is None or value <= condition.at_most
    return (bool(condition.values) or bounded) and above and below


@given(
    data=st.dictionaries(st.sampled_from("ab"), VALUES),
    values=st.lists(st.one_of(st.sampled_from(["cup", "1"]), st.integers(0, 3), st.booleans()), max_size=2),
    bounds=st.tuples(st.none() | st.integers(-1, 3), st.none() | st.integers(0, 5)),
)
def test_a_condition_holds_when_each_part_of_it_does(
    data: dict[str, Any], values: list[Any], bounds: tuple[int | None, int | None]
) -> None:
    condition = Condition("a", tuple(values), *bounds)
    assert condition.holds(data) is obviously_holds(condition, data)


EVENTS = st.lists(
    st.tuples(st.integers(OPENS - 5 * DAY_MS, CLOSES + 5 * DAY_MS), st.sampled_from(["cup", "bag"]), st.integers(0, 9)),
    max_size=40,
)


def obvious_tiers(events: list[tuple[int, str, int]], *, by_month: bool, summed: bool) -> set[tuple[str, str]]:
    """The tiers of each period, from all the events of the period at once."""
    totals: dict[str, int] = {}
    for at, what, quantity in events:
        local = datetime.fromtimestamp(at / 1000, UTC).timestamp() + 8 * 3600
        period = datetime.fromtimestamp(local, UTC).strftime("%Y-%m") if by_month else ""
        if OPENS <= at < CLOSES and what == "cup":
            totals[period] = totals.get(period, 0) + (quantity if summed else 1)
    return {(period, tier.id) for period, total in totals.items() for tier in TIERS if total >= tier.at}


@settings(max_examples=150)
@given(events=EVENTS, by_month=st.booleans(), summed=st.booleans())
def test_each_tier_is_reached_once_in_a_period_as_all_its_events_together_say(
    events: list[tuple[int, str, int]], *, by_month: bool, summed: bool
) -> None:
    badge = rule(
        every="month" if by_month else "campaign",
        conditions=(Condition("what", ("cup",)),),
        sum_of="quantity" if summed else None,
    )
    progress: dict[str, int] = {}
    awarded: list[tuple[str, str]] = []
    for at, what, quantity in events:
        amount = badge.amount_of({"what": what, "quantity": quantity})
        if badge.covers(at) and amount:
            period = badge.period_of(at)
            before = progress.get(period, 0)
            progress[period] = add(before, amount)
            awarded += [(period, tier.id) for tier in badge.reached(before, progress[period])]
    assert len(awarded) == len(set(awarded))
    assert set(awarded) == obvious_tiers(events, by_month=by_month, summed=summed)


def test_days_of_a_window_are_days_of_the_campaign_s_zone() -> None:
    badge = rule(first=date(2026, 11, 11), last=date(2026, 11, 11))
    midnight = to_ms(datetime(2026, 11, 10, 16, tzinfo=UTC))
    assert [badge.covers(at) for at in (midnight - 1, midnight, midnight + DAY_MS - 1, midnight + DAY_MS)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_rule_is_read_as_it_was_published() -> None:
    document = {
        "time_zone": "Asia/Shanghai",
        "earned": {
            "by": "events",
            "type": "item.recycled",
            "where": [{"field": "grams", "at_least": 5, "at_most": 9}],
            "sum": "grams",
        },
        "tiers": [{"id": "only", "at": 3}],
        "every": "year",
        "expire_days": 30,
        "window": {"first": "2026-11-02", "last": "2026-11-20"},
    }
    read = rule_from("bdg_green", 2, "cmp_spring", (OPENS, CLOSES), document)
    assert read == BadgeRule(
        "bdg_green", 2, "cmp_spring", OPENS, CLOSES, "Asia/Shanghai", "events", (Tier("only", 3),), "year",
        "item.recycled", (Condition("grams", (), 5, 9),), "grams", (), 30, date(2026, 11, 2), date(2026, 11, 20),
    )  # fmt: skip
    assert [read.amount_of({"grams": grams}) for grams in (4, 5, 9, 10)] == [0, 5, 9, 0]
    assert read.expires_at(OPENS) == OPENS + 30 * DAY_MS
    assert [tier and tier.id for tier in (read.tier(), read.tier("none"), read.next_tier(2), read.next_tier(3))] == [
        "only",
        None,
        "only",
        None,
    ]
