"""A fresh database on each engine, on a real disk: whatever claims something about a crash must not run in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engage.storage import migrate
from tests.support.postgres import running_postgres

ENGINES = ("sqlite", "postgres")


@contextmanager
def fresh_database(engine: str) -> Iterator[str]:
    """The address of a database with its tables and nothing in them."""
    if engine == "sqlite":
        with TemporaryDirectory(prefix="engage-crash-") as folder:
            url = f"sqlite:///{Path(folder) / 'engage.db'}"
            migrate.upgrade(url)
            yield url
        return
    with running_postgres(durable=True) as server:
        url = server.create_database()
        migrate.upgrade(url)
        yield url
