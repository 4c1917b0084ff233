"""The rules of the field see what is promised beside games: tasks, badges, collections and items."""

from __future__ import annotations

import pytest

from badges.section import BADGES, COLLECTIONS
from engage.campaigns import ITEMS, Level, check
from engage.tasks import TASKS
from games.section import SECTION
from tests.integration.tasks.desk import VOUCHER, task
from tests.support.sample_campaign import changed
from tests.support.shelf import BADGES as SHELF
from tests.support.till import item, shop_text

TASK = task("visit", VOUCHER, template="friends_visit", target=3, description="{zh-CN: 好友来访, en: Friends come}")
SECTIONS = (SECTION, TASKS, BADGES, COLLECTIONS, ITEMS)
ITEM = item("meal", 200, market_value_fen=2500, conditions="{zh-CN: 堂食, en: To eat here}")
TEXT = changed("games:\n", "tasks:\n" + TASK + "games:\n", shop_text(ITEM)) + SHELF
GRAND_PRIZE = "      market_value_fen: 2500\n      value_evidence"
SOLD = "    market_value_fen: 2500\n    value_evidence"
CARD = ("Meal voucher}\n      market", "Gift card}\n      market")

BROKEN = [
    ("C1", "tasks[0].description.en", ("en: Friends come", 'en: " "')),
    ("C1", "badges[0].how.zh-CN", ("zh-CN: 带回一、三、五个杯子", 'zh-CN: ""')),
    ("C1", "badges[0].tiers[1].name.en", ("en: Silver", 'en: ""')),
    ("C1", "collections[0].description.en", ("en: All of them for a meal", 'en: ""')),
    ("C1", "items[0].conditions.en", ("en: To eat here", 'en: ""')),
    ("C3", "items[0]", (SOLD, SOLD.replace("2500", "5000001"))),
    ("C3", "collections[0].reward", (GRAND_PRIZE, GRAND_PRIZE.replace("2500", "5000001"))),
    ("C12", "collections[0].reward.name.en", CARD),
    ("C12", "items[0].name.zh-CN", ("zh-CN: 券 meal", "zh-CN: 微信红包")),
    ("C12", "tasks[0].reward.name.zh-CN", ("zh-CN: 券, en: Voucher", "zh-CN: 现金券, en: Voucher")),
    ("C15", "badges[1].how.en", ("en: Write a review", "en: Final interpretation is ours")),
    ("C22", "tasks[0].on", ("target: 3", "target: 3\n    aggregate: count")),
    ("C22", "badges[1].earned.type", ("type: review.posted", "type: share.visited")),
]


def findings(level: Level, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    """What is found in the campaign, after some changes."""
    text = TEXT
    for old, new in changes:
        text = changed(old, new, text)
    return [(each.code, each.path) for each in check(text, SECTIONS).at(level)]


def test_the_sample_breaks_none_of_them() -> None:
    assert findings(Level.FAULT) == findings(Level.BLOCK) == []


@pytest.mark.parametrize(("code", "path", "change"), BROKEN)
def test_a_broken_rule_is_named_where_it_is_broken(code: str, path: str, change: tuple[str, str]) -> None:
    assert (code, path) in findings(Level.BLOCK, change)


@pytest.mark.parametrize(
    ("change", "shown", "taxed"),
    [
        ((GRAND_PRIZE, GRAND_PRIZE.replace("2500", "4000000")), {"games", "collections"}, "40,000 yuan"),
        ((SOLD, SOLD.replace("2500", "4000000")), {"games"}, "1,000 yuan"),
    ],
    ids=["a grand prize", "an item that is bought"],
)
def test_winners_are_shown_and_tax_is_told_for_what_is_won_and_not_for_what_is_bought(
    change: tuple[str, str], shown: set[str], taxed: str
) -> None:
    places = {path.partition("[")[0] for code, path in findings(Level.INFO, change) if code == "C6"}
    assert places == shown
    untaxed = changed("tax_note: {zh-CN: 主办方承担, en: Paid by us}\n", "", changed(*change, TEXT))
    (found,) = [each for each in check(untaxed, SECTIONS).at(Level.BLOCK) if each.code == "C17"]
    assert taxed in found.sentence
