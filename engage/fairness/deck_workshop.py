"""Builds decks in a child process, so that whoever asks goes on serving meanwhile.

The cards are a secret until the close: they pass through a file that has no name and is gone with the processes that
hold it, however these end.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from engage.fairness.deck import HASH_BYTES, BuiltDeck, Counts, assemble, node_count, require_deck, size_of

COMMAND = (sys.executable, "-m", "engage.fairness.deck_builder")
_IMPORT_ROOT = Path(__file__).parents[2]


class DeckNotBuilt(Exception):  # noqa: N818  a fault of the machine, said to whoever publishes
    """The child process died or stopped short; the message holds its last words."""


def build_in_child(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    """`build_deck` in a process of its own, at low priority; a greenlet that calls it lets the others run.

    `folder` (made if need be, for its owner only) lies on the disk that has 65 bytes a card to spare. To be called
    on the thread of gevent's hub, which alone may wait for processes. ValueError as `require_deck`; DeckNotBuilt.
    """
    require_deck(deck, counts, seed)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    request = json.dumps({"deck": deck, "counts": counts, "seed": seed.hex()}).encode()
    with TemporaryFile(dir=folder) as output:
        child = subprocess.run(  # noqa: S603  our own program, nothing of the request in its arguments
            COMMAND, input=request, stdout=output, stderr=subprocess.PIPE, cwd=_IMPORT_ROOT, check=False
        )
        if child.returncode:
            raise DeckNotBuilt(f"The deck's builder ended with {child.returncode}: {_last_line(child.stderr)}")
        cards, nodes = _read(output, size_of(counts))
    return assemble(deck, counts, seed, cards, nodes)


def _read(output: IO[bytes], n: int) -> tuple[bytes, bytes]:
    output.seek(0)
    expected = HASH_BYTES * node_count(n)
    cards, nodes, rest = output.read(n), output.read(expected), output.read(1)
    if len(nodes) != expected or rest:
        raise DeckNotBuilt(f"The deck's builder wrote {output.tell()} bytes instead of {n + expected}.")
    return cards, nodes


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")
