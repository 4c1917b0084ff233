"""Somebody who is erased with all under way: what comes in about them later fails nowhere and brings nothing back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from engage.api import erase
from engage.builtin import all_features
from engage.kernel.clock import render_ms
from engage.members import Description, upsert
from engage.rewards import redeem
from tests.stateful.town import Town, towns
from tests.support.features import FEATURES

DAY = timedelta(days=1)


def order(town: Town, id_: str, type_: str, name: str, fen: int) -> dict[str, Any]:
    """What the brand's server says of an order of Alice's."""
    event = {"specversion": "1.0", "id": id_, "source": "till", "type": type_, "subject": "alice"}
    return event | {"time": render_ms(town.clock.now_ms()), "data": {"order": name, "net_fen": fen}}


def known_of(town: Town) -> list[tuple[Any, ...]]:
    """Which events say anything of anybody."""
    return town.rows("SELECT source_id, external_id FROM outside_event WHERE external_id IS NOT NULL OR data <> ''")


def test_a_refund_for_who_was_erased_fails_nowhere_and_brings_nothing_back(tmp_path: Path) -> None:
    with towns(tmp_path) as open_town, open_town() as town:
        run = town.services.writer.run
        town.send([order(town, f"e-{n}", "order.completed", f"o-{n}", 2000) for n in range(4)])
        town.read_all()
        town.clock.move(2 * DAY)
        town.run_jobs()
        run(partial(redeem, member_id="mem_alice", item_id="itm_tea", quantity=1))
        town.send([order(town, "r-0", "order.refunded", "o-0", 500), order(town, "r-1", "order.refunded", "o-1", 2000)])
        run(lambda work: erase(work, "mem_alice", all_features(FEATURES)))
        assert town.send([order(town, "r-2", "order.refunded", "o-2", 2000)]).parked == 1
        town.clock.move(2 * DAY)
        town.run_jobs()
        town.read_all()
        again = run(lambda work: upsert(work, Description("alice"))[0].id)
        back = [order(town, f"n-{n}", "order.refunded", f"o-{n}", 2000) for n in range(4)]
        town.send([*back, order(town, "n-4", "order.completed", "o-3", 2000)])
        town.read_all()
        assert town.rows("SELECT * FROM dead_letter") == []
        assert town.rows("SELECT * FROM task_completion WHERE member = :member", member=again) == []
        assert town.one("SELECT credits FROM book WHERE member = :member", member=again) == 0
        assert {id_ for id_, _ in known_of(town)} == {"r-2", *(event["id"] for event in back), "n-4"}
        town.prove()
