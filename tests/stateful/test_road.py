"""Anything in any order, for a few hundred steps; `make stateful` goes on for as many as are asked for."""

from __future__ import annotations

from pathlib import Path

from tests.stateful.machine import Road
from tests.stateful.run import run
from tests.stateful.town import towns


def test_whatever_happens_in_whatever_order_comes_to_what_is_obvious(tmp_path: Path) -> None:
    with towns(tmp_path) as Road.open_town:
        run(12, 50)
