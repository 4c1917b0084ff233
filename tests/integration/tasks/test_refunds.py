"""Refunds take back what they undo: what is left of a reward, and the rest is owed. No balance falls below nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.events import erase_events
from engage.kernel.clock import parse
from engage.ledger import BOOK_BY_MEMBER, OPEN_LOTS, POINTS, take_points
from engage.storage.work import Work
from engage.tasks.proof import prove_completions, prove_counts
from tests.integration.tasks.desk import ALICE, NOON, VOUCHER, Desk, task
from tests.support.bureau import Bureau

ORDERS = task("orders", template="orders", target=2, per_window=50)


def spend(bureau: Bureau, amount: int) -> None:
    """Alice spends points."""

    def decide(work: Work) -> None:
        work.load(BOOK_BY_MEMBER, [ALICE])
        work.load(OPEN_LOTS, [(ALICE, POINTS)])
        book, lots = work.find(BOOK_BY_MEMBER, ALICE), work.find_many(OPEN_LOTS, (ALICE, POINTS))
        assert book
        take_points(work, 121, book, [(lots[0], amount)], cause="spent:1", owner="gam_wheel")
        work.append("points.changed", "spent:1", member=book)

    bureau.services.writer.run(decide)


def test_what_was_spent_is_owed_and_the_next_rewards_pay_it(bureau: Bureau) -> None:
    desk = Desk(bureau, ORDERS)
    for number in range(2):
        desk.order(f"o-{number}", 900)
    spend(bureau, 30)
    desk.refund("o-0", 900)
    assert (desk.points(), desk.seen("orders")) == (0, ("in_progress", 1, 2))
    assert bureau.rows("SELECT kind, taken, owed FROM task_reversal") == [("points", 20, 30)]
    desk.order("o-2", 900)
    assert desk.points() == 20
    assert bureau.one("SELECT amount FROM task_set_off") == 30
    lines = desk.alice.get("/v1/statement").get_json()["items"]
    of_tasks = [(line["reason"], line["source"]) for line in lines if line["reason"].endswith("grant")]
    assert sorted(of_tasks) == [(reason, "tsk_orders") for reason in ["grant"] * 2 + ["reverse_grant"] * 2]
    assert {line["source_name"] for line in lines if line["source"]} == {"任务"}
    desk.refund("o-2", 900)
    assert desk.points() == 0
    for number in range(3, 8):
        desk.order(f"o-{number}", 900)
    assert desk.points() == 3 * 50 - 30


def test_an_unused_voucher_is_taken_back_and_a_used_one_is_owed(bureau: Bureau) -> None:
    voucher = VOUCHER.replace("units: 5", "units: 5, use_by_days: 30")
    desk = Desk(bureau, task("meal", voucher, template="orders", target=1, per_window=5), codes="meal")
    order, back = desk.event("a", "order.completed", {"order": "o-0", "net_fen": 1}), {"order": "o-0", "net_fen": 1}
    desk.post([order, desk.event("b", "order.refunded", back)])
    desk.read()
    (taken,) = desk.alice.get("/v1/prizes").get_json()["items"]
    assert taken["state"] == "revoked"
    assert parse(taken["use_by"]) == NOON + timedelta(days=30)
    desk.order("o-1", 900)
    (code,) = [
        desk.alice.post(f"/v1/prizes/{item['grant']}/reveal").get_json()["code"]
        for item in desk.alice.get("/v1/prizes").get_json()["items"]
        if item["state"] == "won"
    ]
    assert desk.client.post(f"/v1/vouchers/{code}/uses", {}, key="use-1").status_code in (200, 201)
    desk.refund("o-1", 900)
    desk.order("o-2", 900)
    assert bureau.rows("SELECT outcome FROM task_settlement ORDER BY recorded_at, outcome")[-1] == ("set_off",)
    desk.order("o-3", 900)
    states = sorted(item["state"] for item in desk.alice.get("/v1/prizes").get_json()["items"])
    assert states == ["revoked", "used", "won"]


def test_a_line_that_went_back_no_longer_matches(bureau: Bureau) -> None:
    tea = task("tea", template="orders", target=1, where="[{field: lines.category, is: tea}]")
    desk = Desk(bureau, tea)
    lines = [{"line": "1", "category": "tea", "net_fen": 300}, {"line": "2", "category": "cup", "net_fen": 600}]
    desk.order("o-1", 900, lines=lines)
    desk.refund("o-1", 600, lines=[{"line": "2", "net_fen": 600}])
    assert desk.points() == 50
    desk.refund("o-1", 300, lines=[{"line": "1", "net_fen": 300}])
    assert (desk.points(), desk.seen("tea")) == (0, ("open", 0, 1))


def test_a_refund_that_comes_first_is_taken_off_its_order(bureau: Bureau) -> None:
    desk = Desk(bureau, task("spend", template="spend", target=1000))
    desk.refund("o-1", 400)
    desk.order("o-1", 1200)
    assert desk.seen("spend") == ("in_progress", 800, 1000)
    desk.refund("o-2", 900)
    assert desk.verdict(desk.order("o-2", 900)) == "refunded"


def test_what_was_erased_holds_up_nobody_else_s_order_of_that_name(fresh_bureau: Any) -> None:
    with fresh_bureau() as bureau:
        desk = Desk(bureau, ORDERS)
        bureau.member("bob")
        desk.refund("o-1", 400)
        bureau.services.writer.run(lambda work: erase_events(work, "alice"))
        order = desk.send("order.completed", {"order": "o-1", "net_fen": 900}, member="bob")
        assert desk.verdict(order) == "counted"


FORGED = {
    "more than was paid": "UPDATE task_count SET amount = 100000",
    "somebody else's": "UPDATE task_count SET member = 'mem_bob'",
    "a completion": "INSERT INTO task_completion SELECT 'tcp_forged', task, revision, member, period, 99, event, "
    "occurred_at, recorded_at FROM task_completion LIMIT 1",
    "no reward": "UPDATE task_settlement SET outcome = 'gone'",
    "a count too few": "INSERT INTO task_undo SELECT event, event, task, step, 500, recorded_at FROM task_count",
}


@pytest.mark.parametrize("forged", FORGED)
def test_what_is_forged_is_found(fresh_bureau: Any, forged: str) -> None:
    with fresh_bureau() as bureau:
        desk = Desk(bureau, task("spend", template="spend", target=1000))
        desk.order("o-1", 1200)
        with sa.create_engine(bureau.services.settings.database_url).connect() as connection:
            triggers = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
            for name in list(triggers):
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            assert not prove_counts(connection).violations + prove_completions(connection).violations
            connection.execute(sa.text(FORGED[forged]))
            assert prove_counts(connection).violations + prove_completions(connection).violations
            connection.rollback()


EVENTS = st.lists(
    st.tuples(st.sampled_from(["order", "refund"]), st.integers(0, 3), st.integers(1, 5000)), min_size=1, max_size=10
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, cut=st.integers(0, 10))
def test_whatever_comes_in_whatever_order_comes_to_what_is_obvious(
    fresh_bureau: Any, events: list[tuple[str, int, int]], cut: int
) -> None:
    with fresh_bureau() as bureau:
        cheap = "{kind: points, points: 5, units: 1000}"
        desk = Desk(bureau, task("spend", cheap, template="spend", target=1000, per_window=100))
        names = {"order": "order.completed", "refund": "order.refunded"}
        sent = [
            desk.event(f"e{n}", names[kind], {"order": f"o-{order}", "net_fen": fen})
            for n, (kind, order, fen) in enumerate(events)
        ]
        for part in (sent[:cut], sent[cut:]):
            if part:
                desk.post(part)
                desk.read()
        paid: dict[int, int] = {}
        for kind, order, fen in events:
            if kind == "order":
                paid.setdefault(order, fen)
        for kind, order, fen in events:
            if kind == "refund" and order in paid:
                paid[order] -= fen
        total = sum(max(fen, 0) for fen in paid.values())
        assert desk.points() == total // 1000 * 5
        assert desk.task("spend")["progress"]["value"] == total % 1000
