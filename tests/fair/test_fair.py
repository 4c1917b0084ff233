"""A short form of `make fair`; and that it does see a receipt that was tampered with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fair.__main__ import play_all, verify_all
from tests.fair.verifying import verify

PLAYS = 400


@pytest.mark.timeout(300)
def test_every_receipt_of_many_members_is_proven_by_the_standalone_verifier(tmp_path: Path) -> None:
    for part in ("exports", "bundles", "empty"):
        (tmp_path / part).mkdir()
    files = [home.file for home in play_all(tmp_path, PLAYS)]
    found = verify_all(tmp_path, files)
    assert found.complaints == []
    assert found.counts["FAILED"] == 0
    assert found.counts["proven"] > PLAYS
    export = json.loads(files[0].read_bytes())
    export["receipts"][3]["ticket"] ^= 1
    (tmp_path / "tampered.json").write_text(json.dumps(export), encoding="utf-8")
    tampered = verify(tmp_path / "tampered.json", tmp_path / "empty")
    assert tampered.counts["FAILED"] >= 1, "the receipt itself, and the next of its game if that is this member's too"
    assert any("step signature" in complaint for complaint in tampered.complaints)
