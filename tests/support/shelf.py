"""A brand whose campaign has badges and a collection, and the readers of the log that award them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from badges.reading import badge_subscriber
from engage.kernel.clock import render_ms
from engage.ledger import BOOK, BOOK_BY_MEMBER
from engage.rewards import import_codes
from engage.storage.work import Work
from tests.support.bureau import PLAYABLE, Bureau
from tests.support.sample_campaign import changed
from tests.support.sender import Sender

NOON = datetime(2026, 11, 15, 4, tzinfo=UTC)
ALICE = "mem_alice"
BADGES = """\
badges:
  - id: green
    name: {zh-CN: 绿手指, en: Green hand}
    description: {zh-CN: 常带回杯子, en: Often brings cups back}
    how: {zh-CN: 带回一、三、五个杯子, en: "Bring back one, three, five cups"}
    icon: leaf
    earned:
      by: events
      type: item.recycled
      where: [{field: what, values: [cup]}]
      sum: quantity
    tiers:
      - {id: bronze, at: 1, name: {zh-CN: 铜, en: Bronze}}
      - {id: silver, at: 3, name: {zh-CN: 银, en: Silver}}
      - {id: gold, at: 5, name: {zh-CN: 金, en: Gold}}
  - id: critic
    name: {zh-CN: 评论家, en: Critic}
    description: {zh-CN: 写过评论, en: Has written a review}
    how: {zh-CN: 写一条评论, en: Write a review}
    earned: {by: events, type: review.posted}
    every: month
    expire_days: 30
  - id: guest
    name: {zh-CN: 贵客, en: Guest of honour}
    description: {zh-CN: 特别的人, en: Somebody special}
    how: {zh-CN: 由我们授予, en: Given by us}
    secret: true
    earned: {by: hand}
collections:
  - id: year
    title: {zh-CN: 全套, en: The whole set}
    description: {zh-CN: 集齐换套餐券, en: All of them for a meal}
    badges: [green, critic]
    deadline: 2026-11-25T00:00:00+08:00
    reward:
      kind: voucher
      name: {zh-CN: 套餐券, en: Meal voucher}
      market_value_fen: 2500
      value_evidence: {source: {zh-CN: 价目表, en: Price list}, date: 2026-10-01}
      units: 2
"""
CAMPAIGN_WITH_BADGES = PLAYABLE + BADGES


class Shelf(Sender):
    """A brand's server whose events earn badges."""

    def __init__(self, bureau: Bureau) -> None:
        super().__init__(bureau, badge_subscriber())

    def cups(self, quantity: int = 1, what: str = "cup", member: str = "alice") -> str:
        """Somebody brings something back."""
        return self.send("item.recycled", {"what": what, "quantity": quantity}, member=member)

    def review(self, at: datetime | None = None, member: str = "alice") -> str:
        """Somebody writes a review."""
        return self.send("review.posted", {"product": "p-1"}, at, member)

    def complete_task(self, task: str, badge: str | None = None, member: str = ALICE) -> None:
        """A task is completed, and the log that tells of it is read."""
        self.tell_completed(task, badge, member)
        self.read()

    def tell_completed(self, task: str, badge: str | None = None, member: str = ALICE) -> None:
        """A task is completed, as the log tells of it."""

        def decide(work: Work) -> None:
            work.load(BOOK_BY_MEMBER, [member])
            book = work.find(BOOK_BY_MEMBER, member)
            assert book is not None
            data = {"task": task, "at": render_ms(work.now_ms)} | ({"badge": badge} if badge else {})
            work.append("task.completed", f"completion:{next(self.numbers)}", orjson.dumps(data).decode(), member=book)
            work.change(BOOK, book)

        self.bureau.services.writer.run(decide)

    def verdict(self, id_: str, rule: str = "badge:bdg_green") -> tuple[str, dict[str, Any]]:
        """What a badge made of an event."""
        rules = self.client.get(f"/v1/events/till/{id_}").get_json()["rules"]
        (found,) = [each for each in rules if each["rule"] == rule]
        return found["verdict"], found["data"]

    def awards(self, member: str = ALICE) -> list[tuple[str, str, str]]:
        """What a member was awarded: badge, tier and period."""
        query = "SELECT badge, tier, period FROM badge_award WHERE member = :member ORDER BY badge, tier, period"
        return [(badge, tier, period) for badge, tier, period in self.bureau.rows(query, member=member)]

    def award(self, badge: str, tier: str = "only", member: str = ALICE) -> str:
        """The id of an award."""
        query = "SELECT id FROM badge_award WHERE badge = :badge AND tier = :tier AND member = :member"
        found: str = self.bureau.one(query, badge=badge, tier=tier, member=member)
        return found

    def told(self, name: str) -> list[dict[str, Any]]:
        """What the log tells under a name."""
        rows = self.bureau.rows("SELECT data FROM event WHERE name = :name ORDER BY position", name=name)
        return [orjson.loads(data) for (data,) in rows]


def shelf_of(bureau: Bureau, text: str = CAMPAIGN_WITH_BADGES, at: datetime = NOON) -> Shelf:
    """A brand whose campaign is published, by default at noon of a plain day."""
    codes = [f"GRAND-{n}" for n in range(2)]
    import_codes(bureau.services.writer, bureau.services.sealer, "col_year", "prz_reward", codes)
    bureau.publish_campaign(text)
    bureau.go_to(at)
    bureau.member("alice")
    return Shelf(bureau)


def with_change(old: str, new: str) -> str:
    """The campaign with one piece replaced."""
    return changed(old, new, CAMPAIGN_WITH_BADGES)
