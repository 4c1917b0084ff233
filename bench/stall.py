"""`python -m bench.stall`: how long plays wait while a deck of 1,000,000 cards is built, stored, published and opened.

A server on SQLite answers plays of a wheel at 8 connections, first alone, then while another process publishes the deck
beside it, then while the first cards of the deck are sold. The longest waits of each stretch are printed and kept.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from bench import load
from bench.__main__ import Shots, prepare, serving
from bench.seed import BenchWorld, Phone, make_phones, play_request
from engage.app import close_services
from engage.builtin import all_features
from engage.campaigns import load as load_campaign
from engage.campaigns import open_office, publish, reader_of, with_schedule
from engage.fairness.verifier import client_commitment
from engage.kernel.clock import from_ms
from engage.kernel.entropy import random_bytes
from engage.rewards import import_codes
from engage.storage.work import Work
from games import feature
from games.epochs import OpenEpoch
from games.tables import GAME_BY_ID
from games.turns import accept_rules, grant_turns

RESULTS = Path(__file__).parent / "results" / "stall.json"
DECK_GAME, CARDS = "gam_dealer_cards", 1_000_000
CAMPAIGNS = Path(str(files("engage.demo") / "campaigns"))
CONNECTIONS, SECONDS = 8, 5.0


def publish_deck(url: str) -> None:
    """Publish the demo's deck with a million cards, most of them without a prize: what the command line does."""
    world = BenchWorld(url)
    office = open_office(world.services, all_features((feature,)))
    text = (CAMPAIGNS / "dealer.yaml").read_text(encoding="utf-8")
    text = text.replace(" n: 5000\n", f" n: {CARDS}\n").replace("[none, 2542]", f"[none, {CARDS - 2458}]")
    now = from_ms(world.services.clock.now_ms())
    text = with_schedule(text, now - timedelta(minutes=1), now + timedelta(days=30))
    campaign = load_campaign(office, text, "Carol", reader_of(CAMPAIGNS))
    for prize, units in (("prz_service", 50), ("prz_wash", 600)):
        codes = [f"{prize}-{number:04}" for number in range(units)]
        import_codes(world.services.writer, world.services.sealer, DECK_GAME, prize, codes)
    publish(office, campaign, "Carol", "Dan")
    close_services(world.services)


@contextmanager
def publishing(url: str) -> Iterator[Callable[[], bool]]:
    """Another process that publishes; tells whether it still does."""
    process = subprocess.Popen([sys.executable, "-m", "bench.stall", url])
    yield lambda: process.poll() is None
    assert process.wait() == 0


def make_buyer(url: str) -> Phone:
    """A member with an open epoch of the deck."""
    world = BenchWorld(url)
    writer = world.services.writer
    (phone,) = make_phones(world.services, 1, first=800_000)
    writer.run(partial(grant_turns, member=phone.member, game_id=DECK_GAME, count=1, expires_at=None, reason="bench"))
    writer.run(partial(_accept, world=world, member=phone.member))
    seed = random_bytes(32)
    epoch = writer.submit(OpenEpoch(world.desk, phone.member, DECK_GAME, client_commitment(seed).hex()))
    close_services(world.services)
    return replace(phone, epoch=epoch.id, seed=seed.hex())


def buy_first_card(address: tuple[str, int], buyer: Phone) -> float:
    """The seconds that the first play of the deck takes: the deck is opened for it."""
    begin = time.perf_counter()
    with socket.create_connection(address) as connection:
        connection.sendall(play_request(buyer, "first", DECK_GAME))
        assert connection.recv(4096).startswith(b"HTTP/1.1 201")
    return time.perf_counter() - begin


def _accept(work: Work, world: BenchWorld, member: str) -> None:
    game = work.fetch(GAME_BY_ID, DECK_GAME)
    assert game is not None, "the deck's game was published"
    rules_hash = world.desk.revisions.of(work, game).rules_hash
    accept_rules(work, world.desk.revisions, member, DECK_GAME, rules_hash, adult=True)


def summary(results: list[load.Result]) -> dict[str, float]:
    """Plays and their waits, in milliseconds."""
    whole = load.Result(sum(result.seconds for result in results))
    for result in results:
        whole.latencies_us += result.latencies_us
    return {
        "plays": len(whole.latencies_us),
        "p50_ms": whole.percentile_ms(0.5),
        "p99_ms": whole.percentile_ms(0.99),
        "longest_ms": whole.percentile_ms(1.0),
    }


def measure(url: str) -> dict[str, Any]:
    """The waits of plays in each stretch."""
    shots = Shots(prepare(url))
    report: dict[str, Any] = {"cards": CARDS, "connections": CONNECTIONS}
    with serving("play", url) as address:
        alone = load.run(address, CONNECTIONS, SECONDS, shots.supply("play"))
        report["alone"] = summary([alone])
        beside = []
        with publishing(url) as goes_on:
            while goes_on():
                beside.append(load.run(address, CONNECTIONS, 1.0, shots.supply("play"), warm_up=0.0))
        report["while the deck is published"] = summary(beside)
        buyer = make_buyer(url)
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(buy_first_card, address, buyer)
            beside = [load.run(address, CONNECTIONS, SECONDS, shots.supply("play"), warm_up=0.0)]
        report["while the deck is opened for its first card"] = summary(beside)
        report["the first card_ms"] = round(first.result() * 1000)
    return report


def main() -> None:
    """Measure, print, keep; with an address, only publish there."""
    if sys.argv[1:]:
        publish_deck(sys.argv[1])
        return
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        report = measure(f"sqlite:///{Path(folder).absolute() / 'engage.db'}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
