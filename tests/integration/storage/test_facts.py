"""All facts out of one database and into an empty one: the same counters, the same tree, on either engine (I12)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from engage.kernel.clock import ManualClock
from engage.kernel.refusals import Conflict, InvalidRequest
from engage.ledger import LogTree, find_checkpoint
from engage.storage.counters import recount
from engage.storage.database import find_violation, open_read_engine, open_store, open_write_engine
from engage.storage.facts import export_facts, import_facts
from engage.storage.work import Work
from engage.storage.writer import Writer
from tests.support.bureau import WHEEL
from tests.support.postgres import PostgresServer
from tests.support.season import AFTERWARDS, archive, opened, prove, rows_of, seal, violations
from tests.support.world import Client


def facts_of(url: str) -> list[bytes]:
    """A database's facts."""
    reader = open_read_engine(url)
    with reader.connect() as connection:
        lines = list(export_facts(connection, archive()))
    reader.dispose()
    return lines


def take_in(url: str, lines: list[bytes]) -> int:
    """Import facts through a Writer of its own, so that nothing else is written before."""
    engine = open_write_engine(url)
    writer = Writer(
        open_store(engine, ()),
        ManualClock(AFTERWARDS),
        find_violation=find_violation,
        quarantine=_nobody,
    )
    try:
        return writer.run(lambda work: import_facts(work, lines, archive()))
    finally:
        writer.stop()
        engine.dispose()


def _nobody(work: Work, kind: str, subject: str, reason: str) -> None:
    raise AssertionError(f"no test puts {kind} {subject} under review: {reason}")


@pytest.fixture(params=["into sqlite", "into postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without a row, on each engine."""
    if request.param == "into sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "other.db")
        yield f"sqlite:///{copy}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database(like=request.getfixturevalue("migrated_template"))
    yield url
    server.drop_database(url)


def test_facts_make_the_same_books_and_the_same_tree_on_either_engine(season_url: str, empty_url: str) -> None:
    lines = facts_of(season_url)
    assert take_in(empty_url, lines) == len(lines) - 2 - len(archive().tables)
    with opened(season_url) as source, opened(empty_url) as target:
        carried = [*archive().tables, *(each.table for each in archive().counters)]
        ours, theirs = (rows_of(world.services.reader, carried) for world in (source, target))
        assert {name: rows for name, rows in theirs.items() if rows != ours[name]} == {}
        assert facts_of(empty_url) == lines
        assert "not sealed yet" in str(prove(target.services.reader, target.services.keyring))
        assert violations(prove(target.services.reader, target.services.keyring)) == CHECKPOINT_AHEAD
        seal(target)
        assert violations(prove(target.services.reader, target.services.keyring)) == set()
        heads = []
        for world in (source, target):
            with world.services.reader.connect() as connection:
                signed = find_checkpoint(connection)
                assert signed is not None
                heads.append((signed, LogTree(connection).head(signed.size).hex()))
        assert heads[0] == heads[1]
        assert heads[0][0].head == heads[0][1]


# Until the readers of the log have read it again, the signed heads speak of a tree that is not there yet.
CHECKPOINT_AHEAD = {("I11", "", "log")}


def test_play_goes_on_where_it_was(season_url: str, empty_url: str) -> None:
    lines = facts_of(season_url)
    take_in(empty_url, lines)
    with opened(empty_url) as target:
        last = target.one("SELECT game_seq FROM game WHERE id = :game", game=WHEEL)
        target.turns("mem_alice_gam_wheel", WHEEL, 1)
        receipt = Client(target, "mem_alice_gam_wheel", WHEEL).play()["receipt"]
        assert receipt["game_seq"] == last + 1
        seal(target)
        assert violations(prove(target.services.reader, target.services.keyring)) == set()


def test_facts_are_imported_into_an_empty_database_only(season_url: str) -> None:
    lines = facts_of(season_url)
    with pytest.raises(Conflict, match="into an empty database only"):
        take_in(season_url, lines)
    assert facts_of(season_url) == lines


def without_last(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def with_other_number(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], orjson.dumps({"rows": 1})]


def with_a_row_less(lines: list[bytes]) -> list[bytes]:
    last = max(number for number, line in enumerate(lines) if line.startswith(b"["))
    return [*lines[:last], *lines[last + 1 :]]


def of_another_format(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def of_another_table(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'{"table":"play",', b'{"table":"round",') for line in lines]


def of_another_schema(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"fingerprint","game"', b'"game"') for line in lines]


SPOILT = (without_last, with_other_number, with_a_row_less, of_another_format, of_another_table, of_another_schema)


def test_what_is_not_all_or_not_ours_is_not_taken_in(season_url: str, empty_url: str) -> None:
    lines = facts_of(season_url)
    engine = open_read_engine(empty_url)
    for spoil in SPOILT:
        with pytest.raises(InvalidRequest):
            take_in(empty_url, spoil(lines))
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one() == 0, spoil.__name__
    engine.dispose()


def test_a_fact_without_its_row_is_not_papered_over(season_url: str, empty_url: str) -> None:
    lines = [line for line in facts_of(season_url) if line != b'["mem_alice_gam_wheel",null]']
    lines[-1] = orjson.dumps({"rows": orjson.loads(lines[-1])["rows"] - 1})
    with pytest.raises(LookupError, match="there is no row in book"):
        take_in(empty_url, lines)


def test_recounting_what_is_right_changes_nothing(season_url: str) -> None:
    engine = open_write_engine(season_url)
    tables = [each.table for each in archive().counters]
    before = rows_of(engine, tables)
    with engine.connect() as connection:
        for counters in archive().counters:
            recount(connection, counters)
    assert rows_of(engine, tables) == before
    engine.dispose()
