"""A collection is complete when all of it is held at once, in time; its grand prize is given once, out of its pool."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from badges import by_hand
from badges.by_hand import Said
from badges.claiming import claim
from badges.proof import BADGE_INVARIANTS
from engage.campaigns import end, pause
from engage.kernel.clock import from_ms, parse
from engage.kernel.refusals import Conflict, NotEligible, NotFound, Refusal, SoldOut
from engage.ledger import Violation, run_proof
from tests.support.bureau import Bureau
from tests.support.log import tamper
from tests.support.shelf import ALICE, Shelf, shelf_of, with_change

SAID = Said("Carol", "a mistake")
YEAR = "col_year"


def claim_of(shelf: Shelf, member: str = ALICE) -> str:
    """Claim the grand prize; the kind of what was given, or the code of the refusal."""
    services = shelf.bureau.services
    try:
        return services.writer.run(lambda work: claim(work, member, YEAR, services.give_turns))[1].kind
    except Refusal as refusal:
        return refusal.code


def state_of(shelf: Shelf, member: str = ALICE) -> str:
    """What the member is told of it."""
    (found,) = shelf.client.member(member).get("/v1/collections").get_json()["items"]
    state: str = found["state"]
    return state


def complete(shelf: Shelf, name: str = "alice") -> None:
    """A member gets all badges."""
    shelf.cups(member=name)
    shelf.review(member=name)


def test_the_last_badge_completes_it_and_the_prize_is_given_once(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    shelf.cups(9)
    assert shelf.told("collection.completed") == []
    with pytest.raises(Conflict, match="1 of 2"):
        bureau.services.writer.run(lambda work: claim(work, ALICE, YEAR, bureau.services.give_turns))
    shelf.review()
    assert shelf.told("collection.completed") == [{"collection": YEAR, "badges": ["bdg_green", "bdg_critic"]}]
    assert [claim_of(shelf) for _ in range(2)] == ["voucher", "conflict"]
    (prize,) = shelf.client.get("/v1/members/alice/prizes").get_json()["items"]
    assert (prize["name"], prize["kind"]) == ("套餐券", "voucher")
    with pytest.raises(NotFound):
        bureau.services.writer.run(lambda work: claim(work, ALICE, "col_none", bureau.services.give_turns))


def test_who_holds_all_of_it_but_not_at_once_has_not_completed_it(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, with_change("deadline: 2026-11-25", "deadline: 2026-11-30"))
    shelf.review(datetime(2026, 11, 15, tzinfo=UTC))
    bureau.services.writer.run(lambda work: by_hand.revoke(work, shelf.award("bdg_critic"), SAID))
    shelf.cups()
    assert claim_of(shelf) == "conflict"
    bureau.services.writer.run(lambda work: by_hand.grant(work, ALICE, "bdg_critic", None, SAID))
    assert len(shelf.told("collection.completed")) == 1
    assert claim_of(shelf) == "voucher"


def test_what_is_taken_back_before_the_claim_is_missing_again(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    complete(shelf)
    bureau.services.writer.run(lambda work: by_hand.revoke(work, shelf.award("bdg_critic"), SAID))
    assert claim_of(shelf) == "conflict"


def test_the_prize_is_for_those_whom_the_campaign_is_for(bureau: Bureau) -> None:
    only = "audience:\n  only: [{attribute: tier, values: [gold, 7]}]\n"
    shelf = shelf_of(bureau, with_change("audience:\n", only))
    complete(shelf)
    for tier, shown, outcome in (("silver", 0, "not_eligible"), ("7", 0, "not_eligible"), (7, 1, "voucher")):
        shelf.client.put("/v1/members/alice", {"attributes": {"tier": tier}})
        assert len(shelf.client.member(ALICE).get("/v1/collections").get_json()["items"]) == shown
        assert claim_of(shelf) == outcome


def test_after_the_deadline_it_is_too_late_to_complete_but_not_to_claim(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.member("bob")
    complete(shelf)
    shelf.cups(member="bob")
    bureau.clock.move(timedelta(days=10))
    shelf.review(member="bob")
    assert (claim_of(shelf), claim_of(shelf, "mem_bob")) == ("voucher", "conflict")


def test_what_was_earned_before_the_deadline_completes_it_however_late_that_is_told_or_read(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    bureau.member("bob")
    earned = from_ms(bureau.clock.now_ms())
    shelf.cups()
    shelf.cups(member="bob")
    shelf.post([shelf.event("e-read-late", "review.posted", {"product": "p-1"})])
    bureau.clock.move(timedelta(days=10))
    assert state_of(shelf) == "missed"
    shelf.read()
    shelf.review(earned, member="bob")
    for member in (ALICE, "mem_bob"):
        (shown,) = shelf.client.member(member).get("/v1/collections").get_json()["items"]
        assert (shown["state"], parse(shown["completed_at"])) == ("claimable", earned)
        assert claim_of(shelf, member) == "voucher"


def test_what_was_earned_on_both_sides_of_the_deadline_does_not_complete_it_in_whatever_order(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    earned = from_ms(bureau.clock.now_ms())
    bureau.clock.move(timedelta(days=10))
    shelf.cups()
    shelf.review(earned)
    assert (state_of(shelf), claim_of(shelf)) == ("missed", "conflict")


def test_what_came_after_the_deadline_but_was_told_first_takes_no_prize_from_what_came_before(bureau: Bureau) -> None:
    shelf = shelf_of(bureau, with_change("at: 1,", "at: 2,"))
    before = from_ms(bureau.clock.now_ms())
    shelf.review()
    shelf.send("item.recycled", {"what": "cup", "quantity": 1}, before)
    bureau.clock.move(timedelta(days=10))
    shelf.cups()
    assert (state_of(shelf), claim_of(shelf)) == ("missed", "conflict")
    shelf.send("item.recycled", {"what": "cup", "quantity": 1}, before)
    assert len(shelf.told("collection.completed")) == 1
    assert (state_of(shelf), claim_of(shelf)) == ("claimable", "voucher")


def test_there_are_as_many_prizes_as_were_funded_and_none_for_insiders_or_after_the_end(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)
    for name in ("bob", "carol", "mallory"):
        bureau.member(name, insider=int(name == "mallory"))
    for name in ("alice", "bob", "carol", "mallory"):
        complete(shelf, name)
    members = ("mem_mallory", ALICE, "mem_bob", "mem_carol")
    assert [claim_of(shelf, each) for each in members] == [NotEligible.code, "voucher", "voucher", SoldOut.code]
    states = [claim_of(shelf, "mem_carol"), state_of(shelf, "mem_carol")]
    pause(bureau.office, "cmp_spring", "Carol")
    states += [claim_of(shelf, "mem_carol"), state_of(shelf, "mem_carol")]
    end(bureau.office, "cmp_spring", "Carol", "Dan")
    states += [claim_of(shelf, "mem_carol"), state_of(shelf, "mem_carol")]
    assert states == [SoldOut.code, "gone", Conflict.code, "paused", Conflict.code, "ended"]


FORGERIES = (
    "INSERT INTO badge_award VALUES ('awd_x', 'bdg_green', 2, 'gold', 'mem_alice', 'x', 'event:evt_none', 1, 1, NULL)",
    "INSERT INTO badge_award VALUES ('awd_y', 'bdg_guest', 1, 'only', 'mem_bob', '', 'hand:mem_bob:', 1, 1, NULL)",
    "INSERT INTO badge_step VALUES ('bdg_green', 'mem_bob', '', 1, 1, 'evt_x', 'event:evt_x', 1, 1, 1, 1)",
    "UPDATE badge_award SET tier = 'silver' WHERE badge = 'bdg_green' AND tier = 'bronze'",
    "UPDATE badge_step SET total = 5 WHERE member = 'mem_alice'",
    "UPDATE badge_award SET expires_at = 99999999999999 WHERE badge = 'bdg_critic'",
    "UPDATE badge_award SET earned_at = earned_at - 1 WHERE badge = 'bdg_critic'",
    "UPDATE collection_completion SET completed_at = 1795536000000 WHERE member = 'mem_alice'",
    "INSERT INTO collection_completion VALUES ('col_year', 'mem_bob', 1, '[]', 1)",
    "UPDATE collection_completion SET awards = '[\"awd_x\",\"awd_x\"]' WHERE member = 'mem_alice'",
    "UPDATE collection_claim SET id = 'clm_x'",
    "DELETE FROM badge_gift",
)


def test_the_proof_finds_each_forgery(migrated_url: str) -> None:
    bureau = Bureau(migrated_url)
    shelf = shelf_of(bureau)
    bureau.member("bob")
    complete(shelf)
    bureau.services.writer.run(lambda work: by_hand.grant(work, ALICE, "bdg_guest", None, SAID))
    assert claim_of(shelf) == "voucher"
    bureau.prove()
    try:
        find_each(bureau)
    finally:
        bureau.close()


def find_each(bureau: Bureau) -> None:
    """Forge one thing after the other; each has to be told of, beside those before."""
    known: set[Violation] = set()
    for statement in FORGERIES:
        tamper(bureau.url, statement)
        with bureau.services.reader.connect() as connection:
            results = run_proof(connection, BADGE_INVARIANTS)
        found = {violation for _, proof in results for violation in proof.violations}
        assert found - known, statement
        known = found
