"""A request that is sent twice has one effect and one answer, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import World, prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50", "none")])


@pytest.fixture
def alice(client: Client) -> Page:
    return page_of(client, "alice", client.world.publish(PLAIN))


def count(world: World, table: str) -> int:
    with world.services.reader.connect() as connection:
        number: int = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  a table of ours
    return number


def test_a_play_sent_again_is_the_same_bytes(alice: Page) -> None:
    first, again = alice.send_play("key"), alice.send_play("key")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_data() == again.get_data()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert count(alice.client.world, "play") == 1


def test_a_play_needs_a_key_of_visible_characters(alice: Page) -> None:
    alice.open()
    body = {"epoch": alice.epoch, "client_seed": alice.seed.hex()}
    for key in (None, "", "a b", "k" * 256, "schlüssel"):
        answer = alice.client.post("/v1/games/gam_w/plays", body, key=key)
        assert code_of(answer) == (422, "invalid_request"), key
        assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert alice.client.post("/v1/games/gam_w/plays", body, key="k" * 255).status_code == 201


def test_a_key_belongs_to_its_member_and_its_request(client: Client, alice: Page) -> None:
    alice.play("key")
    bob = page_of(client, "bob", alice.game)
    bob.play("key")
    assert code_of(alice.send_play("key", client_seed=None)) == (422, "key_reused")
    assert count(client.world, "play") == 2


def test_a_replay_comes_though_the_game_has_been_paused_since(client: Client, alice: Page) -> None:
    first = alice.send_play("key")
    client.world.services.writer.run(lambda work: work.connection.execute(sa.text("UPDATE game SET state = 'paused'")))
    assert alice.send_play("key").get_data() == first.get_data()
    client.world.services.writer.run(lambda work: work.connection.execute(sa.text("UPDATE game SET state = 'live'")))


def test_turns_are_given_once_a_key(client: Client, alice: Page) -> None:
    brand = client.brand("turns")
    body: dict[str, Any] = {"game": "gam_w", "count": 5, "reason": "a purchase"}
    first = brand.post("/v1/members/alice/turns", body, key="order-1")
    again = brand.post("/v1/members/alice/turns", body, key="order-1")
    assert (first.status_code, first.get_json()["left"]) == (201, 105)
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert code_of(brand.post("/v1/members/alice/turns", body | {"count": 6}, key="order-1")) == (422, "key_reused")
    assert code_of(brand.post("/v1/members/alice/turns", body)) == (422, "invalid_request")
    assert alice.client.get("/v1/me").get_json()["balances"]["turns"] == {"gam_w": 105}


def test_turns_are_refused_by_name(client: Client, alice: Page) -> None:
    brand = client.brand("turns")
    body: dict[str, Any] = {"game": "gam_w", "count": 5, "reason": "a purchase"}
    wrong: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
        ("nobody", {}, (404, "not_found")),
        ("alice", {"game": "gam_none"}, (404, "not_found")),
        ("alice", {"count": 0}, (422, "invalid_request")),
        ("alice", {"count": 101}, (422, "invalid_request")),
        ("alice", {"count": 2.0}, (422, "invalid_request")),
        ("alice", {"expires_at": "2026-11-30T00:00:00Z"}, (422, "invalid_request")),
        ("alice", {"expires_at": "2026-12-30"}, (422, "invalid_request")),
        ("alice", {"expires_at": "0001-01-01T00:00:00+14:00"}, (422, "invalid_request")),
    ]
    for member, change, refusal in wrong:
        assert code_of(brand.post(f"/v1/members/{member}/turns", body | change, key="order")) == refusal, change
    given = brand.post("/v1/members/alice/turns", body | {"expires_at": "2026-12-30T08:00:00+08:00"}, key="order")
    assert given.get_json()["expires_at"] == "2026-12-30T00:00:00.000Z"


def test_other_requests_with_a_key_are_carried_out_once_too(alice: Page) -> None:
    consent = {"purpose": "marketing", "granted": True}
    first = alice.client.post("/v1/me/consents", consent, key="one")
    again = alice.client.post("/v1/me/consents", consent, key="one")
    assert (first.status_code, first.get_data()) == (again.status_code, again.get_data()) == (201, first.get_data())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(alice.client.world, "consent") == 1
    assert code_of(alice.client.post("/v1/me/consents", consent | {"granted": False}, key="one")) == (422, "key_reused")
    alice.client.post("/v1/me/consents", consent)
    assert count(alice.client.world, "consent") == 2


def test_an_epoch_opened_with_a_key_gets_its_answer_even_after_it_ended(alice: Page) -> None:
    body = {"client_commitment": "11" * 32}
    first = alice.client.post("/v1/games/gam_w/epochs", body, key="one")
    alice.open()
    again = alice.client.post("/v1/games/gam_w/epochs", body, key="one")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert code_of(alice.client.post("/v1/games/gam_w/epochs", body)) == (409, "seed_used")


def test_revealing_twice_tells_the_same(alice: Page) -> None:
    alice.play()
    first = alice.client.post(f"/v1/epochs/{alice.epoch}/reveal")
    again = alice.client.post(f"/v1/epochs/{alice.epoch}/reveal", key="one")
    assert (first.status_code, first.get_data()) == (200, again.get_data())


def test_a_bug_is_told_as_a_fault_without_detail_and_the_same_key_plays_later(
    alice: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.play()

    def break_down(_command: object) -> None:
        message = "a secret of the inside"
        raise ZeroDivisionError(message)

    with monkeypatch.context() as broken:
        broken.setattr(alice.client.world.services.writer, "submit", break_down)
        for path in (f"/v1/games/{alice.game}/plays", "/v1/me/consents"):
            body = {"epoch": alice.epoch} if "plays" in path else {"purpose": "marketing", "granted": True}
            answer = alice.client.post(path, body, key="key")
            assert code_of(answer) == (500, "fault")
            assert b"secret" not in answer.get_data()
            assert answer.headers["X-Request-Id"]
    assert alice.send_play("key").status_code == 201


def test_what_was_refused_may_be_asked_again_with_the_same_key(client: Client) -> None:
    alice = page_of(client, "alice", client.world.publish(PLAIN), turns=0)
    assert code_of(alice.send_play("key")) == (409, "out_of_turns")
    client.world.turns(alice.member, alice.game, 1)
    assert alice.send_play("key").status_code == 201
