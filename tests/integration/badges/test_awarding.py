"""Badges are awarded exactly once for what earned them, by hand with a name and a reason, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from badges import by_hand
from badges.by_hand import Said
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound
from engage.ledger import quarantine_subject
from tests.support.bureau import Bureau
from tests.support.shelf import ALICE, Shelf, shelf_of

SAID = Said("Carol", "for her help")


def give(shelf: Shelf, badge: str, tier: str | None = None) -> str:
    """Give Alice a badge by hand; the award."""
    return shelf.bureau.services.writer.run(lambda work: by_hand.grant(work, ALICE, badge, tier, SAID)).id


def test_tiers_come_one_after_the_other_and_each_once(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    assert shelf.verdict(shelf.cups()) == ("counted", {"progress": 1, "awarded": ["bronze"]})
    assert shelf.verdict(shelf.cups(2, "bag")) == ("filtered_out", {})
    assert shelf.verdict(shelf.cups(9)) == ("counted", {"progress": 10, "awarded": ["silver", "gold"]})
    assert shelf.verdict(shelf.cups(9)) == ("counted", {"progress": 19, "awarded": []})
    assert shelf.awards() == [("bdg_green", tier, "") for tier in ("bronze", "gold", "silver")]
    bronze = {"award": shelf.award("bdg_green", "bronze"), "badge": "bdg_green", "tier": "bronze", "expires_at": None}
    assert shelf.told("badge.awarded")[0] == bronze


def test_each_month_is_its_own_by_when_things_happened(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    october, november = datetime(2026, 10, 31, 15, 59, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert shelf.verdict(shelf.review(october), "badge:bdg_critic")[0] == "outside_window"
    assert shelf.verdict(shelf.review(november), "badge:bdg_critic")[0] == "counted"
    shelf.review()
    assert shelf.awards() == [("bdg_critic", "only", "2026-11")]


def test_a_task_awards_the_badge_that_is_its_reward_once(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    for _ in range(2):
        shelf.complete_task("tsk_help", "bdg_guest")
    shelf.complete_task("tsk_help")
    assert shelf.awards() == [("bdg_guest", "only", "")]


def test_what_is_given_by_hand_has_a_name_and_a_reason_and_can_be_taken_back(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    first = give(shelf, "bdg_guest")
    with pytest.raises(Conflict, match="already"):
        give(shelf, "bdg_guest")
    for badge, tier in (("bdg_none", None), ("bdg_green", "diamond")):
        with pytest.raises(NotFound):
            give(shelf, badge, tier)
    with pytest.raises(InvalidRequest):
        by_hand.require_said("Carol", " ")
    bureau.services.writer.run(lambda work: by_hand.revoke(work, first, SAID))
    with pytest.raises(Conflict, match="before"):
        bureau.services.writer.run(lambda work: by_hand.revoke(work, first, SAID))
    assert shelf.told("badge.revoked") == [{"award": first, "badge": "bdg_guest", "tier": "only"}]
    give(shelf, "bdg_guest")
    assert shelf.awards() == [("bdg_guest", "only", ""), ("bdg_guest", "only", "~1")]
    assert shelf.bureau.rows("SELECT actor, reason FROM badge_gift") == [("Carol", "for her help")] * 2


def test_what_was_revoked_is_not_earned_again_by_going_on(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.cups()
    award = shelf.award("bdg_green", "bronze")
    shelf.bureau.services.writer.run(lambda work: by_hand.revoke(work, award, SAID))
    assert shelf.verdict(shelf.cups(2))[1]["awarded"] == ["silver"]


def test_a_member_under_review_waits_for_the_badge(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.services.writer.run(lambda work: quarantine_subject(work, "member", ALICE, "a test"))
    with pytest.raises(Exception, match="refused what has happened"):
        shelf.cups()
    assert shelf.awards() == []


def test_after_the_end_nothing_counts(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.clock.move(timedelta(days=30))
    assert shelf.verdict(shelf.cups())[0] == "outside_window"
