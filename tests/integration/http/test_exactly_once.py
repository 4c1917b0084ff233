"""Exactly once, asked of real servers over real sockets: one process on SQLite, two on one PostgreSQL database."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import pytest

from engage import campaigns
from engage.campaigns import with_schedule
from engage.fairness.verifier import verify_export
from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.web import SCOPES, create_key
from games.exports import bundle
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, Bureau
from tests.support.crowd import at_once, clients_of, present_world, tabs_of
from tests.support.http import MemberClient
from tests.support.servers_of_engage import running_servers
from tests.support.world import World, instant, prize, rules, slot

ROUNDS = int(os.environ.get("RACES", "5"))
KEYS, SENDS, MEMBERS = 400, 10, 4
RACERS, TABS = 200, 20
CARDS_IN_DECK, BUYERS = 100, 60


@contextmanager
def served(url: str) -> Iterator[list[int]]:
    """The ports of the servers; when they are gone the books are proven."""
    with running_servers(url, 1 if url.startswith("sqlite") else 2) as ports:
        yield ports
    with present_world(url) as world:
        world.prove()


def wheel(game: str, now_ms: int, **more: Any) -> dict[str, Any]:
    """Rules by which the first play wins the only unit of `prz_last`, and whoever comes after it something else."""
    now = from_ms(now_ms)
    prizes = [prize("prz_last", units=1), prize("prz_p50", units=10_000)]
    times = {"opens_at": instant(now - timedelta(hours=1)), "closes_at": instant(now + timedelta(days=30))}
    return rules(game, prizes, [slot("s1", 1, "prz_last", "prz_p50", "none")], **times, **more)


def published(world: World, game: str = "gam_w", **more: Any) -> str:
    return world.publish(wheel(game, world.clock.now_ms(), **more))


def code_of(answer: tuple[int, bytes]) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer[0], json.loads(answer[1])["code"]


def test_a_key_that_is_sent_ten_times_at_once_is_one_play_and_one_answer(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        game = published(world)
        members = [world.player(f"alice{i}", game, KEYS).member for i in range(MEMBERS)]
    with served(migrated_url) as ports:
        clients = clients_of(members, ports)
        answers = [
            one for found in at_once([partial(hammer, client, game, ports) for client in clients]) for one in found
        ]
    assert len(answers) == len(set(answers)) == KEYS
    with present_world(migrated_url) as world, world.services.reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT answer FROM play").scalars().all()
        turns = connection.exec_driver_sql("SELECT sum(turn_debits) FROM member_game").scalar_one()
    assert sorted(row.encode() for row in rows) == sorted(answers)
    assert turns == KEYS


def one_answer(found: list[tuple[int, bytes]]) -> bytes:
    """The one answer of all: 201 to who was first, or to nobody if that one was late and asked again."""
    statuses = Counter(status for status, _ in found)
    assert statuses[201] <= 1
    assert statuses[200] == len(found) - statuses[201]
    (answer,) = {answer for _, answer in found}
    return answer


def hammer(client: MemberClient, game: str, ports: list[int]) -> list[bytes]:
    """Send each of a member's keys from many tabs at once; the one answer of each."""
    client.open_surely(game)
    client.close()
    answers = []
    with tabs_of(client, SENDS, ports) as tabs:
        for number in range(KEYS // MEMBERS):
            found = at_once([partial(tab.play_surely, game, f"key-{number}") for tab in tabs])
            answers.append(one_answer(found))
    return answers


@pytest.mark.timeout(120 + 20 * ROUNDS)
def test_the_last_unit_is_won_once_and_everybody_else_gets_the_chain(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        games = [published(world, f"gam_{n}", turns={"free_per_day": 1}) for n in range(ROUNDS)]
        members = [world.member(f"alice{i}") for i in range(RACERS)]
    with served(migrated_url) as ports, ExitStack() as stack:
        clients = clients_of(members, ports)
        for client in clients:
            stack.callback(client.close)
        for game in games:
            at_once([partial(client.open_surely, game) for client in clients])
            race(clients, game)


def race(clients: list[MemberClient], game: str) -> None:
    """Everybody plays at once."""
    found = at_once([partial(client.play_surely, game, f"race-{game}") for client in clients])
    assert {status for status, _ in found} <= {201, 200}, "an answer that was late is asked for again"
    receipts = sorted((json.loads(answer)["receipt"] for _, answer in found), key=lambda one: one["game_seq"])
    assert [one["game_seq"] for one in receipts] == list(range(1, RACERS + 1))
    first, *rest = receipts
    assert (first["prize"], first["passed"]) == ("prz_last", [])
    assert all(one["prize"] == "prz_p50" for one in rest)
    assert all(one["passed"] == [{"prize": "prz_last", "why": "out"}] for one in rest)


def test_the_last_turn_from_twenty_tabs_is_one_play(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        game = published(world)
        member = world.player("alice", game, 1).member
    with served(migrated_url) as ports:
        (client,) = clients_of([member], ports)
        client.open_surely(game)
        client.close()
        with tabs_of(client, TABS, ports) as tabs:
            found = at_once([partial(tab.play_surely, game, f"tab-{n}") for n, tab in enumerate(tabs)])
    refused = [code_of(answer) for answer in found if answer[0] >= 300]
    assert refused == [(409, "out_of_turns")] * (TABS - 1)


def test_a_refused_play_is_played_with_the_same_key_once_the_reason_is_gone(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        game = published(world)
        member = world.member("alice")
        secret = world.services.writer.run(lambda work: create_key(work, "brand", SCOPES))
    with served(migrated_url) as ports:
        (client,) = clients_of([member], ports)
        brand = MemberClient("brand", secret)
        brand.connect(ports[-1])
        assert code_of(client.play_surely(game, "key")) == (409, "out_of_turns")
        order = {"game": game, "count": 1, "reason": "a purchase"}
        assert brand.send_surely("POST", "/v1/members/alice/turns", order, "order-1")[0] == 201
        with tabs_of(client, SENDS, ports) as tabs:
            found = at_once([partial(tab.play_surely, game, "key") for tab in tabs])
        client.close()
        brand.close()
    one_answer(found)


def test_a_deck_that_several_sell_at_once_sells_each_card_once(migrated_url: str) -> None:
    now = from_ms(SystemClock().now_ms())
    bureau = Bureau(migrated_url, ManualClock(now))
    text = with_schedule(PLAYABLE, now - timedelta(hours=1), now + timedelta(days=30))
    bureau.publish_campaign(text)
    members = [bureau.adult(f"alice{i}", CARDS, 2).member for i in range(BUYERS)]
    bureau.close()
    with served(migrated_url) as ports:
        clients = clients_of(members, ports)
        at_once([partial(client.open_surely, CARDS) for client in clients])
        found = [answer for pair in at_once([partial(buy_two, client) for client in clients]) for answer in pair]
    receipts = [json.loads(answer)["receipt"] for status, answer in found if status < 300]
    assert sorted(one["ticket"] for one in receipts) == list(range(CARDS_IN_DECK))
    assert sorted(one["game_seq"] for one in receipts) == list(range(1, CARDS_IN_DECK + 1))
    assert Counter(one["prize"] for one in receipts) == {"prz_tyre": 3, "none": CARDS_IN_DECK - 3}
    assert {code_of(answer) for answer in found if answer[0] >= 300} == {(409, "epoch_ended")}
    assert verdicts_of_bundle(migrated_url) == {"proven": CARDS_IN_DECK}


def buy_two(client: MemberClient) -> list[tuple[int, bytes]]:
    """Two cards of the deck. The last card ends the game and with it every epoch."""
    answers = [client.play_surely(CARDS, f"card-{number}") for number in range(2)]
    client.close()
    return answers


def verdicts_of_bundle(url: str) -> dict[str, int]:
    """How many plays have which verdict in the bundle of the campaign, which is ended now."""
    bureau = Bureau(url, ManualClock(from_ms(SystemClock().now_ms())))
    campaigns.end(bureau.office, CAMPAIGN, "Carol", "Dan")
    with bureau.services.reader.connect() as connection:
        report = verify_export(orjson.loads(b"".join(bundle(connection, bureau.services, CAMPAIGN))))
    bureau.close()
    assert report.failed == []
    return Counter(one.verdict for one in report.results if one.subject.startswith("pla_"))
