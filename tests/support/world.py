"""A small world to play in.

A database, services on a clock that is moved by hand, a cast of members, and a client with its own seeds.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from engage.app import all_invariants, close_services, open_services
from engage.campaigns import PoolPlan
from engage.campaigns.budget import Approval, fund
from engage.campaigns.definition import Budget
from engage.fairness.verifier import client_commitment
from engage.feature import Services
from engage.kernel.clock import ManualClock, render
from engage.ledger import BOOK, Book, format_proof, run_proof
from engage.members import MEMBER, Member
from engage.rewards import import_codes
from engage.settings import Settings
from engage.storage.writer import Command
from games.desk import Desk
from games.epochs import EndEpoch, OpenEpoch
from games.play import Play, Played
from games.receipts import ZERO_LEAF
from games.tables import GAME, GAME_REVISION, Game, GameRevision
from games.turns import grant_turns
from tests.support.features import FEATURES

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
SECRET = "a-secret-that-is-only-used-by-tests-never-elsewhere"


def settings_for(url: str, **changes: Any) -> Settings:
    """Settings for a test's database."""
    return Settings(database_url=url, secret_keys=(SECRET,), **changes)


def prize(id_: str, kind: str = "points", units: int | None = 10, **more: Any) -> dict[str, Any]:
    """A prize of a rules document."""
    document = {
        "id": id_,
        "kind": kind,
        "points": 50 if kind == "points" else None,
        "market_value_fen": 100,
        "units": units,
        "class": 1,
        "per_member": None,
    }
    return document | more


def slot(name: str, weight: int, prize_id: str, *chain: str) -> dict[str, Any]:
    """A slot of a table: what it pays first, then its chain."""
    return {"slot": name, "prize": prize_id, "else": list(chain), "weight": weight}


