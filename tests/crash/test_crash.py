"""A short form of `make crash`: on each engine a few servers die in the middle of their work."""

from __future__ import annotations

import pytest

from tests.crash.engines import ENGINES, fresh_database
from tests.crash.run import crash

KILLS, SEED = 10, 8


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_killed_server_told_is_true_ever_after(engine: str) -> None:
    with fresh_database(engine) as url:
        outcome = crash(url, KILLS, SEED)
    assert sum(outcome.kills.values()) == KILLS
    assert outcome.answered >= KILLS
    assert outcome.is_good, f"{outcome}\n{outcome.proof}"
