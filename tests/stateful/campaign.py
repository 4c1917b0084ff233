"""The campaign of the town: a pool that runs dry, points that expire soon, few units, and tasks of each kind."""

from __future__ import annotations

from tests.integration.tasks.desk import task
from tests.support.bureau import PLAYABLE
from tests.support.sample_campaign import changed
from tests.support.shelf import BADGES
from tests.support.till import item

PER_FEN, POOL, EXPIRE_DAYS = 100, 60, 2
PRICES = {"tea": 8, "cup": 5}
REWARDS = {"spend": 5, "tea": 3, "review": 6, "green": 4, "visits": 2, "hand": 7, "strict": 4, "kind": 5, "days": 3}
"""Points that a completion of each task brings."""
TARGETS = {"spend": 2000, "tea": 2, "review": 2, "green": 2, "visits": 3, "hand": 2, "strict": 2, "kind": 3, "days": 2}
FORGIVEN = {
    "strict": {},
    "kind": {"grace_hours": 3, "freezes": 1, "freeze_every": 2, "freezes_max": 2, "restorations": 2},
    "days": {"grace_hours": 2, "restorations": 1},
}
"""What each streak forgives. Days of `days` are check-ins, those of the others are visits to the shop."""
MOST = 50
VOUCHERS = {"tsk_meal": 2, "itm_tea": 4, "col_year": 2}
"""The owners of vouchers, and how many units each has."""
EARNING = f"""\
earning:
  points: 1
  per_fen: {PER_FEN}
  pool: {POOL}
  pending_days: 1
  terms: {{zh-CN: 堂食与外卖, en: Meals in the shop and delivered}}
"""
REGULAR = """\
  - id: regular
    name: {zh-CN: 常客, en: Regular}
    description: {zh-CN: 常来, en: Comes often}
    how: {zh-CN: 下两单、四单, en: "Order twice, four times"}
    earned: {by: events, type: order.completed}
    tiers:
      - {id: bronze, at: 2, name: {zh-CN: 铜, en: Bronze}}
      - {id: silver, at: 4, name: {zh-CN: 银, en: Silver}}
"""
EVIDENCE = "value_evidence: {source: {zh-CN: 价目表, en: Price list}, date: 2026-10-01}"
VOUCHER = f"{{kind: voucher, name: {{zh-CN: 券, en: Voucher}}, market_value_fen: 900, units: 2, {EVIDENCE}}}"
TURNS = "{kind: turns, game: wheel, turns: 1}"


def _points(name: str) -> str:
    return f"{{kind: points, points: {REWARDS[name]}, units: 1000}}"


def _task(name: str, template: str, **fields: str | int) -> str:
    return task(name, _points(name), template=template, target=TARGETS[name], **{"per_window": MOST} | fields)


def _streak(name: str, on: str) -> str:
    terms = ", ".join(f"{term}: {value}" for term, value in FORGIVEN[name].items())
    return _task(name, "check_in", on=f"[{on}]", streak=f"{{{terms}}}")


TASKS = (
    _task("spend", "spend"),
    _task("tea", "orders", where="[{field: lines.category, is: tea}]"),
    _task("review", "review"),
    _task("green", "green", window="day", per_window=1),
    _task("visits", "friends_visit"),
    _task("hand", "orders", claim="by_hand"),
    task("meal", VOUCHER, template="first_order"),
    task("daily", TURNS, template="check_in", target=2, per_window=5),
    _streak("strict", "member.visited"),
    _streak("kind", "member.visited"),
    _streak("days", "member.checked_in"),
)
ITEMS = (
    item("tea", PRICES["tea"], units=VOUCHERS["itm_tea"], cancel_minutes=60),
    item("cup", PRICES["cup"], units=3, kind="goods", address="true"),
)


def town_text() -> str:
    """The sample campaign with all of it."""
    text = changed("points: 60000\n", "points: 160000\n", PLAYABLE)
    text = changed("money_fen: 300000", "money_fen: 900000", text)
    text = changed("points_expire: {days: 365}", f"points_expire: {{days: {EXPIRE_DAYS}}}", text)
    text = changed("games:\n", "tasks:\n" + "".join(TASKS) + "games:\n", text)
    badges = changed("collections:\n", REGULAR + "collections:\n", BADGES)
    return changed("claim:\n  how:", EARNING + "claim:\n  how:", text) + badges + "items:\n" + "".join(ITEMS)
