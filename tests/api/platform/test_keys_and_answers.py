"""Secrets that are replaced, keys that are revoked, and a request that two servers carry out at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engage.kernel.clock import ManualClock
from engage.kernel.refusals import Conflict, InvalidRequest, KeyReused, Unauthenticated
from engage.storage.work import Work
from engage.web import MemberTokens, create_key
from engage.web.answers import AnswerOnce, Decide
from engage.web.credentials import revoke_key
from tests.support.server import Client, code_of, page_of
from tests.support.world import NOON, World, prize, rules, slot

OLD, NEW = "the first secret of this deployment, 32+", "the secret that came after it, 32 and more"
PLAIN = rules("gam_w", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50")])


several_servers = pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
"""One process owns a SQLite file."""


@pytest.fixture
def other(world: World) -> Iterator[World]:
    """Another server on the same database."""
    other = World(world.url, world.clock)
    yield other
    other.close()


def test_the_first_secret_signs_and_every_secret_reads() -> None:
    clock = ManualClock(NOON)
    before, between, after = (MemberTokens(keys, clock) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    old, new = (f"Bearer {tokens.mint('mem_alice', 3600)[0]}" for tokens in (before, between))
    assert between.require(old) == between.require(new) == after.require(new) == "mem_alice"
    for tokens, token in ((after, old), (before, new)):
        with pytest.raises(Unauthenticated):
            tokens.require(token)


def test_two_keys_of_a_name_are_valid_at_a_time(client: Client) -> None:
    writer = client.world.services.writer
    first, second = (writer.run(lambda work: create_key(work, "till", ("support",))) for _ in range(2))
    with pytest.raises(InvalidRequest, match="Two keys named till"):
        writer.run(lambda work: create_key(work, "till", ("support",)))
    with client.world.services.reader.connect() as connection:
        oldest = connection.execute(sa.text("SELECT id FROM api_key ORDER BY created_at, id")).scalars().all()[0]
    writer.run(lambda work: revoke_key(work, oldest))
    third = writer.run(lambda work: create_key(work, "till", ("support",)))
    answers = [Client(client.world, client.app, key).get("/v1/members/x").status_code for key in (first, second, third)]
    assert sorted(answers) == [401, 404, 404]


def test_nothing_of_a_key_can_be_read_in_the_database(client: Client) -> None:
    secret = client.world.services.writer.run(lambda work: create_key(work, "till", ("support",)))
    with client.world.services.reader.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM api_key")).all()
    assert secret not in str(rows)
    assert secret.removeprefix("ek_") not in str(rows)


def answer_with(text: str) -> Decide:
    def decide(work: Work) -> tuple[int, Any]:
        work.append("consent.changed", f"test:{text}")
        return 201, {"said": text}

    return decide


@several_servers
def test_a_key_that_another_server_used_meanwhile_gets_that_servers_answer(world: World, other: World) -> None:
    """The row is not there when it is looked for, and is when it is inserted: looked for once more, it is found."""
    raced: list[tuple[int, str, bool]] = []

    def decide(work: Work) -> tuple[int, Any]:
        if not raced:
            raced.append(other.submit(AnswerOnce("mem_alice", "key", "print", answer_with("theirs"))))
        return answer_with("ours")(work)

    status, body, replayed = world.submit(AnswerOnce("mem_alice", "key", "print", decide))
    assert (status, orjson.loads(body), replayed) == (201, {"said": "theirs"}, True)
    assert raced == [(201, body, False)]
    with world.services.reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one() == 1


@several_servers
def test_who_is_refused_because_another_server_did_just_this_gets_that_servers_answer(
    world: World, other: World
) -> None:
    """As of twenty tills with one key: what refuses is the use of this very request. What was begun is undone."""
    raced: list[tuple[int, str, bool]] = []

    def decide(work: Work) -> tuple[int, Any]:
        work.connection.execute(sa.text("INSERT INTO subscriber (name, position) VALUES ('begun', 0)"))
        raced.append(other.submit(AnswerOnce("mem_alice", "key", "print", answer_with("theirs"))))
        raise Conflict("It was used before.", state="used")

    status, body, replayed = world.submit(AnswerOnce("mem_alice", "key", "print", decide))
    assert (status, orjson.loads(body), replayed) == (201, {"said": "theirs"}, True)
    assert raced == [(201, body, False)]
    with world.services.reader.connect() as connection:
        assert not connection.execute(sa.text("SELECT name FROM subscriber WHERE name = 'begun'")).all()


@several_servers
def test_another_request_with_that_key_is_refused_though_it_came_at_the_same_time(world: World, other: World) -> None:
    def decide(work: Work) -> tuple[int, Any]:
        other.submit(AnswerOnce("mem_alice", "key", "another", answer_with("theirs")))
        return answer_with("ours")(work)

    with pytest.raises(KeyReused):
        world.submit(AnswerOnce("mem_alice", "key", "print", decide))


def test_answers_that_hold_a_secret_are_not_kept(client: Client) -> None:
    client.world.member("alice")
    first, again = (client.brand("tokens").post("/v1/members/alice/tokens", key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in again.headers
    with client.world.services.reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM answered_request")).scalar_one() == 0


def test_an_epoch_that_is_refused_is_counted_with_the_games_refusals(client: Client) -> None:
    game = client.world.publish(PLAIN, accept_rules=True)
    alice = page_of(client, "alice", game)
    for key in (None, "one"):
        answer = alice.client.post(f"/v1/games/{game}/epochs", {"client_commitment": "11" * 32}, key=key)
        assert code_of(answer) == (409, "rules_not_accepted")
    assert client.get(f"/v1/games/{game}/fairness").get_json()["refused"] == {"rules_not_accepted": 2}
