"""A campaign in which everything is switched on, with units that outlast any run, and what its members do all day."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from bench.seed import BATCH, BenchWorld
from engage.builtin import all_features
from engage.campaigns import load, open_office, publish, with_schedule
from engage.kernel.clock import from_ms
from engage.ledger import BOOK, Book
from engage.members import MEMBER, Member
from engage.rewards import PRIZE_OF_ITEM, import_codes
from engage.storage.work import Work
from tests.integration.tasks.desk import task
from tests.support.bureau import PLAYABLE, WHEEL
from tests.support.features import FEATURES
from tests.support.sample_campaign import changed
from tests.support.shelf import BADGES
from tests.support.till import EARNING, item

POINTS = "{kind: points, points: 5, units: 10000000}"
MANY = {"per_window": 1000}
TASKS = (
    task("spend", POINTS, template="spend", target=10_000, **MANY),
    task("tea", POINTS, template="orders", target=3, where="[{field: lines.category, is: tea}]", **MANY),
    task("review", POINTS, template="review", target=3, **MANY),
    task("green", POINTS, template="green", window="day", target=2),
    task("visits", POINTS, template="friends_visit", target=5, **MANY),
)
VOUCHERS = {(WHEEL, "prz_meal"): 40, ("col_year", "prz_reward"): 2, ("itm_tea", PRIZE_OF_ITEM): 40}
MIX = {"order.completed": 50, "item.recycled": 20, "review.posted": 15, "share.visited": 10, "order.refunded": 5}
"""Of a hundred events, how many are of which type."""


def publish_road(world: BenchWorld) -> None:
    """Put the campaign into force, from two days ago on."""
    now, services = from_ms(world.clock.now_ms()), world.services
    text = changed("points: 60000\n", "points: 1000000000\n", PLAYABLE)
    text = changed("money_fen: 300000", "money_fen: 90000000", text)
    text = changed("games:\n", "tasks:\n" + "".join(TASKS) + "games:\n", text)
    earning = changed("pool: 1000000\n", "pool: 500000000\n", EARNING)
    text = changed("claim:\n  how:", earning + "claim:\n  how:", text) + BADGES + "items:\n" + item("tea", 10)
    office = open_office(services, all_features(FEATURES))
    schedule = now - timedelta(days=2), now + timedelta(days=30), now + timedelta(days=20)
    campaign = load(office, with_schedule(text, *schedule), "Carol")
    for (owner, prize), units in VOUCHERS.items():
        codes = [f"{owner}-{number:04}" for number in range(units)]
        import_codes(services.writer, services.sealer, owner, prize, codes)
    publish(office, campaign, "Carol", "Dan")


def enrol(world: BenchWorld, members: int) -> None:
    """Members without anything, named as those of `bench.seed`."""
    for first in range(0, members, BATCH):
        world.services.writer.run(partial(_insert, numbers=range(first, min(first + BATCH, members))))


def _insert(work: Work, numbers: range) -> None:
    for number in numbers:
        name, now = name_of(number), work.now_ms
        work.insert(
            MEMBER, Member(name, name, None, "zh-CN", "Asia/Shanghai", None, 0, "{}", None, None, None, 1, 0, now, now)
        )
        work.insert(BOOK, Book(name, 0, 0, 0, 0, 0))


def name_of(number: int) -> str:
    """A member, as the brand calls them too."""
    return f"mem_bench{number:06d}"


def happenings(members: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """What members do, without end and the same each time, as the brand's server tells it."""
    chance, types, weights = random.Random(seed), list(MIX), list(MIX.values())  # noqa: S311  the same each time
    paid: list[tuple[int, str]] = []
    for number in count():
        type_, member = chance.choices(types, weights)[0], chance.randrange(members)
        if type_ == "order.refunded" and paid:
            member, order = paid.pop()
            yield event(number, type_, member, {"order": order, "net_fen": 900, "lines": [_line("2", "cup", 900)]})
        elif type_ in {"order.completed", "order.refunded"}:
            yield order_of(number, member)
            paid = [*paid[-99:], (member, f"o-{number}")]
        else:
            yield event(number, type_, member, _data(chance, type_))


def _data(chance: random.Random, type_: str) -> dict[str, Any]:
    match type_:
        case "item.recycled":
            return {"what": chance.choice(["cup", "bag"]), "quantity": 1}
        case "review.posted":
            return {"product": f"p-{chance.randrange(50)}"}
        case _:
            return {"visitor": f"v-{chance.randrange(50)}"}


def order_of(number: int, member: int) -> dict[str, Any]:
    """A paid order of two lines, whose name is its number."""
    lines = [_line("1", "tea", 2500), _line("2", "cup", 900)]
    return event(number, "order.completed", member, {"order": f"o-{number}", "net_fen": 3400, "lines": lines})


def _line(line: str, category: str, fen: int) -> dict[str, Any]:
    return {"line": line, "net_fen": fen} | ({"category": category} if line == "1" else {})


def event(number: int, type_: str, member: int, data: dict[str, Any]) -> dict[str, Any]:
    """An event as the brand's server sends it."""
    sent = {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "bench/road",
        "type": type_,
        "subject": name_of(member),
    }
    return sent | {"data": data}
