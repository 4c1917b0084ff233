"""On PostgreSQL the role that serves plays and proves, and can neither change a fact nor switch the triggers off."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engage.jobs import SIGN_IN_JOB
from engage.storage import migrate, roles
from engage.storage.database import UnsafeDatabase
from tests.support.phone import Phone, open_house
from tests.support.postgres import OWNER, PostgresServer
from tests.support.world import Client, World, prize, rules, slot

ROLE = "engage_serves"


@pytest.fixture
def owners(postgres: PostgresServer) -> Iterator[str]:
    """A migrated database at its owner's address, and a role beside the owner."""
    url = postgres.create_database()
    migrate.upgrade(url)
    run(url, f"DROP ROLE IF EXISTS {ROLE}", f"CREATE ROLE {ROLE} LOGIN")
    yield url
    run(url, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")
    postgres.drop_database(url)


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def as_role(url: str) -> str:
    return url.replace(f"{OWNER}@", f"{ROLE}@")


def test_the_role_that_serves_plays_and_proves_and_can_change_no_fact(owners: str) -> None:
    roles.grant(owners, ROLE)
    world = World(as_role(owners))
    try:
        world.publish(rules("gam_a", [prize("prz_p")], [slot("s1", 1, "prz_p", "none")]))
        member = world.member("alice")
        world.turns(member, "gam_a", 3)
        client = Client(world, member, "gam_a")
        assert client.play()["prize"]["id"] == "prz_p"
        client.reveal()
        world.prove()
        assert not roles.could_change_facts(world.services.reader)
        house = open_house(world)
        phone = Phone(house.app)
        phone.sign_in(house.brand("tokens"), "alice")
        assert phone.act("POST", "/sign-out").status_code == 204
        SIGN_IN_JOB.run(world.services)
    finally:
        world.close()
    for statement in (
        "UPDATE posting SET amount = 9",
        "DELETE FROM play",
        "TRUNCATE event",
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "SET session_replication_role = 'replica'",
        "DELETE FROM member",
    ):
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
            run(as_role(owners), statement)


def test_the_owner_is_told_to_serve_as_another(owners: str) -> None:
    engine = sa.create_engine(owners, poolclass=sa.NullPool)
    assert roles.could_change_facts(engine)
    engine.dispose()
    with pytest.raises(UnsafeDatabase, match=f"{OWNER} owns the tables"):
        roles.grant(owners, OWNER)
    with pytest.raises(UnsafeDatabase, match="There is no role nobody_at_all"):
        roles.grant(owners, "nobody_at_all")
    with pytest.raises(UnsafeDatabase, match="SQLite knows no roles"):
        roles.grant("sqlite:///x.db", ROLE)
