"""A campaign with tasks, a brand's server that sends what happened, and readers of the log that catch up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engage.earning import earning_subscriber
from engage.ledger import find_book
from engage.rewards import import_codes
from engage.tasks import task_subscriber
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.sender import Sender

NOON = datetime(2026, 11, 15, 4, tzinfo=UTC)
ALICE = "mem_alice"
POINTS = "{kind: points, points: 50, units: 20}"
VOUCHER = (
    "{kind: voucher, name: {zh-CN: 券, en: Voucher}, market_value_fen: 900, units: 5, "
    "value_evidence: {source: {zh-CN: 价目表, en: Price list}, date: 2026-10-01}}"
)


def task(name: str, reward: str = POINTS, **fields: Any) -> str:
    """An entry of `tasks`, its fields written as YAML."""
    lines = [f"  - id: {name}", "    title: {zh-CN: 任务, en: Task}", "    how: {zh-CN: 这样做, en: Like this}"]
    lines += [f"    {field}: {value}" for field, value in fields.items()]
    return "\n".join([*lines, f"    reward: {reward}"]) + "\n"


def with_tasks(*tasks: str) -> str:
    """The sample campaign with tasks, and a budget for them."""
    text = changed("points: 60000\n", "points: 90000\n")
    text = changed("money_fen: 300000", "money_fen: 400000", text)
    return changed("games:\n", "tasks:\n" + "".join(tasks) + "games:\n", text)


class Desk(Sender):
    """Sends what happened and has tasks read it."""

    def __init__(self, bureau: Bureau, *tasks: str, codes: str = "") -> None:
        if codes:
            names = [f"{codes}-{n:04}" for n in range(5)]
            import_codes(bureau.services.writer, bureau.services.sealer, f"tsk_{codes}", "prz_reward", names)
        bureau.publish_campaign(with_tasks(*tasks))
        bureau.go_to(NOON)
        bureau.member("alice")
        super().__init__(bureau, earning_subscriber(), task_subscriber(bureau.services.give_turns))
        self.alice = self.server.member(ALICE)

    def said(self, id_: str, source: str = "till") -> list[tuple[str, str]]:
        """What tasks made of an event."""
        rules = self.client.get(f"/v1/events/{source}/{id_}").get_json()["rules"]
        return [(rule["rule"], rule["verdict"]) for rule in rules if rule["rule"].startswith("tsk_")]

    def verdict(self, id_: str) -> str:
        """What the only task made of an event."""
        ((_, verdict),) = self.said(id_)
        return verdict

    def points(self, member: str = ALICE) -> int:
        """The points that a member has."""
        with self.bureau.services.reader.connect() as connection:
            return find_book(connection, member).points

    def task(self, name: str) -> dict[str, Any]:
        """A task as Alice sees it."""
        items = self.alice.get("/v1/tasks").get_json()["items"]
        return next(item for item in items if item["id"] == f"tsk_{name}")

    def seen(self, name: str) -> tuple[str, int, int]:
        """The state of a task, and how far Alice has come."""
        found = self.task(name)
        return found["state"], found["progress"]["value"], found["progress"]["target"]
