"""The command that members run: one file, in an empty folder, with nothing but Python."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engage.fairness import verifier
from tests.support.exports import played
from tests.support.honest_house import SETS, House

WHOLE = SETS[0]["export"]
FINGERPRINT = played(House(), plays=0).key.fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the verifier and an export, and nothing else."""
    shutil.copy(verifier.__file__, tmp_path / "verifier.py")
    (tmp_path / "export.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run it as somebody who trusts nobody does: isolated, without site packages."""
    command = [sys.executable, "-I", "-S", *options, "verifier.py", *arguments]
    environment = {"LC_ALL": "C"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def verify(export: Any, tmp_path: Path, *arguments: str) -> int:
    path = tmp_path / "any.json"
    path.write_text(export if isinstance(export, str) else json.dumps(export), encoding="utf-8")
    return verifier.main([str(path), *arguments])


def test_it_runs_alone(folder: Path) -> None:
    done = run(folder, "export.json")
    assert (done.returncode, done.stderr) == (0, "")
    verdict, key, *games = done.stdout.splitlines()
    assert verdict == "All 54 results check out: 54 proven."
    assert key.endswith(": not pinned: compare it with the one published elsewhere.")
    assert all(line.endswith(": closed in this file, so nothing of it can be missing.") for line in games)
    assert games


def test_one_result_is_told_as_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    epoch = WHOLE["epochs"][0]["answer"]["epoch"]
    one = [receipt for receipt in WHOLE["receipts"] if receipt["epoch"] == epoch][:1]
    assert verify(WHOLE | {"receipts": one, "closes": []}, tmp_path) == 0
    assert capsys.readouterr().out.startswith("The one result checks out: 1 proven.")


def test_it_names_what_fails(folder: Path) -> None:
    changed = deepcopy(WHOLE)
    changed["receipts"][1]["prize"] = "prz_meal"
    (folder / "changed.json").write_text(json.dumps(changed), encoding="utf-8")
    done = run(folder, "changed.json")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("This file does NOT check out: ")
    assert (
        next(line for line in lines if line.startswith("FAILED"))
        == "FAILED pla_epo_gam_alpha_0_0_1, step signature: no listed key has signed the receipt."
    )
    assert not [line for line in lines if "can be missing" in line], "what is wrong may be that something is missing"


def test_a_terminal_that_knows_ascii_only_stops_nothing(folder: Path) -> None:
    changed = deepcopy(SETS[1]["export"])
    changed["receipts"].pop(0)
    (folder / "chinese.json").write_text(json.dumps(changed), encoding="utf-8")
    done = run(folder, "chinese.json", options=("-X", "utf8=0"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED pla_epo_gam_\\u8f6c\\u76d8_0_0_1, step sequence: " in done.stdout


def test_a_bundle_is_compared_with(folder: Path) -> None:
    member = WHOLE | {"closes": [], "receipts": [], "epochs": []}
    (folder / "mine.json").write_text(json.dumps(member), encoding="utf-8")
    done = run(folder, "mine.json", "--bundle", "export.json")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "There are no results in this file, and nothing in it is wrong.",
    )


def test_the_key_can_be_pinned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = played(House(), plays=4).export()
    assert verify(export, tmp_path, "--key", FINGERPRINT.upper()) == 0
    assert f"Key {FINGERPRINT}: pinned.\n" in capsys.readouterr().out
    assert verify(export, tmp_path, "--key", "00" * 32) == 1
    assert "The file does not list the pinned key.\n" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        verify(export, tmp_path, "--key", "abc")
    assert stopped.value.code == 2


def test_what_is_not_yet_proven_is_not_called_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = played(House()).export(closed=False, revealed=False)
    assert verify(export, tmp_path) == 0
    verdict = "All 12 results check out as far as they can be checked yet: 6 card proven, 6 not yet revealed.\n"
    assert capsys.readouterr().out.startswith(verdict)


def test_games_that_the_bundle_does_not_close_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "bundle.json"
    house = played(House())
    bundle.write_text(json.dumps(house.export(closed=False)), encoding="utf-8")
    assert verify(house.export(member="mem_bob"), tmp_path, "--bundle", str(bundle)) == 1
    out = capsys.readouterr().out
    assert out.startswith("The bundle covers NOTHING of this file: none of its results could be compared.")
    assert "Game gam_wheel: not covered by the bundle.\n" in out


def test_a_comparison_that_succeeded_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "bundle.json"
    house = played(House())
    bundle.write_text(json.dumps(house.export()), encoding="utf-8")
    mine = house.export(member="mem_bob")
    assert verify(mine, tmp_path, "--bundle", str(bundle)) == 0
    said = f"Compared with the bundle: all {len(mine['receipts'])} are in it, none of yours is missing.\n"
    assert said in capsys.readouterr().out
    bundle.write_text(json.dumps(house.export(member="mem_alice")), encoding="utf-8")
    assert verify(mine, tmp_path, "--bundle", str(bundle)) == 1
    assert said not in capsys.readouterr().out


SPELLINGS: dict[str, Callable[[str], str]] = {
    "a doubled key": lambda text: text.replace('"format"', '"format": "engage-export/1", "format"', 1),
    "a decimal point": lambda text: text.replace('"v": 1', '"v": 1.0', 1),
    "an exponent": lambda text: text.replace('"v": 1', '"v": 1e0', 1),
    "less than nothing": lambda text: text.replace('"nonce": 0', '"nonce": -0', 1),
    "no number": lambda text: text.replace('"nonce": 0', '"nonce": NaN', 1),
    "no end of numbers": lambda text: text.replace('"nonce": 0', '"nonce": Infinity', 1),
    "ten thousand digits": lambda text: text.replace('"nonce": 0', f'"nonce": {"1" * 10_000}', 1),
    "half of it": lambda text: text[: len(text) // 2],
    "nothing": lambda _: "",
    "a mark of byte order": lambda text: "\ufeff" + text,
    "no end of lists": lambda _: "[" * 100_000,
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_other_spellings_can_t_be_read(
    spell: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(WHOLE)
    assert spell(text) != text
    assert verify(spell(text), tmp_path) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert " can't be read: " in err


def test_a_file_that_is_not_there_or_no_text_can_t_be_read(tmp_path: Path) -> None:
    assert verifier.main([str(tmp_path / "nothing.json")]) == 2
    assert verifier.main([str(tmp_path)]) == 2
    (tmp_path / "bytes.json").write_bytes(b'{"format": "\xff"}')
    assert verifier.main([str(tmp_path / "bytes.json")]) == 2


def test_a_file_can_t_put_words_into_the_verifier_s_mouth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = deepcopy(WHOLE)
    export["receipts"][0]["play"] = "\nAll 54 results check out.\n\x1b[2J\u202e"
    assert verify(export, tmp_path) == 1
    out = capsys.readouterr().out
    assert not [line for line in out.splitlines() if line.startswith("All")]
    assert not set(out) & {"\x1b", "\u202e"}


@pytest.mark.parametrize("document", ["[]", "null", '"all is well"', "{}", "7"])
def test_what_is_no_export_fails(document: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(document, tmp_path) == 1
    assert "FAILED export, step format: the file " in capsys.readouterr().out


def test_a_bundle_that_was_cut_down_to_a_part_does_not_pass_for_the_whole(folder: Path) -> None:
    (folder / "cut.json").write_text(json.dumps(WHOLE | {"closes": []}), encoding="utf-8")
    done = run(folder, "cut.json")
    assert "No game is closed in this file: what was left out of it can't be seen here." in done.stdout.splitlines()
