"""Whatever happens to a page (another device, cleared storage, a pause, a lost answer), its member plays on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engage.campaigns import pause, resume
from tests.support.bureau import ADULT, CAMPAIGN, WHEEL, Bureau
from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50", "none")])


@pytest.fixture
def phone(client: Client) -> Page:
    """Alice's phone."""
    return page_of(client, "alice", client.world.publish(PLAIN))


def another_device(page: Page) -> Page:
    """The same member elsewhere, or after the browser's storage was cleared."""
    return Page(page.client, page.member, page.game)


def test_two_devices_take_turns(phone: Page) -> None:
    tablet = another_device(phone)
    phone.play()
    tablet.play()
    assert code_of(phone.send_play()) == (409, "epoch_ended")
    phone.open()
    phone.play()
    assert code_of(tablet.send_play()) == (409, "epoch_ended")
    tablet.open()
    tablet.play()
    assert phone.client.get("/v1/games/gam_w").get_json()["turns"]["left"] == 96


def test_cleared_storage_costs_an_epoch_and_no_turn(phone: Page) -> None:
    phone.open()
    fresh = another_device(phone)
    fresh.play()
    assert fresh.client.get("/v1/games/gam_w").get_json()["turns"]["left"] == 99


def test_who_opens_too_many_epochs_plays_the_open_one_and_opens_more_the_next_day(phone: Page) -> None:
    for _ in range(5):
        phone.open()
    refused = phone.client.post("/v1/games/gam_w/epochs", {"client_commitment": "11" * 32})
    assert code_of(refused) == (429, "too_fast")
    assert refused.get_json()["retry_at"] == "2026-12-01T16:00:00.000Z"
    assert int(refused.headers["Retry-After"]) == 12 * 3600
    phone.play()
    phone.open()
    phone.client.world.clock.move(timedelta(hours=12))
    another_device(phone).play()


def test_who_lost_the_seed_of_the_fifth_epoch_plays_again_the_next_day(phone: Page) -> None:
    for _ in range(5):
        phone.open()
    fresh = another_device(phone)
    assert code_of(fresh.client.post("/v1/games/gam_w/epochs", {"client_commitment": "11" * 32})) == (429, "too_fast")
    fresh.client.world.clock.move(timedelta(hours=12))
    fresh.play()


def test_an_answer_that_was_lost_is_asked_for_again(phone: Page) -> None:
    phone.open()
    lost = phone.send_play("key")
    assert phone.send_play("key").get_data() == lost.get_data()
    phone.play()


def test_a_lost_answer_of_the_opening_is_asked_for_again(phone: Page) -> None:
    body = {"client_commitment": "11" * 32}
    first = phone.client.post("/v1/games/gam_w/epochs", body)
    again = phone.client.post("/v1/games/gam_w/epochs", body)
    assert (first.status_code, first.get_data()) == (201, again.get_data())


def test_a_revealed_epoch_is_over_and_the_next_is_opened(phone: Page) -> None:
    phone.play()
    shown = phone.client.post(f"/v1/epochs/{phone.epoch}/reveal").get_json()
    assert shown["client_seed"] == phone.seed.hex()
    assert code_of(phone.send_play()) == (409, "epoch_ended")
    phone.open()
    phone.play()


def test_an_epoch_is_revealed_to_its_member_alone(client: Client, phone: Page) -> None:
    phone.play()
    bob = page_of(client, "bob", "gam_w")
    assert code_of(bob.client.post(f"/v1/epochs/{phone.epoch}/reveal")) == (404, "not_found")
    phone.play()


def test_an_epoch_of_thirty_days_ends_and_can_be_revealed(phone: Page) -> None:
    phone.play()
    phone.client.world.clock.move(timedelta(days=30, minutes=2))
    assert code_of(phone.send_play()) == (409, "epoch_ended")
    assert phone.client.post(f"/v1/epochs/{phone.epoch}/reveal").status_code == 200
    phone.open()
    phone.play()


def test_a_pause_in_the_middle_ends_the_epoch_and_loses_no_turn(house: Client, bureau: Bureau) -> None:
    alice = page_of(house, "alice", WHEEL, turns=5, **ADULT)
    alice.play()
    left = alice.client.get(f"/v1/games/{WHEEL}").get_json()["turns"]["left"]
    pause(bureau.office, CAMPAIGN, "Carol")
    refused = alice.send_play()
    assert (code_of(refused), refused.get_json()["paused"]) == ((409, "game_not_open"), True)
    assert alice.client.get(f"/v1/games/{WHEEL}").get_json()["state"] == "paused"
    assert alice.client.post(f"/v1/epochs/{alice.epoch}/reveal").status_code == 200
    bureau.clock.move(timedelta(hours=1))
    resume(bureau.office, CAMPAIGN, "Carol")
    assert code_of(alice.send_play()) == (409, "epoch_ended")
    alice.open()
    alice.play()
    after = alice.client.get(f"/v1/games/{WHEEL}").get_json()["turns"]
    assert after["left"] >= left - 1
