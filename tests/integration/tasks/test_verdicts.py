"""Every kind of rule that a campaign file can hold fires, and says why when something does not count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engage.campaigns import pause, resume
from tests.integration.tasks.desk import NOON, Desk, task
from tests.support.bureau import CAMPAIGN, Bureau

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEAR = "[{field: net_fen, at_least: 1000}]"
VISIT = {"place": "north"}


def test_filters_and_failing_filters_are_told_apart(bureau: Bureau) -> None:
    desk = Desk(
        bureau,
        task("dear", template="orders", target=1, where=DEAR),
        task("tea", template="orders", target=1, where="[{field: lines.category, is: tea}]"),
        task("north", template="orders", target=1, cel="'event.store.startsWith(\"n\")'"),
    )
    tea = [{"line": "1", "category": "tea", "net_fen": 900}]
    said = desk.said(desk.order("o-1", 900, lines=tea))
    assert dict(said) == {"tsk_dear": "filtered_out", "tsk_tea": "counted", "tsk_north": "filter_failed"}
    assert dict(desk.said(desk.order("o-2", 1000, store="north"))) == {
        "tsk_dear": "counted",
        "tsk_tea": "filtered_out",
        "tsk_north": "counted",
    }


def test_prerequisites_open_a_task(bureau: Bureau) -> None:
    desk = Desk(bureau, task("one", template="profile"), task("two", template="orders", target=1, requires="[one]"))
    assert desk.task("two")["state"] == "locked"
    assert desk.verdict(desk.order("o-1", 900)) == "prerequisite"
    desk.send("profile.completed", {})
    assert desk.task("two")["state"] == "open"
    assert desk.verdict(desk.order("o-2", 900)) == "counted"


def test_what_happened_before_joining_does_not_count(bureau: Bureau) -> None:
    desk = Desk(bureau, task("join", template="orders", target=1, opt_in="true"))
    assert desk.task("join")["state"] == "opted_out"
    assert desk.verdict(desk.order("o-1", 900)) == "not_opted_in"
    bureau.clock.move(HOUR)
    answer = desk.alice.post("/v1/tasks/tsk_join/opt-ins", key="k-1")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "open")
    assert desk.alice.post("/v1/tasks/tsk_join/opt-ins").status_code == 200
    assert desk.verdict(desk.order("o-2", 900, NOON)) == "not_opted_in"
    assert desk.verdict(desk.order("o-3", 900)) == "counted"
    desk.alice.send("DELETE", "/v1/me", {"confirm": "erase"})
    assert desk.alice.post("/v1/tasks/tsk_join/opt-ins").status_code == 401


def test_after_a_completion_nothing_counts_while_it_cools_down(bureau: Bureau) -> None:
    desk = Desk(bureau, task("cool", template="orders", target=1, per_window=9, cooldown_hours=2))
    desk.order("o-1", 900)
    bureau.clock.move(HOUR)
    assert desk.verdict(desk.order("o-2", 900)) == "cooldown"
    bureau.clock.move(HOUR)
    assert desk.verdict(desk.order("o-3", 900)) == "counted"
    assert desk.points() == 100


def test_insiders_and_whoever_is_no_part_of_the_audience_do_not_count(bureau: Bureau) -> None:
    desk = Desk(bureau, task("gold", template="orders", target=1, only="[{attribute: tier, values: [gold]}]"))
    bureau.member("bob", insider=1)
    assert desk.verdict(desk.order("o-1", 900)) == "not_eligible"
    assert desk.verdict(desk.send("order.completed", {"order": "o-2", "net_fen": 900}, member="bob")) == "not_eligible"
    desk.client.put("/v1/members/alice", {"attributes": {"tier": "gold"}})
    assert desk.verdict(desk.order("o-3", 900)) == "counted"


def test_steps_in_order_wait_for_each_other(bureau: Bureau) -> None:
    steps = (
        "[{title: {zh-CN: 一, en: A}, on: [member.visited], aggregate: count, target: 1}, "
        "{title: {zh-CN: 二, en: B}, on: [review.posted], aggregate: distinct, field: product, target: 2}]"
    )
    desk = Desk(bureau, task("way", steps=steps, order="in_order", window="campaign"))
    assert desk.verdict(desk.send("review.posted", {"product": "p-1"})) == "step_not_open"
    bureau.clock.move(HOUR)
    assert desk.verdict(desk.send("member.visited", VISIT)) == "counted"
    assert desk.seen("way") == ("in_progress", 1, 2)
    for product in ("p-1", "p-1", "p-2"):
        bureau.clock.move(HOUR)
        desk.send("review.posted", {"product": product})
    assert (desk.seen("way"), desk.points()) == (("completed", 2, 2), 50)


def test_caps_hold_in_each_window_and_in_all(bureau: Bureau) -> None:
    desk = Desk(bureau, task("daily", template="orders", target=1, window="day", per_window=1, in_all=3))
    said = []
    for number in range(6):
        said.append(desk.verdict(desk.order(f"o-{number}", 900)))
        bureau.clock.move(12 * HOUR)
    assert desk.points() == 150
    assert said == ["counted", "counted", "cap_reached", "counted", "cap_reached", "cap_reached"]


def test_distinct_visitors_count_once_each(bureau: Bureau) -> None:
    desk = Desk(bureau, task("friends", template="friends_visit", target=2))
    said = [desk.verdict(desk.send("share.visited", {"visitor": name})) for name in ("v-1", "v-1", "v-2")]
    assert said == ["counted", "counted_before", "counted"]
    assert desk.points() == 50


def test_a_rolling_window_forgets(bureau: Bureau) -> None:
    desk = Desk(bureau, task("roll", on="[order.completed]", aggregate="count", target=2, window="rolling", days=3))
    desk.order("o-1", 900)
    bureau.clock.move(3 * DAY)
    assert desk.seen("roll") == ("open", 0, 2)
    desk.order("o-2", 900)
    assert desk.points() == 0
    desk.order("o-3", 900, NOON + 2 * DAY)
    assert desk.points() == 50


def test_what_happens_in_a_pause_does_not_count(bureau: Bureau) -> None:
    desk = Desk(bureau, task("one", template="orders", target=1))
    pause(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(HOUR)
    assert desk.task("one")["state"] == "paused"
    assert desk.verdict(desk.order("o-1", 900)) == "paused"
    resume(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(HOUR)
    assert desk.verdict(desk.order("o-2", 900)) == "counted"


TEMPLATES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "first_order": ("order.completed", {"order": "o-1", "net_fen": 900}, {}),
    "spend": ("order.completed", {"order": "o-2", "net_fen": 900}, {"target": 2700}),
    "orders": ("order.completed", {"order": "o-3", "net_fen": 900}, {"target": 3}),
    "review": ("review.posted", {"product": "p-1"}, {"target": 1}),
    "profile": ("profile.completed", {}, {}),
    "green": ("item.recycled", {"what": "bottle"}, {"target": 1}),
    "friends_visit": ("share.visited", {"visitor": "v-1"}, {"target": 1}),
}


def test_each_template_is_completed_once(bureau: Bureau) -> None:
    desk = Desk(bureau, *(task(name, template=name, **more) for name, (_, _, more) in TEMPLATES.items()))
    for _ in range(2):
        for type_, data, _ in TEMPLATES.values():
            desk.send(type_, data)
    done = bureau.rows("SELECT task, count(*) FROM task_completion GROUP BY task ORDER BY task")
    assert done == [(f"tsk_{name}", 1) for name in sorted(TEMPLATES)]
    assert desk.points() == 50 * len(TEMPLATES)
