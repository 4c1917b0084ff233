"""What orders, tasks, badges and items have come to, carried into an empty database of either engine, is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engage.rewards import cancel, capture, move_state
from engage.storage.database import open_read_engine
from tests.integration.storage.test_facts import facts_of, take_in
from tests.stateful.machine import Road
from tests.stateful.town import MEMBERS, towns
from tests.support.season import archive, rows_of

ENDS = {"alice": capture, "bob": cancel, "carol": None}

MADE = ("redemption_end", "task_reversal", "badge_step", "collection_claim", "earning_step", "lot_move")


def carried(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that are carried from one database to another, and the counters that they make."""
    reader = open_read_engine(url)
    rows = rows_of(reader, [*archive().tables, *(each.table for each in archive().counters)])
    reader.dispose()
    return rows


def test_facts_of_a_town_make_the_same_books_on_either_engine(migrated_url: str, tmp_path: Path) -> None:
    with towns(tmp_path) as Road.open_town:
        road = Road()
        road.open()
        for day in range(3):
            live(road, day)
        bought = road.town.one("SELECT id FROM prize_grant WHERE game = 'itm_tea' ORDER BY id LIMIT 1")
        road.town.services.writer.run(lambda work: move_state(work, bought, "revoked", None, actor="brand"))
        road.settle()
        url = road.town.url
        lines = facts_of(url)
        take_in(migrated_url, lines)
        ours, theirs = carried(url), carried(migrated_url)
        road.teardown()
    assert all(ours[name] for name in MADE)
    assert {name: rows for name, rows in theirs.items() if rows != ours[name]} == {}


def live(road: Road, day: int) -> None:
    """A day on which everybody does everything, and somebody takes back a part of it."""
    for member in MEMBERS:
        road.pay(member, f"o-{day}-{member}", 1000, 1000, 0)
        road.check_in(member)
        road.review(member, "abc"[day], 0)
        road.recycle(member, "cup", 1, 0)
        road.visit(member, "abc"[day], 0)
        road.shop(member, "tea", ENDS[member])
    road.settle()
    road.claim_task("alice")
    road.claim_collection("alice")
    road.refund("bob", f"o-{day}-bob", "1", 700, 0)
    road.pass_time(24, jobs=True)
