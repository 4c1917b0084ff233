"""A short run of the fuzzer; `make fuzz` is the long one."""

from __future__ import annotations

import secrets

import pytest

from tests.fuzz.__main__ import build_here
from tests.fuzz.fuzzer import Fuzzer
from tests.support.bureau import Bureau


def test_made_up_requests_get_documented_answers(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("games.publish.build_in_child", build_here)
    bureau = Bureau(migrated_url)
    try:
        report = Fuzzer(bureau, secrets.randbits(32)).run(150)
        bureau.prove()
    finally:
        bureau.close()
    assert len(report.operations) >= 38
    assert not report.faults, report.render()
