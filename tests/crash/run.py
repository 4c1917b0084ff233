"""Kills a server at random moments and at each named point; what it told its clients must be true ever after.

The clients log each answer they got. At the end every key is sent once more: 0 lost, 0 doubled, 0 changed.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engage.app import all_invariants
from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.ledger import format_proof, run_proof
from engage.web import MemberTokens
from tests.crash.players import Player, Told
from tests.support.features import FEATURES
from tests.support.http import MemberClient
from tests.support.postgres import cut_connections
from tests.support.servers_of_engage import Nursery
from tests.support.world import SECRET, World, instant, prize, rules, slot

POINTS = ("before_commit", "after_commit")
CUT_OFF = "cut off"
AT_RANDOM = "at random"
MEMBERS = 10
MAX_PASSES = 12
MAX_ANSWERS = 40
RANDOM_SECONDS = 0.03
DAY_SECONDS = 86_400


@dataclass
class Outcome:
    """What a run came to. `proof` says what is wrong with the books, if anything is."""

    kills: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    violations: int = 0
    proof: str = ""

    @property
    def is_good(self) -> bool:
        """Whether what was told stayed true and the books add up."""
        return not (self.lost or self.doubled or self.changed or self.violations)

    def __str__(self) -> str:
        """One line."""
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.kills.items()))
        return (
            f"{sum(self.kills.values())} kills ({kinds}), {self.answered} answered plays: {self.lost} lost, "
            f"{self.doubled} doubled, {self.changed} changed, {self.violations} violations of the books"
        )


def crash(url: str, kills: int, seed: int) -> Outcome:
    """Kill a server so many times under load; the database at `url` has its tables and nothing in them."""
    told, stop = Told(), threading.Event()
    game, clients = _set_scene(url, kills)
    players = [Player(told, client, game, stop) for client in clients]
    outcome = Outcome()
    nursery = Nursery(url)
    try:
        _kill_again_and_again(nursery, players, outcome, kills, random.Random(seed))  # noqa: S311  a seed that can be given again
        _send_again(players, outcome)
        os.kill(nursery.process, signal.SIGTERM)
        nursery.wait_until_gone()
    finally:
        nursery.close()
    outcome.answered = len(told.answers)
    outcome.changed += len(told.changed)
    _look_into_the_books(url, players, outcome)
    return outcome


def _set_scene(url: str, kills: int) -> tuple[str, list[MemberClient]]:
    """A wheel with a guarantee, prizes that run out on the way, and members with turns enough."""
    clock = SystemClock()
    now = from_ms(clock.now_ms())
    world = World(url, ManualClock(now))
    document = rules(
        "gam_w",
        [prize("prz_p50", units=10 * kills), _few(3 * kills), _TURN],
        [slot("s1", 3, "prz_p50", "none"), slot("s2", 2, "prz_few", "none"), slot("s3", 1, "prz_turn"), _NOTHING],
        [slot("s1", 1, "prz_few", "prz_turn")],
        guarantee={"class": 2, "misses": 5, "table": 1},
        opens_at=instant(now - timedelta(hours=1)),
        closes_at=instant(now + timedelta(days=30)),
    )
    game = world.publish(document, turns={"prz_turn": 1})
    tokens = MemberTokens((SECRET,), clock)
    turns = 100 * (1 + kills * MAX_PASSES // 100) + 500
    members = [world.player(f"alice{i}", game, turns).member for i in range(MEMBERS)]
    world.close()
    return game, [MemberClient(member, tokens.mint(member, DAY_SECONDS)[0]) for member in members]


def _few(units: int) -> dict[str, Any]:
    return prize("prz_few", units=units) | {"class": 2}


_TURN = prize("prz_turn", "turns", None)
_NOTHING = slot("s4", 4, "none")


def _kill_again_and_again(
    nursery: Nursery, players: list[Player], outcome: Outcome, kills: int, chance: random.Random
) -> None:
    """Let everybody play while one server after another dies; the last one lives."""
    told, stop = players[0].told, players[0].stop
    kinds = [AT_RANDOM, *POINTS] if nursery.url.startswith("sqlite") else [AT_RANDOM, *POINTS, CUT_OFF]
    for player in players:
        player.client.connect(nursery.port)
        player.start()
    try:
        for _ in range(kills):
            kind = chance.choice(kinds)
            _kill_once(nursery, kind, chance, told)
            outcome.kills[kind] += 1
        nursery.start()
        told.wait_for(len(told.answers) + len(players))
    finally:
        stop.set()
    for player in players:
        player.join()
    assert not told.faults, told.faults


def _kill_once(nursery: Nursery, kind: str, chance: random.Random, told: Told) -> None:
    """One server's life. A server that dies at a point dies under load, so it needs no help.

    One that is cut off from its database, once it surely serves, has to go on before it is killed.
    """
    if kind in POINTS:
        nursery.start((kind, chance.randint(1, MAX_PASSES)))
    else:
        process = nursery.start()
        least = MEMBERS + 1 if kind == CUT_OFF else 0
        told.wait_for(len(told.answers) + least + chance.randint(0, MAX_ANSWERS))
        threading.Event().wait(chance.uniform(0, RANDOM_SECONDS))
        if kind == CUT_OFF:
            cut_connections(nursery.url)
            told.wait_for(len(told.answers) + 2 * MEMBERS)
        os.kill(process, signal.SIGKILL)
    assert nursery.wait_until_gone() == signal.SIGKILL


def _send_again(players: list[Player], outcome: Outcome) -> None:
    """Send every key once more: known keys must answer as they did, and each member's plays count up without a gap."""
    for player in players:
        numbers = []
        for key in player.sent:
            status, body = player.send_again(key)
            known = player.told.answers.get(key)
            if known is not None:
                outcome.lost += status != http.HTTPStatus.OK
                outcome.changed += body != known
            numbers.append(json.loads(body)["receipt"]["member_seq"])
        outcome.doubled += numbers != list(range(1, len(player.sent) + 1))
        player.client.close()


def _look_into_the_books(url: str, players: list[Player], outcome: Outcome) -> None:
    """A key is one play is one turn; and every counter follows from the facts."""
    world = World(url, ManualClock(from_ms(SystemClock().now_ms())))
    with world.services.reader.connect() as connection:
        for player in players:
            values = {"member": player.client.member}
            plays = connection.execute(_PLAYS, values).scalar_one()
            turns = connection.execute(_TURNS, values).scalar_one()
            outcome.doubled += abs(plays - len(player.sent)) + abs(turns - len(player.sent))
        results = run_proof(connection, all_invariants(world.services, FEATURES))
    outcome.violations = sum(len(proof.violations) for _, proof in results)
    outcome.proof = format_proof(results)
    world.close()


_PLAYS = sa.text("SELECT count(*) FROM play WHERE member = :member")
_TURNS = sa.text("SELECT turn_debits FROM member_game WHERE member = :member")
