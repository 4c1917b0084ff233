"""`python -m bench.growth`: how the rate holds while a database grows from empty to a million plays.

Plays in batches of 64 through the Writer, without HTTP, on SQLite with synchronous=FULL; the rate of each tenth.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.seed import GAME, BenchWorld, Phone, make_phones, publish_game
from engage.app import close_services
from engage.fairness.verifier import client_commitment
from engage.kernel.entropy import random_bytes
from engage.storage import migrate
from games.epochs import OpenEpoch
from games.play import EPOCH_PLAYS, Play

RESULTS = Path(__file__).parent / "results" / "growth.json"
MEMBERS, BATCH, TENTHS = 5000, 64, 10


class Crowd:
    """Members who play in turn, each in epochs of a thousand plays."""

    def __init__(self, world: BenchWorld, phones: list[Phone]) -> None:
        self._world, self._phones, self._played = world, phones, 0

    def play(self, count: int) -> float:
        """So many plays; the seconds they took, opening epochs not counted."""
        seconds = 0.0
        for start in range(self._played, self._played + count, BATCH):
            commands = [self._command(number) for number in range(start, min(start + BATCH, self._played + count))]
            begin = time.perf_counter()
            outcomes = self._world.services.writer.decide_all(commands)
            seconds += time.perf_counter() - begin
            assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes[0]
        self._played += count
        return seconds

    def _command(self, number: int) -> Play:
        turn, index = divmod(number, len(self._phones))
        if turn and turn % EPOCH_PLAYS == 0:
            self._phones[index] = self._next_epoch(self._phones[index])
        phone = self._phones[index]
        return Play(self._world.desk, phone.member, GAME, phone.epoch, phone.seed, f"growth-{number}", "f" * 32)

    def _next_epoch(self, phone: Phone) -> Phone:
        seed = random_bytes(32)
        command = OpenEpoch(self._world.desk, phone.member, GAME, client_commitment(seed).hex())
        epoch = self._world.services.writer.submit(command)
        return Phone(phone.member, phone.token, epoch.id, seed.hex())


def main() -> None:
    """Grow, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--plays", type=int, default=1_000_000)
    plays = parser.parse_args().plays
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        path = Path(folder).absolute() / "engage.db"
        url = f"sqlite:///{path}"
        migrate.upgrade(url)
        world = BenchWorld(url)
        publish_game(world)
        crowd = Crowd(world, make_phones(world.services, MEMBERS))
        rates = [round(plays / TENTHS / crowd.play(plays // TENTHS)) for _ in range(TENTHS)]
        close_services(world.services)
        size = path.stat().st_size
    report = {
        "plays": plays,
        "rate of each tenth": rates,
        "last three ÷ first three": round(median(rates[-3:]) / median(rates[:3]), 3),
        "bytes on disk per million plays": round(size / plays * 1e6),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
