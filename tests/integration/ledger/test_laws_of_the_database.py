"""Hostile statements against a migrated database: each is refused by the database itself, whoever sends it."""

from collections.abc import Iterator, Mapping
from typing import Any

# ruff: noqa: S608  statements are made of names that are written here
import pytest
import sqlalchemy as sa

from engage.storage import migrate
from engage.storage.database import find_violation, open_write_engine
from tests.support.postgres import PostgresServer
from tests.support.sample_facts import (
    BACK,
    CHANGE,
    CODE,
    EPOCH,
    FACTS,
    GRANT,
    ORDER,
    PLAY,
    TURNS,
    UNDONE,
    USE,
    WON,
    Row,
)

REMOVABLE = {"campaign"}
CHANGEABLE = {"campaign", "claim", "lot", "quarantine"}
LAWFUL = sorted({"route", *FACTS} - CHANGEABLE)
KEPT = sorted({"route", *FACTS} - REMOVABLE)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A migrated database, as the application opens it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('laws') / 'engage.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database()
    migrate.upgrade(url)
    engine = open_write_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def books(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One row of each fact, in a transaction that comes to nothing."""
    with engine.connect() as connection, connection.begin() as transaction:
        if is_sqlite(connection):
            connection.exec_driver_sql("BEGIN")
        for table, row in FACTS.items():
            connection.execute(sa.text(insert(table, row)), row)
        yield connection
        transaction.rollback()


def is_sqlite(books: sa.Connection) -> bool:
    return books.dialect.name == "sqlite"


def insert(table: str, row: Mapping[str, Any], verb: str = "INSERT") -> str:
    """The statement that inserts a row."""
    names = ", ".join(f'"{name}"' for name in row)
    return f"{verb} INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"


def send(books: sa.Connection, statement: str, **values: Any) -> int:
    """Run a statement; how many rows it touched."""
    with books.begin_nested():
        return books.execute(sa.text(statement), values).rowcount


def refusal_of(books: sa.Connection, statement: str, **values: Any) -> Exception:
    """The error with which the database refuses a statement that must not pass."""
    with pytest.raises(sa.exc.DBAPIError) as refusal:
        send(books, statement, **values)
    assert isinstance(refusal.value.orig, Exception)
    return refusal.value.orig


def refused(books: sa.Connection, statement: str, **values: Any) -> str:
    """What the database says to a statement that must not pass."""
    return str(refusal_of(books, statement, **values))


@pytest.mark.parametrize("table", LAWFUL)
def test_no_column_of_a_fact_is_ever_changed(books: sa.Connection, table: str) -> None:
    for column in sa.inspect(books).get_columns(table):
        name = f'"{column["name"]}"'
        why = refused(books, f"UPDATE {table} SET {name} = {name}")
        assert why.startswith(f"{table}: facts are never changed")


@pytest.mark.parametrize("table", KEPT)
def test_no_fact_is_ever_removed(books: sa.Connection, table: str) -> None:
    why = refused(books, f"DELETE FROM {table}")
    assert why.startswith((f"{table}: facts are never changed", f"{table}: rows are never removed"))
    assert books.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize("table", sorted(set(FACTS) - CHANGEABLE))
def test_no_fact_is_replaced_by_another(books: sa.Connection, table: str) -> None:
    row = FACTS[table]
    if is_sqlite(books):
        why = refused(books, insert(table, row, "INSERT OR REPLACE"), **row)
        assert why.startswith((f"{table}: facts are never changed", f"{table}: rows are never removed"))
        return
    keys = ", ".join(f'"{name}"' for name in sa.inspect(books).get_pk_constraint(table)["constrained_columns"])
    some = f'"{next(iter(row))}"'
    upsert = f"{insert(table, row)} ON CONFLICT ({keys}) DO UPDATE SET {some} = EXCLUDED.{some}"
    assert refused(books, upsert, **row).startswith(f"{table}: facts are never changed")


@pytest.mark.parametrize("verb", ["UPDATE OR IGNORE", "UPDATE OR REPLACE", "UPDATE OR ROLLBACK"])
def test_no_way_of_resolving_conflicts_slips_past_a_law(books: sa.Connection, verb: str) -> None:
    why = refused(books, f"{verb} posting SET amount = 1")
    assert why.startswith("posting: facts are never changed" if is_sqlite(books) else "syntax error")


@pytest.mark.parametrize("table", KEPT)
def test_no_facts_are_truncated(books: sa.Connection, table: str) -> None:
    if is_sqlite(books):
        assert "syntax error" in refused(books, f"TRUNCATE {table}")
        return
    assert refused(books, f"TRUNCATE {table} CASCADE").startswith(f"{table}: ")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"debit_kind": "MEMBER"}, "FOREIGN KEY"),
        ({"route": 199}, "FOREIGN KEY"),
        ({"asset_class": "TURN", "asset": "TURN:gam_w"}, "FOREIGN KEY"),
        ({"asset": "TURN:gam_w"}, "ck_posting_asset"),
        ({"amount": 0}, "ck_posting_positive"),
        ({"amount": -50}, "ck_posting_positive"),
        ({"member": None}, "ck_posting_member"),
        ({"reverses_cause": "play:pla_1", "reverses_n": 1}, "ck_posting_reversal"),
    ],
)
def test_value_moves_along_declared_routes_only(books: sa.Connection, row: Row, why: str) -> None:
    posting = GRANT | {"cause": "mallory:1"} | row
    assert why.lower() in refused(books, insert("posting", posting), **posting).lower()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "route: routes are declared by migrations only"),
        ({"debit_kind": "MEMBER"}, "route: routes are declared by migrations only"),
        ({"code": 111}, "route: routes are declared by migrations only"),
    ],
)
def test_no_route_is_declared_in_passing(books: sa.Connection, row: Row, why: str) -> None:
    route = {
        "code": 199,
        "name": "gift",
        "asset_class": "PTS",
        "debit_kind": "REDEEMED",
        "credit_kind": "MEMBER",
        "reverses": None,
    } | row
    assert refused(books, insert("route", route), **route).startswith(why)


def test_not_even_a_migration_can_declare_a_route_between_members_or_back_into_a_pool(books: sa.Connection) -> None:
    on = "" if is_sqlite(books) else " ON route"
    send(books, f"DROP TRIGGER route_insert{on}")
    route: Row = {"code": 199, "name": "gift", "asset_class": "PTS", "reverses": None}
    gift = route | {"debit_kind": "MEMBER", "credit_kind": "MEMBER"}
    assert "ck_route_no_transfer" in refused(books, insert("route", gift), **gift)
    revival = route | {"debit_kind": "MEMBER", "credit_kind": "POOL"}
    assert "ck_route_no_revived_pool" in refused(books, insert("route", revival), **revival)
    cash = route | {"asset_class": "CASH", "debit_kind": "MEMBER", "credit_kind": "REDEEMED"}
    assert "ck_route_asset_class" in refused(books, insert("route", cash), **cash)


NOT_MIRRORED = "posting: a reversal must mirror"


def test_a_grant_is_reversed_in_parts_but_never_beyond_itself(books: sa.Connection) -> None:
    for n, amount in enumerate((20, 29)):
        part = BACK | {"n": n, "amount": amount}
        assert send(books, insert("posting", part), **part) == 1
    beyond = BACK | {"n": 2, "amount": 2}
    assert refused(books, insert("posting", beyond), **beyond).startswith(NOT_MIRRORED)
    rest = BACK | {"n": 2, "amount": 1}
    assert send(books, insert("posting", rest), **rest) == 1
    more = BACK | {"n": 3, "amount": 1}
    assert refused(books, insert("posting", more), **more).startswith(NOT_MIRRORED)


def test_two_halves_in_one_statement_are_one_reversal(books: sa.Connection) -> None:
    halves = insert("posting", BACK) + ", (" + ", ".join("1" if name == "n" else f":{name}" for name in BACK) + ")"
    assert refused(books, halves, **(BACK | {"amount": 26})).startswith(NOT_MIRRORED)
    assert send(books, halves, **(BACK | {"amount": 25})) == 2


@pytest.mark.parametrize(
    "row",
    [
        {"amount": 51},
        {"member": "mem_bob"},
        {"owner": "cmp_2"},
        {"reverses_n": None},
        {"route": 212, "credit_kind": "EARN_POOL"},
        {"route": 224, "credit_kind": "COMPENSATION"},
        {
            "route": 231,
            "asset_class": "TURN",
            "asset": "TURN:gam_w",
            "credit_kind": "TURN_SOURCE",
        },
    ],
)
def test_a_reversal_mirrors_what_it_reverses(books: sa.Connection, row: Row) -> None:
    posting = BACK | row
    assert refused(books, insert("posting", posting), **posting).startswith(NOT_MIRRORED)


def test_turns_are_reversed_within_their_game_only(books: sa.Connection) -> None:
    given = GRANT | TURNS | {"cause": "turns:1", "owner": "gam_w", "amount": 3}
    send(books, insert("posting", given), **given)
    back = BACK | {
        "route": 231,
        "asset_class": "TURN",
        "asset": "TURN:gam_x",
        "credit_kind": "TURN_SOURCE",
        "owner": "gam_w",
        "reverses_cause": "turns:1",
        "amount": 3,
    }
    assert refused(books, insert("posting", back), **back).startswith(NOT_MIRRORED)
    back |= {"asset": "TURN:gam_w"}
    assert send(books, insert("posting", back), **back) == 1


def test_a_reversal_of_nothing_is_refused(books: sa.Connection) -> None:
    posting = BACK | {"reverses_cause": "play:pla_2"}
    refused(books, insert("posting", posting), **posting)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("expires_at = 999", "lot: it never expires earlier"),
        ("expires_at = NULL, amount = 51", "lot: what was received"),
        ("amount = 51", "lot: what was received"),
        ("member = 'mem_bob'", "lot: what was received"),
        ("asset = 'TURN:gam_w'", "lot: what was received"),
        ("earned_at = 0", "lot: what was received"),
        ("id = 'another'", "lot: what was received"),
        ("remaining = 51", "ck_lot_remaining"),
        ("remaining = -1", "ck_lot_"),
        ("held = 51", "ck_lot_held"),
    ],
)
def test_a_lot_keeps_its_terms(books: sa.Connection, change: str, why: str) -> None:
    assert why in refused(books, f"UPDATE lot SET {change}")


def test_a_lot_expires_later_or_never_and_stays_so(books: sa.Connection) -> None:
    for expiry in ("1000", "1001", "NULL", "NULL"):
        assert send(books, f"UPDATE lot SET expires_at = {expiry}, remaining = 49") == 1
    assert "lot: it never expires earlier" in refused(books, "UPDATE lot SET expires_at = 9223372036854775807")


def test_an_address_may_be_erased_and_nothing_else_of_a_claim(books: sa.Connection) -> None:
    why = "claim: its address may be erased and nothing else"
    assert why in refused(books, "UPDATE claim SET sealed_address = :other", other=b"elsewhere")
    assert why in refused(books, "UPDATE claim SET sealed_address = NULL, recorded_at = 2")
    assert why in refused(books, "UPDATE claim SET sealed_address = NULL, n = 1")
    assert send(books, "UPDATE claim SET sealed_address = NULL") == 1
    assert why in refused(books, "UPDATE claim SET sealed_address = :home", home=b"home")


BOOK: Row = {"member": "mem_alice", "position": 0, "credits": 50, "debits": 50, "held": 0, "under_review": 0}
ACCOUNT: Row = {"kind": "BUDGET", "owner": "cmp_1", "overdraft": 0, "credits": 50, "debits": 50, "held": 0}
POOL: Row = {"game": "gam_w", "prize": "prz_p50", "kind": "points", "points": 50, "units": 1, "units_left": 0}


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("book", BOOK | {"debits": 51}, "ck_book_covered"),
        ("book", BOOK | {"held": 1}, "ck_book_covered"),
        ("book", BOOK | {"held": -1}, "ck_book_covered"),
        ("account", ACCOUNT | {"debits": 51}, "ck_account_covered"),
        ("account", ACCOUNT | {"overdraft": 1, "debits": 51}, "ck_account_overdraft"),
        ("account", ACCOUNT | {"kind": "POOL"}, "ck_account_gated"),
        ("pool", POOL | {"units_left": -1}, "ck_pool_units_left"),
        ("pool", POOL | {"units_left": 2}, "ck_pool_units_left"),
        ("pool", POOL | {"units": None, "units_left": None}, "ck_pool_covered"),
        ("pool", POOL | {"kind": "turns", "units": None}, "ck_pool_endless"),
        ("log_head", {"id": 2, "n": 0, "recorded_at": 0}, "ck_log_head_single"),
        ("funding_order", ORDER | {"cause": "x", "approved_by": "Carol"}, "ck_funding_order_two_people"),
        ("campaign_change", CHANGE | {"n": 2, "approved_by": "Carol"}, "ck_campaign_change_two_people"),
        (
            "quarantine",
            FACTS["quarantine"] | {"recorded_at": 2, "lifted_by": "Carol", "approved_by": "Carol"},
            "ck_quarantine_two_people",
        ),
        ("prize_grant", WON | {"id": "grt_2", "ordinal": 1}, "prize_grant_cause|prize_grant.cause"),
        ("prize_grant", WON | {"id": "grt_2", "cause": "play:pla_2"}, "prize_grant_game_prize|prize_grant.game"),
        ("play", PLAY | {"id": "pla_2", "game_seq": 2, "nonce": 1}, "play_member_key|play.member"),
        ("play", PLAY | {"id": "pla_2", "key": "k2", "nonce": 1}, "play_game_game_seq|play.game"),
        ("play", PLAY | {"id": "pla_2", "key": "k2", "game_seq": 2}, "play_epoch_nonce|play.epoch"),
        ("voucher_code", CODE | {"ordinal": 1}, "voucher_code_code_hash|voucher_code.code_hash"),
        ("epoch", EPOCH | {"id": "epo_2"}, "epoch_client_commitment|epoch.client_commitment"),
    ],
)
def test_what_would_bend_the_books_is_refused(books: sa.Connection, table: str, row: Row, why: str) -> None:
    said = refused(books, insert(table, row), **row)
    assert any(each in said for each in why.split("|"))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "use_2"}, "pk_voucher_use|voucher_use.grant"),
        ({"n": 1, "previous": 0, "id": "use_2"}, "ck_voucher_use_alternating"),
        ({"n": 2, "previous": 0, "id": "use_2"}, "ck_voucher_use_gapless"),
        ({"n": 2, "previous": None, "id": "use_2"}, "ck_voucher_use_gapless"),
        ({"n": 2, "previous": 1, "id": "use_2"}, "fk_voucher_use_grant_previous|FOREIGN KEY"),
        ({"n": -2, "previous": -3, "id": "use_2"}, "ck_voucher_use_gapless"),
        ({"grant": "grt_2", "id": "use_2"}, "fk_voucher_use_grant|FOREIGN KEY"),
        ({"grant": "grt_2"}, "uq_voucher_use_id|voucher_use.id"),
    ],
)
def test_there_is_no_room_for_a_second_use_of_a_voucher(books: sa.Connection, row: Row, why: str) -> None:
    use = USE | row
    said = refused(books, insert("voucher_use", use), **use)
    assert any(each in said for each in why.split("|"))


def test_a_use_that_was_undone_makes_room_for_another(books: sa.Connection) -> None:
    again = USE | {"n": 2, "previous": 1, "id": "use_2"}
    for row in (UNDONE, again, again | {"n": 3, "previous": 2, "id": None}):
        assert send(books, insert("voucher_use", row), **row) == 1
    refused(books, insert("voucher_use", UNDONE), **UNDONE)


def test_a_card_of_a_deck_is_sold_once(books: sa.Connection) -> None:
    for n in (2, 3):
        sale = PLAY | {"id": f"pla_{n}", "key": f"k{n}", "game_seq": n, "nonce": n, "serial": 7}
        if n == 2:
            send(books, insert("play", sale), **sale)
        else:
            refused(books, insert("play", sale), **sale)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE posting SET amount = 1", "posting"),
        ("UPDATE lot SET expires_at = 1", "lot"),
        (insert("book", BOOK | {"debits": 51}), "book"),
    ],
)
def test_the_writer_learns_whose_rule_was_broken(books: sa.Connection, statement: str, table: str) -> None:
    violation = find_violation(refusal_of(books, statement, **(BOOK | {"debits": 51})))
    assert violation is not None
    assert violation.table.startswith(table)
