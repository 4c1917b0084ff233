"""What a sealed deck of 1,000,000 cards costs: `python -m bench.deck` prints seconds, peak memory and microseconds."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from engage.fairness.deck import BuiltDeck, OpenDeck, Shelf, deck_key
from engage.fairness.deck_workshop import build_in_child
from engage.fairness.keys import SigningKey
from engage.kernel.entropy import random_below, random_bytes
from engage.kernel.sealing import Sealer

DECK = "dck_bench"
COUNTS = [("prz_car", 1), ("prz_meal", 9_999), ("prz_points", 90_000), ("none", 900_000)]
CALLS = 100_000
KIB_PER_MIB = 1024


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Build the deck, then use it."""
    seed = random_bytes(32)
    start = time.perf_counter()
    with TemporaryDirectory() as folder:
        built = build_in_child(DECK, COUNTS, seed, Path(folder))
    took = time.perf_counter() - start
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_PER_MIB
    print(f"built in a child: {built.n} cards in {took:.1f} s, peak {peak_mib:.0f} MiB")
    measure_cards(built, seed)
    measure_shelf(built.n)
    measure_secrets()


def measure_cards(built: BuiltDeck, seed: bytes) -> None:
    """Opening the deck, and its cards."""
    key = deck_key(DECK, COUNTS, seed)
    opened = OpenDeck(built.counts, built.cards, built.nodes, key)
    serials = [random_below(built.n) for _ in range(CALLS)]
    report("OpenDeck.card", seconds(lambda: [opened.card(serial) for serial in serials]), CALLS)


def measure_shelf(n: int) -> None:
    """Selling every card once, and marking the same sales in another process."""
    starts = [random_below(n) for _ in range(n)]
    shelf, other = Shelf(n), Shelf(n)
    sold: list[int | None] = []
    report("Shelf.take", seconds(lambda: sold.extend(map(shelf.take, starts))), n)
    serials = [serial for serial in sold if serial is not None]
    assert len(serials) == n
    report("Shelf.sell", seconds(lambda: list(map(other.sell, serials))), n)
    assert (shelf.left, other.left) == (0, 0)


def measure_secrets() -> None:
    """Sealing, opening and signing."""
    sealer, key = Sealer(["a secret for measuring that is long enough"]), SigningKey(random_bytes(32))
    sealed, payload = sealer.seal(random_bytes(32), "bench"), random_bytes(36)
    report("Sealer.seal", seconds(lambda: [sealer.seal(payload, "bench") for _ in range(CALLS)]), CALLS)
    report("Sealer.open", seconds(lambda: [sealer.open(sealed, "bench") for _ in range(CALLS)]), CALLS)
    report("SigningKey.sign", seconds(lambda: [key.sign("engage receipts", payload) for _ in range(CALLS)]), CALLS)


def report(name: str, took: float, calls: int) -> None:
    """Print the time of one call."""
    print(f"{name}: {took / calls * 1e6:.2f} µs")


if __name__ == "__main__":
    main()
