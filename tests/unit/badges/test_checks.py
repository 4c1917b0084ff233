"""What a campaign file's badges and collections can get wrong: each is said once, at its line, with a way out."""

from __future__ import annotations

import pytest

from badges.section import BADGES, COLLECTIONS
from engage.campaigns import Level, check
from engage.tasks import TASKS
from games.section import SECTION
from tests.support.sample_campaign import Mistake, changed, line_of, mistake
from tests.support.shelf import CAMPAIGN_WITH_BADGES

SECTIONS = (SECTION, BADGES, COLLECTIONS, TASKS)
BLOCK, FAULT, WARN = Level.BLOCK, Level.FAULT, Level.WARN
CRITIC = "earned: {by: events, type: review.posted}\n    every: month\n    expire_days: 30\n"
DEADLINE = "deadline: 2026-11-25T00:00:00+08:00"
SET = "badges: [green, critic]"

MISTAKES = [
    mistake("duplicate_id", "badges[1].id", SET, "- id: critic", "- id: green", "called green", FAULT),
    mistake("unknown_field", "badges[0].earned.sum", "sum: size", "sum: quantity", "sum: size", "no field size", FAULT),
    mistake("unknown_field", "badges[0].earned.where[0].field", "wat", "field: what", "field: wat", "`what`", FAULT),
    mistake("not_a_number", "badges[0].earned.sum", "sum: what", "sum: quantity", "sum: what", "no number", FAULT),
    mistake("tiers_not_rising", "badges[0].tiers[1].at", "id: silver", "silver, at: 3", "silver, at: 1", "more", FAULT),
    mistake("undoes", "badges[1].earned.type", "refunded", "review.posted", "order.refunded", "orders", FAULT),
    mistake("C22", "badges[1].earned.type", "share.visited", "review.posted", "share.visited", "distinct", BLOCK),
    mistake(
        "window_outside", "badges[1].window.first", "first: 2027", "every: month", "window: {first: 2027-01-01}",
        "outside", BLOCK,
    ),
    mistake(
        "unreachable_badge", "badges[2].earned", "by: reward", "earned: {by: hand}", "earned: {by: reward}",
        "{kind: badge, badge: guest}", BLOCK,
    ),
    mistake(
        "unknown_task", "badges[2].earned.tasks[0]", "tasks: [help]", "earned: {by: hand}",
        "earned: {by: tasks, tasks: [help]}", "no task help", FAULT,
    ),
    mistake(
        "unknown_badge", "collections[0].badges[1]", "[green, critc]", SET, "badges: [green, critc]", "`critic`", FAULT
    ),
    mistake(
        "duplicate_badge", "collections[0].badges[2]", "green, critic, green", SET,
        "badges: [green, critic, green]", "once", FAULT,
    ),
    mistake(
        "deadline_after_end", "collections[0].deadline", "2026-12-25", DEADLINE, "deadline: 2026-12-25T00:00:00+08:00",
        "after the campaign's end", BLOCK,
    ),
    mistake(
        "deadline_before_start", "collections[0].deadline", "2026-10-25", DEADLINE,
        "deadline: 2026-10-25T00:00:00+08:00", "nobody can complete", BLOCK,
    ),
    mistake(
        "late_deadline", "collections[0].deadline", "2026-11-30", DEADLINE, "deadline: 2026-11-30T00:00:00+08:00",
        "less than 3 days", WARN,
    ),
    mistake(
        "expires_early", "collections[0].badges[1]", SET, "expire_days: 30", "expire_days: 3", "not awarded twice",
        WARN,
    ),
    mistake(
        "too_late", "collections[0].badges[1]", SET, "every: month", "window: {first: 2026-11-26}",
        "after the deadline", BLOCK,
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=str)
def test_a_mistake_is_said_at_its_line(row: Mistake) -> None:
    text = CAMPAIGN_WITH_BADGES
    for old, new in row.changes:
        text = changed(old, new, text)
    found = [each for each in check(text, SECTIONS).items if each.level is row.level and each.code == row.code]
    assert [each.path for each in found] == [row.path]
    (only,) = found
    if row.at != SET:
        assert only.line == line_of(row.at, text)
    assert row.says in f"{only.sentence} {only.way_out}"


def test_the_sample_has_nothing_against_it() -> None:
    found = check(CAMPAIGN_WITH_BADGES, SECTIONS)
    assert found.may_publish
    assert not [each for each in found.items if each.level in (FAULT, BLOCK)]


def test_what_is_given_by_hand_or_kept_secret_is_no_part_of_a_collection() -> None:
    text = changed(SET, "badges: [green, critic, guest]", CAMPAIGN_WITH_BADGES)
    codes = {(each.level, each.code) for each in check(text, SECTIONS).items}
    assert {(BLOCK, "only_by_hand"), (WARN, "secret_badge")} <= codes


def test_two_badges_that_nobody_ever_holds_together_are_no_collection() -> None:
    text = changed(
        "every: month\n    expire_days: 30", "window: {last: 2026-11-05}\n    expire_days: 3", CAMPAIGN_WITH_BADGES
    )
    text = changed(
        "    tiers:\n      - {id: bronze", "    window: {first: 2026-11-15}\n    tiers:\n      - {id: bronze", text
    )
    found = [each for each in check(text, SECTIONS).items if each.code == "never_together"]
    assert [(each.level, each.path) for each in found] == [(BLOCK, "collections[0].badges[1]")]


def test_the_prize_of_a_collection_is_checked_like_any_other() -> None:
    value = (
        "market_value_fen: {}\n      value_evidence: {{source: {{zh-CN: 价目表, en: Price list}}, date: 2026-10-01}}"
    )
    dear = changed(value.format(2500), value.format(6_000_000), CAMPAIGN_WITH_BADGES)
    assert [each.path for each in check(dear, SECTIONS).at(BLOCK) if each.code == "C3"] == ["collections[0].reward"]
