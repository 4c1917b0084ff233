"""Where the time of a play goes, without HTTP: the parts of the Writer's batch, in microseconds a play."""

import time
from itertools import pairwise
from typing import Any

from bench.seed import GAME, BenchWorld, make_phones
from engage.app import close_services
from engage.kernel.garbage import settle
from engage.storage.hot import Needs
from engage.storage.writer import Writer
from games.play import Play

BATCH, BATCHES = 64, 40


def time_parts(url: str) -> dict[str, float]:
    """Load, decide, seal and render, flush, commit."""
    world = BenchWorld(url)
    settle()
    phones = make_phones(world.services, BATCH, first=900_000)
    totals = dict.fromkeys(("load", "decide", "seal and render", "flush", "commit"), 0.0)
    for number in range(BATCHES):
        commands = [
            Play(world.desk, phone.member, GAME, phone.epoch, phone.seed, f"parts-{number}", "f" * 32)
            for phone in phones
        ]
        for name, seconds in _time_batch(world.services.writer, commands).items():
            totals[name] += seconds
    close_services(world.services)
    return {name: round(seconds / (BATCH * BATCHES) * 1e6, 1) for name, seconds in totals.items()}


def _time_batch(writer: Writer, commands: list[Play]) -> dict[str, float]:
    store: Any = writer._store  # noqa: SLF001  a stopwatch looks inside
    marks = [time.perf_counter()]
    needs = Needs()
    for command in commands:
        command.needs(needs)
    work, _ = store.begin(needs)
    work.now_ms = writer.clock.now_ms()
    marks.append(time.perf_counter())
    for command in commands:
        command.decide(work)
    marks.append(time.perf_counter())
    work.finish(store.hots)
    marks.append(time.perf_counter())
    store.flush(work)
    marks.append(time.perf_counter())
    store.commit()
    marks.append(time.perf_counter())
    names = ("load", "decide", "seal and render", "flush", "commit")
    return dict(zip(names, (b - a for a, b in pairwise(marks)), strict=True))
