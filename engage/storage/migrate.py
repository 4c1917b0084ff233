"""Brings a database's schema up to date by the steps in `migrations`. Nothing runs on another schema than its own."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engage.storage.database import UnsafeDatabase, open_read_engine, open_write_engine

FOLDER = Path(__file__).with_name("migrations")


def head() -> str:
    """The last step there is: the schema that this program is made for."""
    step = ScriptDirectory.from_config(_config()).get_current_head()
    assert step is not None, "the first step is there, and the steps are one line"
    return step


def current(url: str) -> str | None:
    """The step that a database is at; None if it is empty."""
    engine = open_read_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def require_current(url: str) -> None:
    """UnsafeDatabase, with the way out, unless the database's schema is the one that this program is made for."""
    step = current(url)
    if step == head():
        return
    if step in {known.revision for known in ScriptDirectory.from_config(_config()).walk_revisions()} | {None}:
        found = "has no tables yet" if step is None else f"is at step {step}, not {head()}"
        message = f"The database {found}. Run: engage migrate"
    else:
        message = f"The database is at step {step}, which this program does not know. Run the newer one."
    raise UnsafeDatabase(message)


def upgrade(url: str, to: str = "head") -> None:
    """Take all steps that are missing, up to `to`, in one transaction."""
    _run(url, lambda config: command.upgrade(config, to))


def downgrade(url: str, to: str = "base") -> None:
    """Take steps back, to `to`, in one transaction. The first is taken back only while the log is empty."""
    _run(url, lambda config: command.downgrade(config, to))


def _run(url: str, steps: Callable[[Config], None]) -> None:
    engine = open_write_engine(url)
    try:
        with engine.connect() as connection:
            steps(_config(connection))
    finally:
        engine.dispose()


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
