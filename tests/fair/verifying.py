"""The standalone verifier as a program: run in an empty folder, with nothing of Engage to import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.servers_of_engage import ROOT

VERIFIER = ROOT / "engage" / "fairness" / "verifier.py"
COUNT = re.compile(r"(\d+) (FAILED|proven|card proven|not yet revealed)")


@dataclass
class Found:
    """What the verifier said of files: how many results have which verdict, and the lines of whatever failed."""

    counts: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Count another's results as well."""
        self.counts += other.counts
        self.complaints += other.complaints

    def __str__(self) -> str:
        """The counts in one line; FAILED is always said."""
        return ", ".join(f"{n} {verdict}" for verdict, n in sorted(self.counts.items())) + (
            "" if self.counts["FAILED"] else ", 0 FAILED"
        )


def verify(file: Path, empty: Path, bundle: Path | None = None) -> Found:
    """What the verifier says of a file."""
    command = [sys.executable, "-I", str(VERIFIER), str(file)]
    if bundle is not None:
        command += ["--bundle", str(bundle)]
    ended = subprocess.run(command, cwd=empty, capture_output=True, text=True, check=False)
    lines = ended.stdout.splitlines()
    counts = Counter({verdict: int(n) for n, verdict in COUNT.findall(lines[0] if lines else "")})
    if ended.returncode == 0:
        assert "FAILED" not in counts
        return Found(counts)
    counts["FAILED"] = max(counts["FAILED"], 1)
    return Found(counts, [f"{file.name}: {line}" for line in (*lines, *ended.stderr.splitlines())])


def write_together(files: Sequence[Path], path: Path) -> Path:
    """All members' exports as one, so that every receipt is compared with a bundle that is verified only once."""
    exports: list[Any] = [json.loads(file.read_bytes()) for file in files]
    rules = {json.dumps(one, sort_keys=True): one for export in exports for one in export["rules"]}
    receipts = [one for export in exports for one in export["receipts"]]
    document = {
        "format": exports[0]["format"],
        "exported_at": max(export["exported_at"] for export in exports),
        "keys": exports[0]["keys"],
        "rules": list(rules.values()),
        "epochs": [one for export in exports for one in export["epochs"]],
        "receipts": sorted(receipts, key=lambda one: (one["game"], one["game_seq"])),
        "decks": [],
        "closes": [],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
