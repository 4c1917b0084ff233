"""A small campaign file without a mistake, and how tests change it: a piece of its text for another."""

import re
from dataclasses import dataclass
from pathlib import Path

from engage.campaigns import Findings, Level, check
from games.section import SECTION

TEXT = """\
id: spring
languages: [zh-CN, en]
jurisdiction: CN
title: {zh-CN: 春天, en: Spring}
organiser:
  name: {zh-CN: 松间, en: Pine Lane}
  licence: "91310115MA1DEM0X01"
  filing: "0001"
  contact: {zh-CN: 电话 400, en: Telephone 400}
time_zone: Asia/Shanghai
opens_at: 2026-11-01T00:00:00+08:00  # Sunday
closes_at: 2026-12-01T00:00:00+08:00
age:
  minimum: 18
  declaration: true
accept_rules: true
audience:
  terms: {zh-CN: 会员, en: Members}
budget:
  basis: plan 7
  points: 60000
  money_fen: 300000
point_value:
  points: 200
  fen: 2500
  what: {zh-CN: 套餐, en: a meal}
points_use: {zh-CN: 换套餐, en: Meals}
points_expire: {days: 365}
points_need_order: true
claim:
  how: {zh-CN: 到店, en: In the shop}
  until_days: 30
  forfeiture: {zh-CN: 过期作废, en: Lost after that}
tax_note: {zh-CN: 主办方承担, en: Paid by us}
games:
  - id: wheel
    mechanic: wheel
    chance: odds
    title: {zh-CN: 转盘, en: Wheel}
    conditions: {zh-CN: 每天一次, en: Once a day}
    prizes:
      - id: few
        kind: points
        name: {zh-CN: 十分, en: Ten points}
        points: 10
        units: 5000
        class: 1
      - id: meal
        kind: voucher
        name: {zh-CN: 套餐券, en: Meal voucher}
        market_value_fen: 2500
        value_evidence:
          source: {zh-CN: 价目表, en: Price list}
          date: 2026-10-01
        units: 40
        class: 2
        per_member: 1
        use_by_days: 60
      - id: again
        kind: turns
        name: {zh-CN: 再来, en: Again}
        turns: 2
        class: 2
    tables:
      - total: 100
        slots:
          - {slot: s1, prize: meal, else: [few, none], weight: 5}
          - {slot: s2, prize: few, else: [none], weight: 45}
          - {slot: s3, prize: none, weight: 50}
      - total: 10
        slots:
          - {slot: s1, prize: meal, else: [again], weight: 4}
          - {slot: t2, prize: again, weight: 6}
    guarantee: {class: 2, misses: 9, table: 1}
    turns:
      free_per_day: 1
      per_purchase: 1
    limits:
      per_day: 3
      per_campaign: 60
    when_out: end
  - id: cards
    mechanic: scratch
    chance: deck
    title: {zh-CN: 刮刮卡, en: Cards}
    conditions: {zh-CN: 消费得卡, en: A card for a purchase}
    prizes:
      - id: tyre
        kind: goods
        name: {zh-CN: 轮胎, en: Tyre}
        market_value_fen: 100000
        value_evidence:
          source: {zh-CN: 官网, en: Website}
          date: 2026-10-02
        units: 3
        class: 1
        address: true
    deck:
      counts: [[tyre, 3], [none, 97]]
      n: 100
    turns: {free_per_day: 0, per_purchase: 2}
    limits:
      per_day: 2
    when_out: end
"""


def changed(old: str, new: str, text: str = TEXT) -> str:
    """The text with one piece replaced; the piece has to be there exactly once."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def checked(text: str) -> Findings:
    """What the checker says about a text."""
    return check(text, [SECTION])


def line_of(fragment: str, text: str) -> int:
    """The number of the one line that holds a fragment."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if fragment in line]
    assert len(lines) == 1, f"{fragment!r} is in lines {lines}"
    return lines[0]


def codes_said_in(*modules: str) -> set[str]:
    """Every code of a finding that these modules can make, read from their text."""
    root = Path(__file__).resolve().parents[2]
    text = "".join((root / module).read_text(encoding="utf-8") for module in modules)
    said = re.findall(r'fault\(\s*"(\w+)"', text) + re.findall(r'Level\.\w+, "(\w+)"', text)
    return set(said)


@dataclass(frozen=True)
class Mistake:
    """A change of the sample and the one thing that has to be said about it.

    `at` is a piece of the line where it is said, `says` a piece of the sentence or of the way out.
    """

    code: str
    path: str
    at: str
    changes: tuple[tuple[str, str], ...]
    says: str
    level: Level = Level.FAULT

    def __str__(self) -> str:
        return f"{self.code} {self.path}"


def mistake(  # noqa: PLR0913  one row of a table
    code: str, path: str, at: str, old: str, new: str, says: str, level: Level = Level.FAULT
) -> Mistake:
    """A row of a table of mistakes that one change makes."""
    return Mistake(code, path, at, ((old, new),), says, level)


def warning(code: str, path: str, at: str, old: str, new: str, says: str) -> Mistake:  # noqa: PLR0913
    """A row of a table of warnings that one change makes."""
    return mistake(code, path, at, old, new, says, Level.WARN)


def demand_one_finding(row: Mistake) -> None:
    """Check the changed sample: it must say just this, at this line, beyond what the sample says of itself."""
    text = TEXT
    for old, new in row.changes:
        text = changed(old, new, text)
    found = [item for item in checked(text).items if item.level is not Level.INFO]
    assert [(item.level, item.code, item.path) for item in found] == [(row.level, row.code, row.path)], found
    (only,) = found
    assert only.line == line_of(row.at, text)
    assert row.says in f"{only.sentence} {only.way_out}"
