"""What the checker says of items that points buy: their mistakes, and that points are valued by the best of them."""

from __future__ import annotations

from typing import Any

import pytest

from engage.campaigns import Finding, Level, check
from engage.campaigns.items import ITEMS
from games.section import SECTION
from tests.support.sample_campaign import line_of
from tests.support.till import item, shop_text

MEAL = item("meal", 200, market_value_fen=2500)


def found_in(*items: str) -> tuple[str, list[Finding]]:
    """A file with these items, and what is wrong with it."""
    text = shop_text(*items)
    return text, [each for each in check(text, [SECTION, ITEMS]).items if each.level is not Level.INFO]


def test_an_item_without_a_mistake_is_found_to_have_none() -> None:
    assert found_in(MEAL)[1] == []


@pytest.mark.parametrize(
    ("more", "code", "at", "level"),
    [
        ({"per_day": 7, "per_member": 2}, "limit_without_effect", "per_day: 7", Level.WARN),
        ({"cancel_minutes": 1441}, "out_of_range", "cancel_minutes", Level.FAULT),
        ({"opens_at": "2026-10-01T00:00:00+08:00"}, "outside_campaign", "2026-10-01T00:00:00", Level.FAULT),
        ({"closes_at": "2027-01-01T00:00:00+08:00"}, "outside_campaign", "2027-01-01T00:00:00", Level.FAULT),
        ({"cash_equivalent": "true"}, "C12", "cash_equivalent", Level.BLOCK),
        ({"name": "{zh-CN: 微信红包, en: A gift}"}, "C12", "微信红包", Level.BLOCK),
    ],
)
def test_a_mistake_is_named_at_its_line(more: dict[str, Any], code: str, at: str, level: Level) -> None:
    text, found = found_in(item("meal", 200, market_value_fen=2500, **more))
    first = found[0]
    assert (len(found), first.code, first.level) == (1, code, level), found
    assert first.line == line_of(at, text)


def test_an_item_that_is_there_twice_is_a_fault_and_so_is_the_address_of_a_voucher() -> None:
    assert [each.code for each in found_in(item("meal", 200, address="true"))[1]] == ["address_of_voucher"]
    assert [each.code for each in found_in(MEAL, MEAL)[1]] == ["duplicate_id"]


def test_points_are_worth_at_least_what_the_best_item_gives_for_them() -> None:
    better = item("better", 199, market_value_fen=2500)
    _, (found,) = found_in(MEAL, better)
    assert (found.level, found.code, found.path) == (Level.BLOCK, "C3b", "point_value")
    assert "points: 199 and fen: 2500" in found.way_out
