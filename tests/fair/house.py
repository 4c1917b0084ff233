"""The demo as a process of its own, and what its operator does when its campaigns are over."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engage import campaigns
from engage.app import all_invariants, close_services, open_services
from engage.builtin import all_features
from engage.campaigns import open_office
from engage.demo.house import demo_settings
from engage.ledger import format_proof, run_proof
from games.exports import bundle
from tests.support.features import FEATURES
from tests.support.servers_of_engage import ROOT, STOP_SECONDS

COMMAND = "import wsgi; wsgi.main()"


@contextmanager
def running_demo(folder: Path) -> Iterator[int]:
    """The port of a demo with its data in the folder; it is stopped at the end, and the data stays."""
    program = [sys.executable, "-c", COMMAND, "demo", "--port", "0", "--data", str(folder)]
    with (
        folder.with_name("demo.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as demo,
    ):
        assert demo.stdout
        try:
            told = (re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in demo.stdout)
            found = next(filter(None, told), None)
            assert found, "the demo did not say where it serves"
            yield int(found[1])
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.stdout.read()
            demo.wait(timeout=STOP_SECONDS)


def close_campaigns(data: Path, folder: Path) -> list[Path]:
    """End every campaign, prove the books, and write each campaign's bundle into the folder."""
    services = open_services(demo_settings(data), FEATURES)
    try:
        office = open_office(services, all_features(FEATURES))
        with services.reader.connect() as connection:
            ids = [row.id for row in campaigns.list_campaigns(connection)]
        for campaign in ids:
            campaigns.end(office, campaign, "Carol", "Dan")
        with services.reader.connect() as connection:
            results = run_proof(connection, all_invariants(services, FEATURES))
            assert not [violation for _, proof in results for violation in proof.violations], format_proof(results)
            return [_write(folder / f"{campaign}.json", bundle(connection, services, campaign)) for campaign in ids]
    finally:
        close_services(services)


def _write(path: Path, pieces: Iterator[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(pieces)
    return path
