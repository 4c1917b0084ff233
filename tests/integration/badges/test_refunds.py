"""What a refund undoes counts for no badge: progress goes back, what is not earned any more is taken back and told."""

from __future__ import annotations

from typing import Any

import pytest

from badges import by_hand
from badges.by_hand import Said
from badges.reading import badge_subscriber
from engage.kernel.refusals import InvalidRequest
from engage.tasks import task_subscriber
from tests.integration.tasks.desk import task, with_tasks
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.shelf import ALICE, BADGES, CAMPAIGN_WITH_BADGES, Shelf, shelf_of

REVIEWS = "earned: {by: events, type: review.posted}\n    every: month\n    expire_days: 30"
LARGE = "earned: {by: events, type: order.completed, where: [{field: net_fen, at_least: 3000}]}"
GOLD = "tiers: [{id: gold, at: 5000, name: {zh-CN: 金, en: Gold}}]"
SPENT = f"earned: {{by: events, type: order.completed, sum: net_fen}}\n    {GOLD}"
GUEST = changed("earned: {by: hand}", "earned: {by: reward}", BADGES)
PAID: Any = {
    "on": "[order.completed]",
    "aggregate": "count",
    "window": "campaign",
    "target": 1,
    "per_window": 9,
}
CRITIC, RULE = "bdg_critic", "badge:bdg_critic"
HELD = """
    SELECT a.tier, a.period FROM badge_award AS a LEFT JOIN badge_revocation AS r ON r.award = a.id
    WHERE a.member = :member AND a.badge = :badge AND r.award IS NULL
"""


def open_both(bureau: Bureau, badges: str, *tasks: str) -> Shelf:
    """A brand whose tasks award badges, with both readers of the log."""
    text = with_tasks(*tasks).replace("accept_rules: true", "accept_rules: false")
    shelf = shelf_of(bureau, text + badges)
    readers = [task_subscriber(bureau.services.give_turns), badge_subscriber()]
    shelf.read_by(readers)
    return shelf


def pay(shelf: Shelf, order: str, net_fen: int) -> str:
    """Alice pays an order."""
    return shelf.send("order.completed", {"order": order, "net_fen": net_fen})


def refund(shelf: Shelf, order: str, net_fen: int) -> str:
    """Money goes back to Alice."""
    return shelf.send("order.refunded", {"order": order, "net_fen": net_fen})


def held(shelf: Shelf, badge: str = CRITIC) -> list[tuple[Any, ...]]:
    """What Alice has of a badge: tier and period."""
    return shelf.bureau.rows(HELD, member=ALICE, badge=badge)


def test_a_badge_goes_with_the_order_that_earned_it_and_comes_back_with_another(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, changed(REVIEWS, LARGE, CAMPAIGN_WITH_BADGES))
    pay(shelf, "o-1", 4000)
    first = shelf.award(CRITIC)
    refund(shelf, "o-1", 500)
    assert held(shelf) == [("only", "")]
    said = shelf.verdict(refund(shelf, "o-1", 1000), RULE)
    assert said == ("counted", {"taken": 1, "progress": 0, "revoked": ["only"]})
    assert shelf.told("badge.revoked") == [{"award": first, "badge": CRITIC, "tier": "only", "reason": "refund"}]
    assert first in shelf.client.get("/badges/revocations.json").get_data(as_text=True)
    assert bureau.rows("SELECT reason, actor FROM badge_revocation") == [("refund", "engage")]
    assert shelf.verdict(pay(shelf, "o-1", 9000), RULE)[0] == "counted_before"
    assert shelf.verdict(pay(shelf, "o-2", 3000), RULE) == ("counted", {"progress": 1, "awarded": ["only"]})
    assert held(shelf) == [("only", "~1")]


def test_a_sum_goes_back_by_what_was_refunded_and_a_refund_may_come_before_its_order(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, changed(REVIEWS, SPENT, CAMPAIGN_WITH_BADGES))
    refund(shelf, "o-1", 2000)
    assert shelf.verdict(pay(shelf, "o-1", 2000), RULE)[0] == "refunded"
    refund(shelf, "o-2", 1000)
    assert shelf.verdict(pay(shelf, "o-2", 6000), RULE) == ("counted", {"progress": 5000, "awarded": ["gold"]})
    said = shelf.verdict(refund(shelf, "o-2", 1), RULE)
    assert said == ("counted", {"taken": 1, "progress": 4999, "revoked": ["gold"]})


