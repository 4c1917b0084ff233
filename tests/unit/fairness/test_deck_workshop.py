"""Decks built in a child process: the same deck, out of the way, and nothing of its secrets left behind."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from engage.fairness import deck_workshop
from engage.fairness.deck import build_deck
from engage.fairness.deck_workshop import DeckNotBuilt, build_in_child

SEED = bytes(range(64, 96))
COUNTS = [("prz_car", 1), ("prz_meal", 20), ("none", 979)]
ROOT = Path(__file__).parents[3]

BESIDE_OTHERS = """
from gevent import monkey
monkey.patch_all()
import sys
from pathlib import Path
import gevent
from engage.fairness.deck_workshop import build_in_child

def count():
    while True:
        turns.append(None)
        gevent.sleep(0)

turns = []
other = gevent.spawn(count)
built = build_in_child("dck_a", [("none", 1000)], bytes(32), Path(sys.argv[1]))
other.kill()
print(built.n, len(turns))
"""


def test_the_child_builds_the_same_deck_in_a_folder_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "decks"
    assert build_in_child("dck_转盘", COUNTS, SEED, folder) == build_deck("dck_转盘", COUNTS, SEED)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_deck_is_built_at_low_priority_and_its_secrets_show_nowhere(tmp_path: Path) -> None:
    counts = [("prz_car", 1), ("none", 199_999)]
    with ThreadPoolExecutor(1) as threads:
        building = threads.submit(build_in_child, "dck_a", counts, SEED, tmp_path)
        child = _wait_for_low_priority(building.done)
        child.suspend()
        try:
            command, names = child.cmdline(), list(tmp_path.iterdir())
        finally:
            child.resume()
        built = building.result()
    assert command[1:] == ["-m", "engage.fairness.deck_builder"]
    assert names == list(tmp_path.iterdir()) == []
    assert (built.n, built.cards.count(0)) == (200_000, 1)


def _wait_for_low_priority(is_over: Callable[[], bool]) -> psutil.Process:
    """The child that builds, once it has given way to others."""
    while not is_over():
        for child in psutil.Process().children():
            try:
                if "engage.fairness.deck_builder" in child.cmdline() and child.nice() >= 10:
                    return child
            except psutil.NoSuchProcess:
                continue
    pytest.fail("no child was seen at low priority")


def test_others_go_on_while_a_greenlet_waits_for_its_deck(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BESIDE_OTHERS, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    n, turns = map(int, ran.stdout.split())
    assert n == 1000
    assert turns > 100


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("import os; os.kill(os.getpid(), 9)", "ended with -9: it said nothing"),
        ("raise MemoryError('no room')", "ended with 1: MemoryError: no room"),
        ("print(end='short')", "wrote 5 bytes instead of 65032"),
        ("print(end='x' * 65033)", "instead of 65032"),
    ],
    ids=["killed", "failed", "stopped short", "went too far"],
)
def test_the_death_of_the_child_is_a_fault_that_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, fault: str
) -> None:
    monkeypatch.setattr(deck_workshop, "COMMAND", (sys.executable, "-c", program))
    with pytest.raises(DeckNotBuilt, match=fault):
        build_in_child("dck_a", COUNTS, SEED, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_can_t_be_a_deck_starts_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck_workshop, "COMMAND", ("there-is-no-such-program",))
    with pytest.raises(ValueError, match="32 bytes"):
        build_in_child("dck_a", COUNTS, b"", tmp_path)
