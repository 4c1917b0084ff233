"""What members do themselves: check-ins and streaks, claims from many screens at once, questionnaires."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import gevent
import orjson

from engage.kernel.refusals import Refusal
from engage.tasks import claim
from tests.integration.tasks.desk import ALICE, NOON, VOUCHER, Desk, task
from tests.support.bureau import Bureau

DAY = timedelta(days=1)
STREAK = task(
    "daily", template="check_in", target=3, per_window=5, streak="{restorations: 1, grace_hours: 2, freezes: 0}"
)
QUESTIONS = (
    "[{kind: choice, id: taste, text: {zh-CN: 口味, en: Taste}, choices: [{id: sweet, text: {zh-CN: 甜, en: Sweet}}, "
    "{id: sour, text: {zh-CN: 酸, en: Sour}}]}, {kind: scale, id: again, text: {zh-CN: 再来, en: Again}}, "
    "{kind: text, id: words, text: {zh-CN: 话, en: Words}, optional: true}]"
)


def check_in(desk: Desk) -> tuple[int, str]:
    answer = desk.alice.post("/v1/check-ins")
    desk.read()
    return answer.status_code, answer.get_json()["day"]


def test_a_check_in_counts_once_a_day_and_a_streak_brings_its_reward(bureau: Bureau) -> None:
    desk = Desk(bureau, STREAK)
    assert [check_in(desk), check_in(desk)] == [(201, "2026-11-15"), (200, "2026-11-15")]
    for _ in range(2):
        bureau.clock.move(DAY)
        check_in(desk)
    streak = desk.task("daily")["streak"]
    assert (streak["length"], streak["today_done"], desk.points()) == (3, True, 50)
    assert [day["mark"] for day in streak["days"]] == ["done"] * 3
    name = f"check-in:{ALICE}:2026-11-15"
    assert desk.said(name, "engage") == [("tsk_daily", "counted")]


def test_a_check_in_in_the_grace_is_yesterday_s_and_the_next_one_today_s(bureau: Bureau) -> None:
    desk = Desk(bureau, STREAK)
    check_in(desk)
    bureau.clock.move(DAY + timedelta(hours=13))
    assert check_in(desk) == (201, "2026-11-16")
    bureau.clock.move(timedelta(seconds=1))
    assert check_in(desk) == (201, "2026-11-17")
    assert check_in(desk) == (200, "2026-11-17")
    assert desk.task("daily")["streak"]["length"] == 3


def test_a_broken_streak_is_restored_once(bureau: Bureau) -> None:
    desk = Desk(bureau, STREAK)
    check_in(desk)
    assert desk.alice.post("/v1/tasks/tsk_daily/restorations").status_code == 409
    bureau.clock.move(2 * DAY)
    assert desk.task("daily")["streak"]["restorable_until"] is not None
    restored = desk.alice.post("/v1/tasks/tsk_daily/restorations")
    assert (restored.status_code, restored.get_json()["streak"]["length"]) == (201, 1)
    check_in(desk)
    bureau.clock.move(2 * DAY)
    assert desk.alice.post("/v1/tasks/tsk_daily/restorations").status_code == 409


def test_a_day_that_comes_in_after_its_streak_broke_counts_once_for_that_day(bureau: Bureau) -> None:
    daily = task("daily", template="check_in", target=3, on="[member.visited]", streak="{freezes: 0}")
    desk = Desk(bureau, daily)
    bureau.clock.move(5 * DAY)
    said = [desk.verdict(desk.send("member.visited", {"place": "north"}, NOON)) for _ in range(2)]
    assert said == ["counted", "counted_before"]
    assert desk.task("daily")["streak"]["length"] == 0


def test_what_a_restored_streak_comes_to_is_rewarded_at_once(bureau: Bureau) -> None:
    desk = Desk(bureau, STREAK)
    for days in (1, 2, 1):
        check_in(desk)
        bureau.clock.move(days * DAY)
    bureau.clock.move(-DAY)
    assert desk.points() == 0
    restored = desk.alice.post("/v1/tasks/tsk_daily/restorations")
    assert (restored.status_code, restored.get_json()) == (201, desk.task("daily"))
    assert restored.get_json()["completions"]["now"] == 1
    assert (desk.task("daily")["streak"]["length"], desk.points()) == (3, 50)
    bureau.clock.move(DAY)
    check_in(desk)
    assert desk.points() == 50


def test_nobody_outside_can_check_somebody_in(bureau: Bureau) -> None:
    desk = Desk(bureau, STREAK)
    event = desk.event("e-1", "order.completed", {"order": "o-1", "net_fen": 1}) | {"source": "engage"}
    (rejected,) = desk.client.send("POST", "/v1/events", [event]).get_json()["rejected"]
    assert (rejected["code"], "server's own" in rejected["detail"]) == ("invalid", True)


def test_of_twenty_claims_at_once_one_gives_the_reward(bureau: Bureau) -> None:
    desk = Desk(bureau, task("hand", template="orders", target=1, claim="by_hand"))
    assert desk.alice.post("/v1/tasks/tsk_hand/claims").status_code == 409
    desk.order("o-1", 900)
    assert (desk.points(), desk.task("hand")["state"]) == (0, "claimable")

    def try_one(_number: int) -> str:
        try:
            claimed = partial(claim, member_id=ALICE, task="tsk_hand", turns=bureau.services.give_turns)
            return bureau.services.writer.run(lambda work: claimed(work)[2])
        except Refusal as refusal:
            return refusal.code

    bureau.services.writer.start()
    asking = [gevent.spawn(try_one, number) for number in range(20)]
    outcomes = sorted(one.get(timeout=30) for one in asking)
    assert outcomes == ["conflict"] * 19 + ["given"]
    assert (desk.points(), desk.task("hand")["state"]) == (50, "completed")


def test_a_claim_sent_twice_has_one_answer_and_an_empty_pool_says_so(bureau: Bureau) -> None:
    few = "{kind: points, points: 50, units: 1}"
    desk = Desk(bureau, task("hand", few, template="orders", target=1, per_window=2, claim="by_hand"))
    desk.order("o-1", 900)
    desk.order("o-2", 900)
    first, again = (desk.alice.post("/v1/tasks/tsk_hand/claims", key="k-1") for _ in range(2))
    assert (first.status_code, first.data) == (201, again.data)
    gone = desk.alice.post("/v1/tasks/tsk_hand/claims", key="k-2")
    assert (gone.status_code, gone.get_json()["code"]) == (409, "sold_out")
    assert desk.task("hand")["state"] == "reward_gone"


def test_a_questionnaire_is_answered_once_sealed_and_rewarded_whatever_is_said(bureau: Bureau) -> None:
    desk = Desk(bureau, task("ask", template="questionnaire", questions=QUESTIONS))
    asked = desk.alice.get("/v1/questionnaires/tsk_ask").get_json()
    assert [question["kind"] for question in asked["questions"]] == ["choice", "scale", "text"]
    wrong = desk.alice.post("/v1/questionnaires/tsk_ask", {"answers": {"taste": "bitter", "again": 9, "x": 1}})
    assert (wrong.status_code, len(wrong.get_json()["errors"])) == (422, 3)
    right = {"answers": {"taste": "sour", "again": 1}}
    assert desk.alice.post("/v1/questionnaires/tsk_ask", right).status_code == 201
    assert desk.alice.post("/v1/questionnaires/tsk_ask", right).status_code == 409
    desk.read()
    assert (desk.points(), desk.task("ask")["state"]) == (50, "completed")
    assert b"sour" not in bureau.one("SELECT sealed_answers FROM questionnaire_answer")


def test_turns_and_badges_and_vouchers_are_given(bureau: Bureau) -> None:
    turns = "{kind: turns, game: wheel, turns: 3}"
    desk = Desk(
        bureau,
        task("turns", turns, template="profile"),
        task("meal", VOUCHER, template="first_order"),
        codes="meal",
    )
    desk.send("profile.completed", {})
    desk.order("o-1", 900)
    (held,) = desk.alice.get("/v1/prizes").get_json()["items"]
    assert (held["kind"], held["state"]) == ("voucher", "won")
    given = bureau.rows("SELECT kind, amount FROM reward_given ORDER BY kind")
    assert given == [("turns", 3), ("voucher", 1)]
    names = [
        orjson.loads(row[0])["task"] for row in bureau.rows("SELECT data FROM event WHERE name = 'task.completed'")
    ]
    assert sorted(names) == ["tsk_meal", "tsk_turns"]
