"""A database to be measured on: one funded game, so many members with turns, and an open epoch for each of them."""

import hashlib
from dataclasses import dataclass, field
from functools import partial

from engage.fairness.verifier import client_commitment
from engage.feature import Services
from engage.kernel.clock import SystemClock
from engage.kernel.entropy import random_bytes
from engage.ledger import BOOK, GIVE_TURN, Book, give_turns
from engage.members import MEMBER, Member
from engage.storage.work import Work
from engage.web import MemberTokens
from games.desk import Desk
from games.epochs import OpenEpoch
from games.play import new_member_game
from games.tables import MEMBER_GAME
from tests.support.world import World, prize, rules, slot

GAME = "gam_bench"
TURNS = 100_000
BATCH = 250


@dataclass
class BenchWorld(World):
    """A world in real time."""

    clock: SystemClock = field(default_factory=SystemClock)  # type: ignore[assignment]  # not moved by hand


@dataclass(frozen=True)
class Phone:
    """A member's client: who, with what token, in which epoch, with which seed."""

    member: str
    token: str
    epoch: str
    seed: str


def publish_game(world: World) -> str:
    """A wheel of eight slots on which two plays in five win points, with units that outlast any run."""
    prizes = [
        prize("prz_p5", units=10**9, points=5),
        prize("prz_p20", units=10**9, points=20),
        prize("prz_p50", units=10**9, points=50),
    ]
    slots = [
        slot("s1", 25, "prz_p5", "none"),
        slot("s2", 10, "prz_p20", "prz_p5", "none"),
        slot("s3", 5, "prz_p50", "prz_p20", "none"),
        *(slot(f"s{i}", 12, "none") for i in range(4, 9)),
    ]
    return world.publish(rules(GAME, prizes, slots))


def make_phones(services: Services, count: int, first: int = 0) -> list[Phone]:
    """Members with turns and an open epoch each, and what their clients know."""
    names = [f"mem_bench{number:06d}" for number in range(first, first + count)]
    for start in range(0, count, BATCH):
        services.writer.run(partial(_insert_members, names=names[start : start + BATCH]))
    return [phone for start in range(0, count, BATCH) for phone in _open_epochs(services, names[start : start + BATCH])]


def _insert_members(work: Work, names: list[str]) -> None:
    for name in names:
        now = work.now_ms
        work.insert(
            MEMBER, Member(name, name, None, "zh-CN", "Asia/Shanghai", None, 0, "{}", None, None, None, 1, 0, now, now)
        )
        work.insert(BOOK, Book(name, 0, 0, 0, 0, 0))
        state = new_member_game(name, GAME)
        give_turns(work, GIVE_TURN, name, GAME, TURNS, cause=f"turns:{name}", expires_at=None)
        state.turn_credits = TURNS
        work.insert(MEMBER_GAME, state)


def _open_epochs(services: Services, names: list[str]) -> list[Phone]:
    tokens = MemberTokens(services.settings.secret_keys, services.clock)
    desk = Desk(services.sealer, services.keyring)
    seeds = [random_bytes(32) for _ in names]
    commands = [
        OpenEpoch(desk, name, GAME, client_commitment(seed).hex()) for name, seed in zip(names, seeds, strict=True)
    ]
    epochs = services.writer.decide_all(commands)
    return [
        Phone(name, tokens.mint(name, 3600)[0], epoch.id, seed.hex())
        for name, seed, epoch in zip(names, seeds, epochs, strict=True)
    ]


def play_request(phone: Phone, key: str, game: str = GAME) -> bytes:
    """The bytes of a play over HTTP/1.1."""
    body = f'{{"epoch":"{phone.epoch}","client_seed":"{phone.seed}"}}'
    return (
        f"POST /v1/games/{game}/plays HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {phone.token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def empty_request(phone: Phone) -> bytes:
    """The bytes of a request of the empty route: the same headers, the same body."""
    return play_request(phone, hashlib.sha256(phone.token.encode()).hexdigest()[:16]).replace(
        f"/v1/games/{GAME}/plays".encode(), b"/v1/empty"
    )
