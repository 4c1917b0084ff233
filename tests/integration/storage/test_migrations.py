"""The migrated schema is the one that the tables declare, on both engines, and every fact is under the law."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engage.ledger.chart import ROUTES
from engage.storage import migrate
from engage.storage.database import UnsafeDatabase
from tests.support.postgres import PostgresServer
from tests.support.tables import every_table

MAY_CHANGE = {
    "account",
    "api_key",
    "badge_sharing",
    "book",
    "campaign",
    "event_type",
    "game",
    "game_look",
    "game_monitor",
    "handover",
    "job_lease",
    "log_head",
    "log_tile",
    "member",
    "member_game",
    "page_session",
    "parked_event",
    "pool",
    "refusal_count",
    "slot_count",
    "subscriber",
    "winner",
}
COLUMNS = (
    "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = current_schema()"
)
CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace"
)
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
FILL = "SELECT relname FROM pg_class WHERE 'fillfactor=70' = ANY (reloptions) ORDER BY relname"
POSTGRES_LAWS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
SQLITE_MADE = "SELECT tbl_name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL"
SQLITE_LAWS = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A migrated database, seen without the application."""
    migrate.upgrade(database_url)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


ADDED = " NOT NULL, "
"""SQLite writes a column that was added later on the line of the one before."""


def schema_of(engine: sa.Engine) -> set[tuple[object, ...]]:
    """Every column in its place, every constraint and index, word by word, but for Alembic's own table."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            made = connection.execute(sa.text(SQLITE_MADE))
            found: set[tuple[object, ...]] = {
                (table, line.strip().rstrip(","))
                for table, sql in made
                for line in sql.replace(ADDED, f"{ADDED}\n").splitlines()
            }
        else:
            queries = (COLUMNS, CONSTRAINTS, INDEXES)
            found = {tuple(row) for query in queries for row in connection.execute(sa.text(query))}
    return {row for row in found if row[0] != "alembic_version"}


def test_the_migrated_schema_is_the_declared_one(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), every_table()) == []


def test_rules_and_indexes_are_the_declared_ones_word_by_word(
    engine: sa.Engine, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if engine.dialect.name == "sqlite":
        other = f"sqlite:///{tmp_path / 'declared.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        other = server.create_database()
    declared = sa.create_engine(other, poolclass=sa.NullPool)
    every_table().create_all(declared)
    assert schema_of(engine) == schema_of(declared)
    assert len(schema_of(engine)) > 100


def test_the_declared_routes_are_those_of_the_chart(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM route ORDER BY code")).all()
    chart = sorted((r.code, r.name, r.asset_class, r.debit, r.credit, r.reverses) for r in ROUTES)
    assert [tuple(row) for row in rows] == chart


def test_every_table_is_under_a_law_or_known_to_change(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        laws = SQLITE_LAWS if engine.dialect.name == "sqlite" else POSTGRES_LAWS
        under_law = set(connection.execute(sa.text(laws)).scalars())
    assert under_law | MAY_CHANGE == set(every_table().tables)
    assert not under_law & MAY_CHANGE


def test_rows_that_change_at_every_play_have_room(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    migrate.upgrade(url)
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        counters = connection.execute(sa.text(FILL)).scalars().all()
    assert counters == ["account", "book", "game", "log_head", "lot", "member_game", "pool"]


def test_up_and_down_and_up_again(database_url: str) -> None:
    assert migrate.current(database_url) is None
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()
    migrate.downgrade(database_url)
    assert migrate.current(database_url) is None
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    migrate.upgrade(database_url)
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()


def test_what_has_happened_is_not_taken_back(engine: sa.Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE log_head SET n = 1"))
    with pytest.raises(RuntimeError, match="log is not empty"):
        migrate.downgrade(database_url)
    assert migrate.current(database_url) == migrate.head()


def test_a_step_that_fails_leaves_nothing_behind(database_url: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE play (n BIGINT)"))
    with pytest.raises(sa.exc.DBAPIError):
        migrate.upgrade(database_url)
    assert sa.inspect(engine).get_table_names() == ["play"]


def test_nothing_runs_on_another_schema(database_url: str) -> None:
    with pytest.raises(UnsafeDatabase, match="has no tables yet"):
        migrate.require_current(database_url)
    migrate.upgrade(database_url)
    migrate.require_current(database_url)
    with sa.create_engine(database_url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnsafeDatabase, match="at step 9999, which this program does not know"):
        migrate.require_current(database_url)
