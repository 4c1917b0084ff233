"""Points on orders: exactly what the rule gives, in whatever order events come, and never more than the pool holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.campaigns import end
from engage.earning import EARNING_INVARIANTS, earning_subscriber, pay_owed, release_pending
from engage.earning.rules import EarningRule, best_rule
from engage.kernel.clock import DAY_MS, render
from engage.kernel.refusals import Conflict
from engage.ledger import (
    BOOK_BY_MEMBER,
    LEDGER_INVARIANTS,
    OPEN_LOTS,
    POINTS,
    find_book,
    quarantine_subject,
    run_proof,
    take_points,
)
from engage.storage.work import Work
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.sender import Sender

EARNING = """\
earning:
  points: 1
  per_fen: 100
  pool: {pool}
  pending_days: {pending}
  factors:
    - {{first: 2026-11-19, last: 2026-11-19, times: 2}}
    - {{first: 2026-11-18, last: 2026-11-20, times: 3}}
  terms: {{zh-CN: 堂食与外卖, en: Meals in the shop and delivered}}
"""
NOON = datetime(2026, 11, 15, 4, tzinfo=UTC)
ALICE = "mem_alice"


def test_only_orders_of_its_merchants_and_stores_count_and_the_best_of_the_rules_does() -> None:
    wide = EarningRule("cmp_b", 1, 0, 10, "Asia/Shanghai", 1, 100, 0, None)
    narrow = EarningRule("cmp_a", 1, 0, 10, "Asia/Shanghai", 5, 100, 0, None, (), ("north",), ("s-1", "s-2"))
    found = [
        best_rule([wide, narrow], 900, paid_at, merchant, store)
        for paid_at, merchant, store in (
            (9, "north", "s-2"),
            (9, "north", "s-3"),
            (9, "south", "s-1"),
            (9, None, None),
            (10, "north", "s-1"),
        )
    ]
    assert found == [narrow, wide, wide, wide, None]


class Shop(Sender):
    """A brand's server whose orders earn points."""

    def __init__(self, bureau: Bureau) -> None:
        super().__init__(bureau, earning_subscriber())

    def verdict(self, id_: str) -> tuple[str, dict[str, Any]]:
        """What earning made of an event."""
        ((rule),) = self.client.get(f"/v1/events/till/{id_}").get_json()["rules"]
        return rule["verdict"], rule["data"]

    def standing(self, member: str = ALICE) -> tuple[int, int]:
        """What a member owns, and what of it is held."""
        with self.bureau.services.reader.connect() as connection:
            book = find_book(connection, member)
        return book.points, book.held

    def run(self, step: Any) -> int:
        """Let a job do its work."""
        done: int = self.bureau.services.writer.run(step)
        return done

    def prove(self) -> None:
        """Everything adds up."""
        with self.bureau.services.reader.connect() as connection:
            results = run_proof(connection, (*LEDGER_INVARIANTS, *EARNING_INVARIANTS))
        assert not [violation for _, proof in results for violation in proof.violations]


def campaign(pool: int = 5000, pending: int = 0) -> str:
    """The sample campaign, in which orders earn points."""
    text = changed("points: 60000\n", f"points: {60000 + pool}\n")
    return changed("claim:\n  how:", EARNING.format(pool=pool, pending=pending) + "claim:\n  how:", text)


def shop_of(bureau: Bureau, **terms: int) -> Shop:
    """A shop whose campaign is published, at noon of a plain day."""
    bureau.publish_campaign(campaign(**terms))
    bureau.go_to(NOON)
    bureau.member("alice")
    return Shop(bureau)


