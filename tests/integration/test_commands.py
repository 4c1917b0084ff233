"""The command line tells its refusals in a sentence and leaves with 1; it shows nobody a traceback."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engage.cli import run
from engage.demo.house import open_house
from engage.storage import migrate
from tests.support.platform import platform_of

ROOT = Path(__file__).parents[2]
SECRET = "s" * 32


def engage(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")} | settings
    command = [sys.executable, "-c", "from wsgi import main; main()", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def assert_told(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert done.returncode == 1, done
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_a_port_that_is_taken_is_named(taken_port: int, tmp_path: Path) -> None:
    told = f"Can't listen on 127.0.0.1, port {taken_port}: Address already in use."
    assert_told(engage("demo", "--port", str(taken_port), "--data", str(tmp_path)), told)
    data = {"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_DATA_DIR": str(tmp_path)}
    assert engage("migrate", **data).returncode == 0
    assert_told(engage("serve", "--port", str(taken_port), **data), told)


def assert_said(capsys: pytest.CaptureFixture[str], environ: dict[str, str], *words: str, says: str) -> None:
    """The same of a command in this process."""
    assert run(platform_of(environ), words) == 1
    told = capsys.readouterr().err
    assert says in told
    assert len(told.splitlines()) <= 3


def test_what_is_missing_or_wrong_outside_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_DATA_DIR": str(tmp_path)}
    nobody = data | {"ENGAGE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/x"}
    mysql = data | {"ENGAGE_DATABASE_URL": "mysql://x"}
    nowhere, no_address = ("demo", "play", "--url", "http://127.0.0.1:1"), ("demo", "play", "--url", "127.0.0.1:1")
    assert_said(capsys, {}, "keys", "list", says="ENGAGE_SECRET_KEY: one or more secrets of at least 32 characters")
    assert_said(capsys, data, "keys", "list", says="engage migrate")
    assert_said(capsys, nobody, "migrate", says="The database does not answer: ")
    assert_said(capsys, mysql, "migrate", says="ENGAGE_DATABASE_URL: sqlite:///FILE")
    assert_said(capsys, {}, "prove", "--data", str(tmp_path), says="holds no demo. Start one: engage demo --data")
    assert_said(capsys, {}, *nowhere, says="No demo answers on http://127.0.0.1:1.")
    assert_said(capsys, {}, *no_address, says="No demo answers on 127.0.0.1:1")


def test_the_data_of_a_demo_is_there_for_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = open_house(tmp_path, "http://127.0.0.1")
    migrate.upgrade(house.settings.database_url)
    with platform_of({}).services(house.settings) as services:
        first, again = house.till_key(services), house.till_key(services)
    assert first == again
    assert run(platform_of({}), ["--data", str(tmp_path), "keys", "list"]) == 0
    assert re.search(r"demo counter.*vouchers", capsys.readouterr().out)
    with pytest.raises(SystemExit, match="0"):
        run(platform_of({}), ["verify", "--help"])
    assert capsys.readouterr().out.startswith("usage: engage verify [-h]")
    assert_said(capsys, {}, "--data", str(tmp_path / "other"), "keys", "list", says="other holds no demo.")


def test_a_key_needs_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = {"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_DATA_DIR": str(tmp_path)}
    assert run(platform_of(data), ["migrate"]) == 0
    assert run(platform_of(data), ["keys", "create", "shop"]) == 0
    assert_said(capsys, data, "keys", "create", " ", says="Name the server that will use the key")
