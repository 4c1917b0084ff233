"""What was won is handed over once, asked of real servers: one process on SQLite, two on one PostgreSQL database."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from engage.kernel.clock import from_ms
from engage.web import create_key
from tests.integration.http.test_exactly_once import served
from tests.support.crowd import at_once, clients_of, present_world
from tests.support.http import MemberClient
from tests.support.world import World, instant, prize, rules, slot

ROUNDS = int(os.environ.get("RACES", "3"))
TILLS = 20
TO = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai", "consent": True}


def publish(world: World, kind: str) -> str:
    """A game in which every play wins one prize of a kind."""
    now = from_ms(world.clock.now_ms())
    times = {"opens_at": instant(now - timedelta(hours=1)), "closes_at": instant(now + timedelta(days=30))}
    return world.publish(rules("gam_w", [prize("prz_it", kind, units=ROUNDS)], [slot("s1", 1, "prz_it")], **times))


def win(world: World, game: str, count: int) -> list[str]:
    """Alice wins so many; the grants."""
    alice = world.player("alice", game, count)
    return [alice.play()["prize"]["grant"] for _ in range(count)]


@contextmanager
def tills_of(world_url: str, ports: Sequence[int]) -> Iterator[list[MemberClient]]:
    """Twenty tills with one key, spread over the servers."""
    with present_world(world_url) as world:
        secret = world.services.writer.run(lambda work: create_key(work, "shops", ["vouchers"]))
    tills = [MemberClient("till", secret) for _ in range(TILLS)]
    for number, till in enumerate(tills):
        till.connect(ports[number % len(ports)])
    try:
        yield tills
    finally:
        for till in tills:
            till.close()


def codes(found: Sequence[tuple[int, bytes]]) -> Counter[str]:
    """How often which refusal came; `used` for what was carried out."""
    return Counter("used" if status < 300 else json.loads(answer)["code"] for status, answer in found)


def test_twenty_tills_at_once_use_a_code_once_and_again_once_after_it_was_undone(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        grants = win(world, publish(world, "voucher"), ROUNDS)
    with served(migrated_url) as ports, tills_of(migrated_url, ports) as tills:
        (alice,) = clients_of(["mem_alice"], ports)
        for grant in grants:
            code = json.loads(alice.send_surely("POST", f"/v1/prizes/{grant}/reveal", {})[1])["code"]
            for attempt in ("first", "second"):
                key = f"{attempt}-{grant}"
                found = race(tills, code, key)
                assert codes(found) == {"used": 1, "already_used": TILLS - 1}
                (use,) = (json.loads(answer)["use"] for status, answer in found if status < 300)
                undone = at_once([partial(till.send_surely, "DELETE", f"/v1/voucher-uses/{use}") for till in tills])
                assert len({answer for _, answer in undone}) == 1
                assert undone[0][0] == 200
            assert codes(race(tills, code, f"last-{grant}")) == {"used": 1, "already_used": TILLS - 1}
        alice.close()
    with present_world(migrated_url) as world, world.services.reader.connect() as connection:
        rows = connection.exec_driver_sql('SELECT count(*) FROM voucher_use GROUP BY "grant"').scalars().all()
    assert rows == [5] * ROUNDS


def race(tills: Sequence[MemberClient], code: str, key: str) -> list[tuple[int, bytes]]:
    """Every till uses a code at once, each with a key of its own."""
    path = f"/v1/vouchers/{code}/uses"
    return at_once(
        [partial(till.send_surely, "POST", path, {"store": f"Till {n}"}, f"{key}-{n}") for n, till in enumerate(tills)]
    )


def test_one_key_from_twenty_tills_at_once_is_one_use_and_one_answer(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        (grant,) = win(world, publish(world, "voucher"), 1)
    with served(migrated_url) as ports, tills_of(migrated_url, ports) as tills:
        (alice,) = clients_of(["mem_alice"], ports)
        code = json.loads(alice.send_surely("POST", f"/v1/prizes/{grant}/reveal", {})[1])["code"]
        alice.close()
        send = [partial(till.send_surely, "POST", f"/v1/vouchers/{code}/uses", {}, "one") for till in tills]
        found = at_once(send)
    assert {status for status, _ in found} == {201}
    assert len({answer for _, answer in found}) == 1


def test_goods_that_are_claimed_twenty_times_at_once_are_claimed_once(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        grants = win(world, publish(world, "goods"), ROUNDS)
    with served(migrated_url) as ports:
        phones = clients_of(["mem_alice"] * TILLS, ports)
        for grant in grants:
            found = at_once([partial(phone.send_surely, "POST", f"/v1/prizes/{grant}/claim", TO) for phone in phones])
            assert codes(found) == {"used": 1, "conflict": TILLS - 1}
        for phone in phones:
            phone.close()
