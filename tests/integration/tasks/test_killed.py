"""A reader for tasks that is killed again and again, before and after its commits, gives every reward once."""

from __future__ import annotations

import random

from tests.integration.tasks.desk import Desk, task
from tests.support.bureau import Bureau
from tests.support.killing import kill_readers

ORDERS = 15
CHEAP = "{kind: points, points: 5, units: 1000}"


def send_all(desk: Desk, chance: random.Random) -> int:
    """Orders, and refunds of some of them; the fen that are left of all."""
    events, left = [], 0
    for number in range(ORDERS):
        net, back = chance.randrange(100, 9_000), chance.randrange(0, 9_000) * (number % 2)
        order = f"o-{number}"
        events.append(desk.event(f"e-{number}", "order.completed", {"order": order, "net_fen": net}))
        if back:
            events.append(desk.event(f"r-{number}", "order.refunded", {"order": order, "net_fen": back}))
        left += max(net - back, 0)
    chance.shuffle(events)
    desk.post(events)
    return left


def test_every_reward_is_given_once_whenever_the_reader_dies(bureau: Bureau) -> None:
    desk = Desk(bureau, task("spend", CHEAP, template="spend", target=1000, per_window=1000))
    chance = random.Random(7)  # noqa: S311  the same each time
    left = send_all(desk, chance)
    assert kill_readers(bureau, "tasks", chance) > 1
    desk.read()
    assert desk.points() == left // 1000 * 5
    assert desk.task("spend")["progress"]["value"] == left % 1000
