"""The engines that the other tests stand on: fresh for each test, and as safe as a server in service must be."""

import redis
import sqlalchemy as sa

from engage.storage.database import open_write_engine
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.valkey import ValkeyServer


def tables_at(url: str) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return sa.inspect(engine).get_table_names()


def make_table(url: str, name: str) -> None:
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {name} (n BIGINT)"))


def test_a_database_is_empty_and_safe_enough_to_write_to(database_url: str) -> None:
    open_write_engine(database_url).dispose()
    assert tables_at(database_url) == []


def test_databases_share_nothing(postgres: PostgresServer) -> None:
    one, other = postgres.create_database(), postgres.create_database()
    make_table(one, "seen_by_one")
    assert (tables_at(one), tables_at(other)) == (["seen_by_one"], [])
    postgres.drop_database(one)
    postgres.drop_database(other)


def test_a_database_can_be_copied(postgres: PostgresServer) -> None:
    pattern = postgres.create_database()
    make_table(pattern, "migrated")
    copy = postgres.create_database(like=pattern)
    make_table(copy, "added")
    assert (sorted(tables_at(copy)), tables_at(pattern)) == (["added", "migrated"], ["migrated"])
    postgres.drop_database(copy)
    postgres.drop_database(pattern)


def test_a_server_leaves_nothing_behind() -> None:
    with running_postgres(settings={"work_mem": "5MB"}) as server:
        with sa.create_engine(server.create_database(), poolclass=sa.NullPool).connect() as connection:
            assert connection.execute(sa.text("SHOW work_mem")).scalar_one() == "5MB"
        assert server.sockets.exists()
    assert not server.sockets.exists()


def test_valkey_answers(valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        assert client.incr("plays") == 1


def test_valkey_has_forgotten_what_another_test_said(valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        assert client.incr("plays") == 1
