"""A checkout whose pages were never built: programs are served, people are told what whoever runs it has to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engage import app as root
from engage import cli
from engage.web import pages_of
from tests.support.features import FEATURES
from tests.support.server import Client, code_of, open_client
from tests.support.world import World

PAGE = {"Accept": "text/html"}
SECRET = "s" * 32
SENTENCE = "The pages are not built. Build them: make demo, or pip install -e ."


@pytest.fixture
def bare(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The application of such a checkout."""
    monkeypatch.setattr(root, "_folder", lambda name: tmp_path / name if name == "static" else Path(name).absolute())
    return open_client(world)


@pytest.mark.parametrize("path", ["/verify", "/counter", "/prizes-offline.js"])
def test_a_page_says_how_to_build_it(bare: Client, path: str) -> None:
    answer = bare.get(path, PAGE)
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert answer.get_data(as_text=True) == f"{SENTENCE}\n"


def test_a_refusal_on_the_way_to_a_page_stays_a_problem(bare: Client) -> None:
    assert code_of(bare.get("/g/gam_none/fairness", PAGE)) == (404, "not_found")


def test_programs_are_served(bare: Client) -> None:
    assert bare.get("/readyz").status_code == 200
    assert bare.get("/openapi.json").status_code == 200


def test_the_command_that_serves_says_so(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(cli, "serve_alone", lambda _app, _listener: None)
    shutil.copy(migrated_file, tmp_path / "engage.db")
    environ = {"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_DATA_DIR": str(tmp_path)}
    monkeypatch.setattr("sys.argv", ["engage", "serve", "--port", "0"])
    assert root.run_command(environ, FEATURES) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [SENTENCE]


def test_the_pages_are_there_once_they_were_built(bare: Client, tmp_path: Path) -> None:
    assert pages_of(bare.app).find_fault() == SENTENCE
    built = tmp_path / "static" / "dist"
    built.mkdir(parents=True)
    (built / "manifest.json").write_text("{}")
    assert pages_of(bare.app).find_fault() == SENTENCE
    (built / "manifest.zh-CN.json").write_text("{}")
    assert pages_of(bare.app).find_fault() is None
    answer = bare.get("/counter", PAGE)
    assert answer.status_code == 503
    assert "counter/main.ts" in answer.get_data(as_text=True)
