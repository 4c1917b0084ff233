"""Tasks count what came in, once, to the period in which it happened, and say what they made of it."""

from __future__ import annotations

from datetime import timedelta

import orjson

from engage.kernel.clock import DAY_MS
from tests.integration.tasks.desk import ALICE, NOON, Desk, task
from tests.support.bureau import Bureau

FIRST = task("first", template="first_order")
SPEND = task("spend", template="spend", target=10000, per_window=3)


def test_an_order_completes_its_task_and_gives_the_reward_once(bureau: Bureau) -> None:
    desk = Desk(bureau, FIRST)
    assert desk.seen("first") == ("open", 0, 1)
    assert desk.verdict(desk.order("o-1", 900)) == "counted"
    assert desk.points() == 50
    assert bureau.rows("SELECT expires_at - earned_at FROM lot WHERE asset = 'PTS'") == [(365 * DAY_MS,)]
    assert desk.seen("first") == ("completed", 1, 1)
    assert desk.verdict(desk.order("o-2", 900)) == "cap_reached"
    assert desk.points() == 50
    assert desk.verdict(desk.order("o-1", 900)) == "duplicate_order"
    told = [item for item in desk.alice.get("/v1/feed").get_json()["items"] if item["name"].startswith("task.")]
    assert [item["name"] for item in told] == ["task.completed", "task.progressed"]
    assert told[1]["data"]["value"] == told[1]["data"]["target"] == 1


def test_points_of_a_task_wait_for_an_order_as_any_others_do(bureau: Bureau) -> None:
    desk = Desk(bureau, task("say", template="review", target=1))
    desk.send("review.posted", {"product": "p-1"})
    waiting = desk.alice.get("/v1/me").get_json()
    assert (waiting["balances"]["held"], [hold["reason"] for hold in waiting["holds"]]) == (50, ["order"])
    desk.order("o-1", 900)
    assert desk.alice.get("/v1/me").get_json()["balances"]["held"] == 0


def test_a_sum_is_kept_by_the_month_in_which_it_was_spent_however_late(bureau: Bureau) -> None:
    desk = Desk(bureau, SPEND)
    desk.order("o-1", 9000)
    assert desk.seen("spend") == ("in_progress", 9000, 10000)
    assert desk.task("spend")["progress"]["unit"] == "fen"
    desk.order("o-2", 12000)
    assert (desk.points(), desk.seen("spend")) == (100, ("in_progress", 1000, 10000))
    assert desk.verdict(desk.order("o-3", 9000, NOON - timedelta(days=16))) == "outside_window"


def test_refunds_roll_progress_back_and_take_back_what_is_left_of_the_reward(bureau: Bureau) -> None:
    desk = Desk(bureau, SPEND)
    desk.order("o-1", 12000, lines=[{"line": "1", "net_fen": 5000}, {"line": "2", "net_fen": 7000}])
    assert desk.points() == 50
    back = desk.refund("o-1", 5000, lines=[{"line": "1", "net_fen": 5000}])
    assert desk.said(back) == [("tsk_spend", "counted")]
    assert (desk.points(), desk.seen("spend")) == (0, ("in_progress", 7000, 10000))
    desk.order("o-2", 3000)
    assert (desk.points(), desk.seen("spend")) == (50, ("open", 0, 10000))


def test_the_log_tells_the_task_and_the_completion(bureau: Bureau) -> None:
    desk = Desk(bureau, FIRST)
    desk.order("o-1", 900)
    told = orjson.loads(bureau.one("SELECT data FROM event WHERE name = 'task.completed'"))
    assert told["reward"] == {"kind": "points", "amount": 50, "game": None}
    assert bureau.one("SELECT member FROM task_completion") == ALICE