def test_a_sum_of_money_is_told_as_money(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, changed(REVIEWS, SPENT, CAMPAIGN_WITH_BADGES))
    pay(shelf, "o-1", 4999)
    shown = {badge["id"]: badge for badge in shelf.client.member(ALICE).get("/v1/badges").get_json()["items"]}
    assert shown[CRITIC]["progress"] == {"value": 4999, "target": 5000, "unit": "fen", "tier": "gold"}
    page = shelf.client.get(f"/c/{shown[CRITIC]['campaign']}/rules?language=en").get_data(as_text=True)
    assert "Gold: 50 yuan" in page


def test_what_was_given_by_hand_stays_and_what_was_taken_by_hand_does_not_come_back(bureau: Bureau) -> None:
    shelf, said = shelf_of(bureau, changed(REVIEWS, LARGE, CAMPAIGN_WITH_BADGES)), Said("Carol", "her help")
    given = bureau.services.writer.run(lambda work: by_hand.grant(work, ALICE, CRITIC, None, said))
    pay(shelf, "o-1", 3000)
    refund(shelf, "o-1", 3000)
    assert held(shelf) == [("only", "")]
    bureau.services.writer.run(lambda work: by_hand.revoke(work, given.id, said))
    pay(shelf, "o-2", 3000)
    assert held(shelf) == []
    with pytest.raises(InvalidRequest, match="program itself"):
        by_hand.require_said("engage", "refund")


def test_a_collection_can_be_claimed_only_while_a_refund_has_taken_nothing_of_it(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, changed(REVIEWS, LARGE, CAMPAIGN_WITH_BADGES))
    alice = shelf.client.member(ALICE)

    def seen() -> tuple[str, int]:
        (found,) = alice.get("/v1/collections").get_json()["items"]
        return found["state"], found["have"]

    shelf.cups()
    pay(shelf, "o-1", 3000)
    assert seen() == ("claimable", 2)
    refund(shelf, "o-1", 3000)
    assert seen() == ("open", 1)
    assert alice.send("POST", "/v1/collections/col_year/claims", {}, key="one").status_code == 409
    pay(shelf, "o-2", 3000)
    assert seen() == ("claimable", 2)
    assert alice.send("POST", "/v1/collections/col_year/claims", {}, key="two").status_code == 201


def test_a_task_that_is_taken_back_takes_its_badges_along(bureau: Bureau) -> None:
    tasks = (task("write", "{kind: badge, badge: guest}", **PAID), task("bring", **PAID))
    shelf = open_both(bureau, changed(REVIEWS, "earned: {by: tasks, tasks: [write, bring]}", GUEST), *tasks)
    for order in ("o-1", "o-2"):
        pay(shelf, order, 1000)
    refund(shelf, "o-1", 1000)
    assert (held(shelf), held(shelf, "bdg_guest")) == ([("only", "")], [("only", "")])
    refund(shelf, "o-2", 1000)
    assert (held(shelf), held(shelf, "bdg_guest")) == ([], [])
    pay(shelf, "o-3", 1000)
    assert (held(shelf), held(shelf, "bdg_guest")) == ([("only", "~1")], [("only", "~1")])


def test_a_badge_that_is_claimed_by_hand_is_awarded_at_the_claim(bureau: Bureau) -> None:
    shelf = open_both(bureau, GUEST, task("write", "{kind: badge, badge: guest}", claim="by_hand", **PAID))
    pay(shelf, "o-1", 1000)
    assert held(shelf, "bdg_guest") == []
    answer = shelf.client.member(ALICE).send("POST", "/v1/tasks/tsk_write/claims", {}, key="claim")
    assert answer.status_code in {200, 201}, answer.get_json()
    shelf.read()
    assert held(shelf, "bdg_guest") == [("only", "")]
    refund(shelf, "o-1", 1000)
    assert held(shelf, "bdg_guest") == []
