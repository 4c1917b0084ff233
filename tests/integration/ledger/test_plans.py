"""Time grows with what there is to do, not with its square, nor with all that ever happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Self

import pytest
import sqlalchemy as sa

from bench.road import enrol, happenings, publish_road
from bench.seed import BenchWorld
from engage.app import all_invariants, all_subscribers
from engage.events import SubscriberLoop
from engage.ledger import run_proof
from engage.storage import migrate
from engage.storage.metadata import metadata
from tests.support.features import FEATURES
from tests.support.server import open_client

MEMBERS, EVENTS = 20, 200
KEPT_SHORT = {"earning_rule"}
"""Tables that hold what people set up, not what members do."""


class Asked:
    """What a database was asked while this listened, each statement once."""

    def __init__(self) -> None:
        self.statements: dict[str, Any] = {}

    def __enter__(self) -> Self:
        sa.event.listen(sa.Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_raised: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.statements.setdefault(statement, values)

    def plans(self, connection: sa.Connection) -> Iterator[tuple[str, Sequence[sa.Row[Any]]]]:
        """Each statement, and how SQLite carries it out: loops of a join stand beside each other, outermost first."""
        for statement, values in self.statements.items():
            yield statement, connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BenchWorld]:
    """A campaign in which everything is switched on, and events of its members that nobody has read."""
    url = f"sqlite:///{tmp_path / 'engage.db'}"
    migrate.upgrade(url)
    world = BenchWorld(url)
    publish_road(world)
    enrol(world, MEMBERS)
    sent = open_client(world).brand().send("POST", "/v1/events", list(islice(happenings(MEMBERS), EVENTS)))
    assert sent.get_json()["accepted"] == EVENTS
    yield world
    world.close()


def read_on(world: BenchWorld) -> None:
    """Let every reader read."""
    services = world.services
    SubscriberLoop(services.writer, services.reader, all_subscribers(services, FEATURES)).catch_up()


def test_no_law_reads_a_table_whole_for_each_row_of_another(world: BenchWorld) -> None:
    read_on(world)
    laws = all_invariants(world.services, FEATURES)
    with world.services.reader.connect() as connection:
        with Asked() as asked:
            assert not [proof.violations for _, proof in run_proof(connection, laws) if proof.violations]
        slow = [(statement, found) for statement, plan in asked.plans(connection) if (found := _scans_within(plan))]
    assert len(asked.statements) >= len(laws)
    assert not slow


def test_no_reader_reads_a_table_whole_that_grows_with_what_members_do(world: BenchWorld) -> None:
    with Asked() as asked:
        read_on(world)
    with world.services.reader.connect() as connection:
        whole = {(table, statement) for statement, plan in asked.plans(connection) for table in _scanned(plan)}
    grown = {table for table, _ in whole if table in metadata.tables} - KEPT_SHORT
    assert {table for table, _ in whole} >= KEPT_SHORT
    assert not grown


def _scanned(plan: Sequence[sa.Row[Any]]) -> list[str]:
    return [row.detail.split()[1] for row in plan if row.detail.startswith("SCAN ")]


def _scans_within(plan: Sequence[sa.Row[Any]]) -> list[str]:
    """The tables that a statement reads whole inside another loop."""
    names = {row.id: row.detail for row in plan}
    loops: dict[int, int] = {}
    found = []
    for row in plan:
        if row.detail.startswith(("SCAN ", "SEARCH ")):
            is_within = loops.get(row.parent, 0) > 0 or names.get(row.parent, "").startswith("CORRELATED")
            found += [row.detail] if is_within and row.detail.startswith("SCAN ") else []
            loops[row.parent] = loops.get(row.parent, 0) + 1
    return found
