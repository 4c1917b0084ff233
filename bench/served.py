"""`engage serve` as a process of its own, on the database of a folder, watched from outside."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.support.world import SECRET

STOP_SECONDS = 30.0
Instants = dict[str, float]


@dataclass(frozen=True)
class Served:
    """The server's port, its process, and the file of its notes, which is there once it has stopped."""

    port: int
    process: "subprocess.Popen[str]"
    notes: Path

    @property
    def memory_kb(self) -> int:
        """Its resident memory in kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    @property
    def busy_seconds(self) -> float:
        """The processor time that it has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> tuple[Instants, Instants, Instants]:
        """Stop it, in order; the instants of each play, as bench.probe notes them."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)
        committed, told, written = orjson.loads(self.notes.read_bytes())
        return committed, told, written


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """`engage serve` on the database of a folder, as a process of its own."""
    notes = folder / "notes.json"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    environ |= {"ENGAGE_DATA_DIR": str(folder), "ENGAGE_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "bench.probe", str(notes), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            yield Served(int(process.stdout.readline().rpartition(":")[2]), process, notes)
        finally:
            process.kill()