def rules(game: str, prizes: list[dict[str, Any]], *tables: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A rules document of a game by odds."""
    document = {
        "alg": "draw/1",
        "game": game,
        "revision": 1,
        "opens_at": "2026-11-01T00:00:00.000Z",
        "closes_at": "2027-12-31T00:00:00.000Z",
        "time_zone": "Asia/Shanghai",
        "prizes": prizes,
        "tables": [{"id": i, "slots": slots} for i, slots in enumerate(tables)],
        "guarantee": None,
        "turns": {"free_per_day": 0},
        "limits": {"per_day": None, "per_campaign": None},
        "when_out": "end",
        "deck": None,
        "texts_hash": "00" * 32,
    }
    return document | more


def policy(**more: Any) -> dict[str, Any]:
    """What a play must know beside the rules."""
    document: dict[str, Any] = {
        "accept_rules": False,
        "minimum_age": 0,
        "declaration": False,
        "only": [],
        "points_days": None,
        "winners_above_fen": None,
        "turns": {},
        "use_by_days": {},
        "texts": {},
    }
    return document | more


@dataclass
class Client:
    """A member's page: it makes its own seeds and keeps them."""

    world: World
    member: str
    game: str
    seed: bytes = b""
    epoch: str = ""

    def open(self) -> str:
        """Open an epoch with a fresh seed."""
        self.seed = secrets.token_bytes(32)
        command = OpenEpoch(self.world.desk, self.member, self.game, client_commitment(self.seed).hex())
        self.epoch = self.world.services.writer.submit(command).id
        return self.epoch

    def command(self, key: str | None = None, **changes: Any) -> Play:
        """A play of the open epoch."""
        if not self.epoch:
            self.open()
        key = key or secrets.token_hex(8)
        fields = {
            "member": self.member,
            "game": self.game,
            "epoch": self.epoch,
            "client_seed": self.seed.hex(),
            "key": key,
            "fingerprint": hashlib.sha256(self.epoch.encode()).hexdigest(),
        }
        return Play(self.world.desk, **(fields | changes))

    def play(self, key: str | None = None, **changes: Any) -> dict[str, Any]:
        """Play once; the answer."""
        return answer_of(self.world.services.writer.submit(self.command(key, **changes)))

    def reveal(self) -> None:
        """End the epoch."""
        self.world.services.writer.submit(EndEpoch(self.member, self.epoch, self.game))
        self.epoch = ""


def answer_of(played: Played) -> dict[str, Any]:
    """The answer of a play as a page reads it."""
    answer: dict[str, Any] = orjson.loads(played.row.answer)
    return answer


@dataclass
class World:
    """Everything a test needs."""

    url: str
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    services: Services = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.services = open_services(settings_for(self.url), FEATURES, clock=self.clock)
        self.desk = Desk(self.services.sealer, self.services.keyring)

    def submit(self, command: Command[Any]) -> Any:
        """Decide and commit one command."""
        return self.services.writer.submit(command)

    def member(self, name: str, **changes: Any) -> str:
        """A member of the cast, by name; the id."""
        member = f"mem_{name}"
        now = self.clock.now_ms()
        fields: dict[str, Any] = {
            "id": member,
            "external_id": name,
            "nickname": name,
            "locale": "zh-CN",
            "time_zone": "Asia/Shanghai",
            "birth_date": None,
            "insider": 0,
            "attributes": "{}",
            "plays_per_day": None,
            "looser_plays_per_day": None,
            "looser_from": None,
            "personalisation": 1,
            "large_text": 0,
            "created_at": now,
            "updated_at": now,
        }
        row = Member(**(fields | changes))

        def insert(work: Any) -> None:
            work.insert(MEMBER, row)
            work.insert(BOOK, Book(member, 0, 0, 0, 0, 0))

        self.services.writer.run(insert)
        return member

    def turns(self, member: str, game: str, count: int = 100, expires_at: int | None = None) -> None:
        """Give a member turns."""
        while count > 0:
            part = min(count, 100)
            give = partial(grant_turns, member=member, game_id=game, count=part, expires_at=expires_at, reason="test")
            self.services.writer.run(give)
            count -= part

    def player(self, name: str, game: str, turns: int = 100, **changes: Any) -> Client:
        """A member with turns, and the page in their hand."""
        client = Client(self, self.member(name, **changes), game)
        if turns:
            self.turns(client.member, game, turns)
        return client

    def publish(self, document: dict[str, Any], mechanic: str = "wheel", **changes: Any) -> str:
        """Put a game of this rules document into play, with everything that it promises covered; the game's id."""
        text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
        rules_hash = hashlib.sha256(b"draw/1 rules\0" + text.encode()).hexdigest()
        extra = policy(**{"campaign": f"cmp_of_{document['game']}"} | changes)
        game: str = document["game"]
        campaign, now = extra["campaign"], self.clock.now_ms()
        plans = [_plan(game, one) for one in document["prizes"]]
        self._import_codes(plans)

        def insert(work: Any) -> None:
            row = Game(game, campaign, mechanic, _chance(document), "live", 1, 1, 0, ZERO_LEAF, 0, 0, None)
            work.insert(GAME, row)
            work.insert(GAME_REVISION, GameRevision(game, 1, text, rules_hash, orjson.dumps(extra).decode(), now))
            fund(work, Approval(campaign, f"publish:{game}", "Carol", "Dan"), _budget_of(plans), None, plans)
            work.append("revision.published", f"publish:{game}", game=game)

        self.services.writer.run(insert)
        return game

    def _import_codes(self, plans: list[PoolPlan]) -> None:
        for plan in plans:
            if plan.kind == "voucher" and plan.units:
                codes = [f"{plan.game}-{plan.prize}-{n:04}" for n in range(plan.units)]
                import_codes(self.services.writer, self.services.sealer, plan.game, plan.prize, codes)

    def prove(self) -> None:
        """Recompute every counter from the facts."""
        with self.services.reader.connect() as connection:
            results = run_proof(connection, all_invariants(self.services, FEATURES))
        assert not [violation for _, proof in results for violation in proof.violations], format_proof(results)

    def close(self) -> None:
        """Let the connections go."""
        close_services(self.services)


def _plan(game: str, one: dict[str, Any]) -> PoolPlan:
    return PoolPlan(game, one["id"], one["kind"], one["points"], one["units"], one["market_value_fen"])


def _budget_of(plans: list[PoolPlan]) -> Budget:
    points = sum(plan.liability for plan in plans)
    fen = sum((plan.units or 0) * plan.value_fen for plan in plans if plan.kind == "goods")
    return Budget(basis="the plan of the tests", points=points, money_fen=fen)


def _chance(document: dict[str, Any]) -> str:
    return "deck" if document["deck"] else "odds"


def instant(moment: datetime) -> str:
    """An instant as rules documents write it."""
    return render(moment)