def test_an_order_earns_by_the_exact_ratio_and_says_so(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    assert shop.verdict(shop.order("o-1", 3099)) == ("counted", {"points": 30, "factor": 1, "campaign": "cmp_spring"})
    assert shop.verdict(shop.order("o-2", 99))[0] == "too_small"
    assert shop.standing() == (30, 0)
    assert bureau.rows("SELECT expires_at - earned_at FROM lot WHERE asset = 'PTS'") == [(365 * DAY_MS,)]
    lines = shop.client.get("/v1/members/alice/statement").get_json()["items"]
    assert [(line["amount"], line["reason"]) for line in lines] == [(30, "earn")]


def test_the_best_factor_of_the_day_counts_and_factors_never_multiply(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    bureau.go_to(datetime(2026, 11, 21, tzinfo=UTC))
    days = {datetime(2026, 11, 17, 15, 59, tzinfo=UTC): 1, datetime(2026, 11, 17, 16, tzinfo=UTC): 3}
    days |= {datetime(2026, 11, 20, 15, 59, tzinfo=UTC): 3, datetime(2026, 11, 20, 16, tzinfo=UTC): 1}
    for number, (at, factor) in enumerate((days | {datetime(2026, 11, 19, 4, tzinfo=UTC): 3}).items()):
        said, data = shop.verdict(shop.order(f"o-{number}", 1000, at))
        assert (said, data["factor"], data["points"]) == ("counted", factor, 10 * factor)


def test_the_same_order_counts_once_whatever_its_event_is_called(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    shop.order("o-1", 3000)
    assert shop.verdict(shop.order("o-1", 9000)) == ("duplicate_order", {"order": "o-1"})
    assert shop.standing() == (30, 0)


def test_what_was_paid_at_another_time_or_place_earns_nothing(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    assert shop.verdict(shop.order("o-1", 3000, datetime(2026, 10, 31, 15, tzinfo=UTC)))[0] == "outside_window"
    assert shop.verdict(shop.order("o-2", 3000, paid_at="2026-10-01T00:00:00Z"))[0] == "outside_window"
    assert shop.standing() == (0, 0)


def test_a_rule_for_some_merchants_and_stores_is_read_as_it_was_published(bureau: Bureau) -> None:
    places = "  merchants: [north]\n  stores: [s-1]\n  terms:"
    bureau.publish_campaign(changed("  terms: {zh-CN: 堂食", f"{places} {{zh-CN: 堂食", campaign()))
    bureau.go_to(NOON)
    bureau.member("alice")
    shop = Shop(bureau)
    orders = [{"merchant": "north", "store": "s-1"}, {"merchant": "south", "store": "s-1"}, {"merchant": "north"}]
    said = [shop.verdict(shop.order(f"o-{n}", 3000, None, **place))[0] for n, place in enumerate(orders)]
    assert said == ["counted", "outside_window", "outside_window"]


def test_refunds_by_line_take_back_what_a_refund_of_everything_would(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    shop.order("o-1", 1099)
    shop.order("o-2", 1099)
    for part in (333, 333, 433):
        shop.refund("o-1", part)
    shop.refund("o-2", 1099)
    assert shop.standing() == (0, 0)
    shop.prove()


def test_points_are_pending_until_the_refund_window_ends(bureau: Bureau) -> None:
    shop = shop_of(bureau, pending=7)
    said, data = shop.verdict(shop.order("o-1", 3000))
    assert (said, data["pending_until"]) == ("counted", render(NOON + timedelta(days=7)))
    assert shop.standing() == (30, 30)
    bureau.clock.move(timedelta(seconds=1))
    shop.refund("o-1", 1000)
    assert shop.standing() == (20, 20)
    statement = shop.client.get("/v1/members/alice/statement").get_json()
    until = render(NOON + timedelta(days=7))
    assert statement["holds"] == [{"points": 20, "reason": "pending", "until": until}]
    assert [line["amount"] for line in statement["items"]] == [-10, 30]
    bureau.clock.move(timedelta(days=7, seconds=-2))
    assert shop.run(release_pending) == 0
    bureau.clock.move(timedelta(seconds=1))
    assert [shop.run(release_pending) for _ in range(2)] == [1, 0]
    assert shop.standing() == (20, 0)
    shop.refund("o-1", 2000)
    assert shop.standing() == (0, 0)
    shop.prove()


def test_a_refund_that_comes_before_its_order_is_counted_with_it(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    assert shop.verdict(shop.refund("o-1", 1000)) == ("order_unknown", {"order": "o-1"})
    shop.order("o-1", 3000)
    assert shop.standing() == (20, 0)
    shop.refund("o-2", 1000)
    assert shop.verdict(shop.order("o-2", 1000))[0] == "refunded"


def test_an_order_and_its_refunds_in_one_batch_come_to_the_same(bureau: Bureau) -> None:
    shop = shop_of(bureau, pending=7)
    order = shop.event("a", "order.completed", {"order": "o-1", "net_fen": 3000})
    refunds = [shop.event(f"r{n}", "order.refunded", {"order": "o-1", "net_fen": 500}) for n in range(3)]
    shop.post([order, *refunds])
    shop.read()
    assert shop.standing() == (15, 15)
    shop.prove()


def test_nobody_refunds_another_member_s_order(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    bureau.member("bob")
    shop.order("o-1", 3000)
    assert shop.verdict(shop.refund("o-1", 1000, "bob")) == ("other_member", {"order": "o-1"})
    assert shop.standing() == (30, 0)


def test_a_dry_pool_owes_and_pays_the_oldest_first_once_it_is_filled(bureau: Bureau) -> None:
    shop = shop_of(bureau, pool=40)
    bureau.member("bob")
    assert shop.verdict(shop.order("o-1", 3000))[1].get("owed") is None
    assert shop.verdict(shop.order("o-2", 3000))[1]["owed"] == 20
    shop.send("order.completed", {"order": "o-3", "net_fen": 3000}, member="bob")
    assert (shop.standing(), shop.standing("mem_bob")) == ((40, 0), (0, 0))
    assert shop.run(pay_owed) == 0
    bureau.publish_campaign(campaign(pool=65))
    assert shop.run(pay_owed) == 2
    assert (shop.standing(), shop.standing("mem_bob")) == ((60, 0), (5, 0))
    shop.refund("o-3", 3000, "bob")
    assert shop.standing("mem_bob") == (0, 0)
    shop.prove()


def test_what_is_owed_is_paid_in_parts_also_twice_in_one_instant(bureau: Bureau) -> None:
    shop = shop_of(bureau, pool=40)
    shop.order("o-1", 3000)
    shop.order("o-2", 3000)
    for pool, points in ((45, 45), (52, 52), (60, 60)):
        bureau.publish_campaign(campaign(pool=pool))
        assert shop.run(pay_owed) == 1
        assert shop.standing() == (points, 0)
    shop.prove()


def test_what_was_spent_is_owed_back_and_settled_by_what_is_earned_next(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    shop.order("o-1", 3000)
    spend(bureau, 25)
    assert shop.verdict(shop.refund("o-1", 3000)) == ("counted", {"points": 30, "owed_back": 25})
    assert shop.standing() == (0, 0)
    assert shop.verdict(shop.order("o-2", 2000))[1]["set_off"] == 20
    assert shop.verdict(shop.order("o-3", 2000))[1]["set_off"] == 5
    assert shop.standing() == (15, 0)
    assert "set_off" not in shop.verdict(shop.order("o-4", 2000))[1]
    shop.refund("o-2", 2000)
    assert shop.standing() == (35, 0)
    assert shop.verdict(shop.order("o-5", 2000))[1]["set_off"] == 20
    shop.prove()


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


def test_after_the_end_orders_earn_no_more_and_the_rest_goes_back(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    shop.order("o-1", 3000)
    end(bureau.office, "cmp_spring", "Carol", "Dan")
    assert shop.verdict(shop.order("o-2", 3000))[0] == "outside_window"
    shop.refund("o-1", 1000)
    assert shop.standing() == (20, 0)
    shop.prove()


def test_a_pool_that_the_budget_does_not_cover_is_not_published(bureau: Bureau) -> None:
    short = changed("points: 65000\n", "points: 54999\n", campaign())
    with pytest.raises(Conflict, match="C13"):
        bureau.publish_campaign(short)


def test_an_event_of_a_member_under_review_waits_as_a_dead_letter(bureau: Bureau) -> None:
    shop = shop_of(bureau)
    shop.bureau.services.writer.run(lambda work: quarantine_subject(work, "member", ALICE, "a test"))
    with pytest.raises(Exception, match="refused what has happened"):
        shop.order("o-1", 3000)
    assert shop.standing() == (0, 0)


def obvious(events: list[tuple[str, int, int]]) -> int:
    """The points of a member by the slow and obvious way: each order by itself, its refunds taken off first."""
    paid: dict[int, int] = {}
    for kind, order, fen in events:
        if kind == "order":
            paid.setdefault(order, fen)
    for kind, order, fen in events:
        if kind == "refund" and order in paid:
            paid[order] -= fen
    return sum(max(fen, 0) // 100 for fen in paid.values())


EVENTS = st.lists(
    st.tuples(st.sampled_from(["order", "refund"]), st.integers(0, 3), st.integers(1, 5000)), min_size=1, max_size=12
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, cut=st.integers(0, 12))
def test_whatever_comes_in_whatever_order_comes_to_what_is_obvious(
    fresh_bureau: Any, events: list[tuple[str, int, int]], cut: int
) -> None:
    with fresh_bureau() as bureau:
        shop = shop_of(bureau, pool=100_000, pending=3)
        names = {"order": "order.completed", "refund": "order.refunded"}
        sent = [
            shop.event(f"e{n}", names[kind], {"order": f"o-{order}", "net_fen": fen})
            for n, (kind, order, fen) in enumerate(events)
        ]
        for part in (sent[:cut], sent[cut:]):
            if part:
                shop.post(part)
                shop.read()
                bureau.clock.move(timedelta(days=2))
                shop.run(release_pending)
        assert shop.standing()[0] == obvious(events)
        shop.prove()
