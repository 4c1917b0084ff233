"""A reader of orders that is killed again and again, before and after its commits, gives every point once."""

from __future__ import annotations

import random

from tests.integration.earning.test_orders import Shop, shop_of
from tests.support.bureau import Bureau
from tests.support.killing import kill_readers

ORDERS = 25


def send_all(shop: Shop, chance: random.Random) -> int:
    """Orders, and refunds of some of them; the points that are left of all."""
    events, left = [], 0
    for number in range(ORDERS):
        net, back = chance.randrange(100, 9_000), chance.randrange(0, 9_000) * (number % 2)
        order = f"o-{number}"
        events.append(shop.event(f"e-{number}", "order.completed", {"order": order, "net_fen": net}))
        if back:
            events.append(shop.event(f"r-{number}", "order.refunded", {"order": order, "net_fen": back}))
        left += max(net - back, 0) // 100
    chance.shuffle(events)
    shop.post(events)
    return left


def test_every_point_is_given_once_whenever_the_reader_dies(bureau: Bureau) -> None:
    shop, chance = shop_of(bureau, pool=100_000, pending=5), random.Random(7)  # noqa: S311  the same each time
    left = send_all(shop, chance)
    assert kill_readers(bureau, "earning", chance) > 1
    assert shop.standing() == (left, left)
    shop.read()
    assert shop.standing() == (left, left)
    shop.prove()
