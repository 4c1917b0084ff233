"""The yardstick: pgbench running the rows of a play, one transaction a play, at its best client count."""

import re
import subprocess
from pathlib import Path

from tests.support.postgres import OWNER, PostgresServer, name_of

CLIENTS = (8, 32, 64)
SCRIPT = Path(__file__).with_name("pgbench.sql")


def best_rate(server: PostgresServer, url: str, members: int, seconds: float) -> dict[str, float]:
    """Transactions a second for each client count."""
    return {str(clients): _rate(server, url, members, clients, seconds) for clients in CLIENTS}


def _rate(server: PostgresServer, url: str, members: int, clients: int, seconds: float) -> float:
    command: list[str | Path] = [
        server.programs / "pgbench", "--no-vacuum", "--protocol=prepared", f"--time={max(1, round(seconds))}",
        "--jobs=2", f"--client={clients}", f"--define=members={members}", f"--file={SCRIPT}",
        f"--host={server.sockets}", f"--username={OWNER}", name_of(url),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    assert failed is None or failed[1] == "0", done.stdout
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
