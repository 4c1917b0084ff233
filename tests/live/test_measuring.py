"""`make live` in short: it measures what it says it does. How quick this machine is, a test can't say."""

from __future__ import annotations

import math
import resource
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bench.live import LEGS, measure_idle, measure_pushes
from bench.served import serving
from bench.sockets import TooFewFiles, require_files
from engage.storage import migrate

FEW, SCREENS, RATE, SECONDS = 64, 20, 40.0, 1.5
MOST_KB = 500


@pytest.fixture
def few_files() -> Iterator[int]:
    """The hard limit of open files, while this process may open only a few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_each_play_is_followed_from_its_request_to_another_screen(tmp_path: Path) -> None:
    found = measure_pushes(tmp_path, SCREENS, RATE, SECONDS)
    assert (found["plays"], found["never told"], found["refused"]) == (SECONDS * RATE, 0, {})
    assert list(found["legs"]) == list(LEGS)
    for spread in (found["commit to screen"], *found["legs"].values()):
        assert all(math.isfinite(value) for value in spread.values())
        assert 0 <= spread["p50_ms"] <= spread["p99_ms"] <= spread["longest_ms"]
    longest = sum(leg["longest_ms"] for name, leg in found["legs"].items() if name != "request to commit")
    assert 0 < found["commit to screen"]["longest_ms"] <= longest + 1
    assert found["share of a core"] > 0


def test_an_idle_screen_takes_some_memory(tmp_path: Path) -> None:
    found = measure_idle(tmp_path, 100, seconds=0.5)
    assert 0 < found["kB of a screen"] < MOST_KB


def test_a_server_may_open_as_many_files_as_the_machine_allows(few_files: int, tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'engage.db'}")
    with serving(tmp_path) as served:
        assert httpx.get(f"http://127.0.0.1:{served.port}/readyz").is_success
        limits = Path(f"/proc/{served.process.pid}/limits").read_text(encoding="ascii")
    assert f"Max open files {few_files} {few_files} files" in " ".join(limits.split())


def test_sockets_that_the_machine_does_not_allow_are_refused_beforehand(few_files: int) -> None:
    with pytest.raises(TooFewFiles, match=f"this machine allows {few_files}"):
        require_files(few_files)
    require_files(FEW)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > FEW
