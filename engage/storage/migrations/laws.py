"""The laws that the database itself keeps, on both engines, against whoever writes to it: as triggers.

Each message begins with the name of the table and a colon, by which the Writer knows whose rule was broken. A released
migration relies on what it calls here, so nothing here changes: another law is another function.
"""

from collections.abc import Sequence

from alembic import op

NEVER_CHANGED = "facts are never changed"
REVERSIBLE = """
    SELECT 1 FROM posting AS given JOIN route AS way ON way.code = NEW.route
    WHERE given.cause = NEW.reverses_cause AND given.n = NEW.reverses_n AND given.route = way.reverses
    AND given.member = NEW.member AND given.asset = NEW.asset AND given.owner = NEW.owner
    AND given.amount >= (
        SELECT sum(back.amount) FROM posting AS back WHERE back.member = NEW.member
        AND back.reverses_cause = NEW.reverses_cause AND back.reverses_n = NEW.reverses_n
    )
"""
"""The posting that the new one reverses: of the route that its own reverses, of the same member, and not exceeded.

Reversals of one posting are all of its member, so the index over members finds them.
"""


def create_functions() -> None:
    """Make what the triggers of PostgreSQL call. SQLite's say it all themselves."""
    if _is_sqlite():
        return
    op.execute(
        "CREATE FUNCTION engage_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': ' || TG_ARGV[0], TABLE = TG_TABLE_NAME; "
        "END $$"
    )
    # Whoever reverses the same posting at the same time waits here, and then sees what this one took back.
    op.execute(
        "CREATE FUNCTION engage_require_reversible() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_advisory_xact_lock(hashtextextended(NEW.reverses_cause, NEW.reverses_n)); "
        f"IF NOT EXISTS ({REVERSIBLE}) THEN "
        "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': ' || TG_ARGV[0], TABLE = TG_TABLE_NAME; "
        "END IF; RETURN NULL; END $$"
    )


def drop_functions() -> None:
    """Take back what `create_functions` made; the triggers are gone with their tables."""
    if not _is_sqlite():
        op.execute("DROP FUNCTION engage_require_reversible()")
        op.execute("DROP FUNCTION engage_refuse()")


def refuse_changes(tables: Sequence[str]) -> None:
    """Rows of these tables are facts: inserted, and never updated, deleted, replaced or truncated."""
    for table in tables:
        _refuse(f"{table}_update", "UPDATE", table, NEVER_CHANGED)
        refuse_removal([table], NEVER_CHANGED)


def refuse_removal(tables: Sequence[str], why: str = "rows are never removed") -> None:
    """Rows of these tables may change, but are never deleted, replaced or truncated."""
    for table in tables:
        _refuse(f"{table}_delete", "DELETE", table, why)
        if not _is_sqlite():
            op.execute(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION engage_refuse('{why}')"
            )


def refuse_other_updates(table: str, allowed: str, why: str) -> None:
    """Rows of this table are never updated but as `allowed` says in terms of OLD and NEW."""
    _refuse(f"{table}_update", "UPDATE", table, why, when=f"NOT ({allowed})")


def close_routes() -> None:
    """Routes are declared by migrations and by nothing else."""
    _refuse("route_insert", "INSERT", "route", "routes are declared by migrations only")


def guard_lots() -> None:
    """What was received stays as it was received, and never expires earlier than was said."""
    _refuse(
        "lot_terms",
        "UPDATE OF id, member, asset, amount, earned_at",
        "lot",
        "what was received is never changed",
        when="NEW.id <> OLD.id OR NEW.member <> OLD.member OR NEW.asset <> OLD.asset OR NEW.amount <> OLD.amount "
        "OR NEW.earned_at <> OLD.earned_at",
    )
    _refuse(
        "lot_expiry",
        "UPDATE OF expires_at",
        "lot",
        "it never expires earlier",
        when="(OLD.expires_at IS NULL AND NEW.expires_at IS NOT NULL) OR NEW.expires_at < OLD.expires_at",
    )


def guard_reversals() -> None:
    """A reversal names what it reverses, goes the mirrored way, to the same member, never above what was moved."""
    why = "a reversal must mirror what it reverses, for the same member, and never exceed it"
    if _is_sqlite():
        op.execute(
            "CREATE TRIGGER posting_reversal AFTER INSERT ON posting "
            f"WHEN NEW.reverses_cause IS NOT NULL AND NOT EXISTS ({REVERSIBLE}) "
            f"BEGIN SELECT RAISE(ABORT, 'posting: {why}'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER posting_reversal AFTER INSERT ON posting FOR EACH ROW "
            f"WHEN (NEW.reverses_cause IS NOT NULL) EXECUTE FUNCTION engage_require_reversible('{why}')"
        )


def _refuse(name: str, what: str, table: str, why: str, when: str = "") -> None:
    """Refuse a statement for each row, always or `when` this is true of it. NULL is not true."""
    if _is_sqlite():
        condition = f" WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table}{condition} BEGIN "
            f"SELECT RAISE(ABORT, '{table}: {why}'); END"
        )
    else:
        condition = f" WHEN ({when})" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW{condition} "
            f"EXECUTE FUNCTION engage_refuse('{why}')"
        )


def _is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
