"""Whoever dies and whoever races: each tier is awarded once, and the grand prize of a collection given once."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta
from functools import partial

from engage.campaigns import with_schedule
from engage.kernel.clock import ManualClock, SystemClock, from_ms, render
from tests.integration.http.test_exactly_once import served
from tests.support.bureau import Bureau
from tests.support.crowd import at_once, clients_of, present_world, tabs_of
from tests.support.killing import kill_readers
from tests.support.sample_campaign import changed
from tests.support.shelf import CAMPAIGN_WITH_BADGES, shelf_of

MEMBERS, CUPS, RACERS = 3, 5, 20
ROUNDS, UNITS = int(os.environ.get("RACES", "3")), 2


def test_every_tier_is_awarded_once_whenever_the_reader_dies(bureau: Bureau) -> None:
    shelf, chance = shelf_of(bureau), random.Random(7)  # noqa: S311  the same each time
    names = ["alice", *(bureau.member(f"m{number}").removeprefix("mem_") for number in range(1, MEMBERS))]
    data = {"what": "cup", "quantity": 1}
    shelf.post([shelf.event(f"e{n}", "item.recycled", data, None, names[n % MEMBERS]) for n in range(MEMBERS * CUPS)])
    shelf.post([shelf.event(f"r{n}", "review.posted", {"product": "p"}, None, name) for n, name in enumerate(names)])
    assert kill_readers(bureau, "badges", chance) > 1
    shelf.read()
    for name in names:
        tiers = [(badge, tier) for badge, tier, _ in shelf.awards(f"mem_{name}")]
        assert tiers == [("bdg_critic", "only"), *(("bdg_green", tier) for tier in ("bronze", "gold", "silver"))]
    assert len(shelf.told("collection.completed")) == MEMBERS
    assert bureau.rows("SELECT member, max(total) FROM badge_step WHERE badge = 'bdg_green' GROUP BY member") == [
        (member, CUPS) for member in sorted(f"mem_{name}" for name in names)
    ]


def test_twenty_tabs_that_claim_at_once_are_given_one_grand_prize(migrated_url: str) -> None:
    now = from_ms(SystemClock().now_ms())
    bureau = Bureau(migrated_url, ManualClock(now - timedelta(hours=1)))
    text = with_schedule(CAMPAIGN_WITH_BADGES, now - timedelta(days=2), now + timedelta(days=30))
    deadline = f"deadline: {render(now + timedelta(days=20))}"
    shelf = shelf_of(bureau, changed("deadline: 2026-11-25T00:00:00+08:00", deadline, text), now)
    names = ["alice", *(bureau.member(f"m{number}").removeprefix("mem_") for number in range(1, ROUNDS))]
    for name in names:
        shelf.cups(member=name)
        shelf.review(member=name)
    bureau.close()
    with served(migrated_url) as ports:
        for number, member in enumerate(clients_of([f"mem_{name}" for name in names], ports)):
            member.close()
            with tabs_of(member, RACERS, ports) as tabs:
                claims = [
                    partial(tab.send_surely, "POST", "/v1/collections/col_year/claims", {}, f"key-{key}")
                    for key, tab in enumerate(tabs)
                ]
                found = Counter(status for status, _ in at_once(claims))
            assert found == ({201: 1, 409: RACERS - 1} if number < UNITS else {409: RACERS})
    with present_world(migrated_url) as world, world.services.reader.connect() as connection:
        left = connection.exec_driver_sql("SELECT units_left FROM pool WHERE game = 'col_year'").scalar_one()
        given = connection.exec_driver_sql("SELECT count(*) FROM reward_given").scalar_one()
    assert (left, given) == (max(UNITS - ROUNDS, 0), min(UNITS, ROUNDS))
