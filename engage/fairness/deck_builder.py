"""`python -m engage.fairness.deck_builder`: the child process that builds a deck, at low priority.

Reads {"deck", "counts", "seed"} (the seed in hex) as JSON from standard input, where no list of processes shows it;
writes the cards, then the nodes, level by level, to standard output. `deck_workshop` runs it.
"""

import json
import os
import sys

from engage.fairness.deck import deal

NICENESS = 10


def main() -> None:
    """Build the deck that standard input asks for."""
    os.nice(NICENESS)
    request = json.load(sys.stdin.buffer)
    counts = [(prize, k) for prize, k in request["counts"]]
    cards, levels = deal(request["deck"], counts, bytes.fromhex(request["seed"]))
    sys.stdout.buffer.write(cards)
    for level in levels:
        sys.stdout.buffer.write(level)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
