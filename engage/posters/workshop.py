"""Where posters and cards are drawn: in a child process each, one at a time, and the last ones are kept."""

import subprocess
import sys
from collections import OrderedDict
from dataclasses import asdict
from hashlib import sha256
from json import dumps
from pathlib import Path
from threading import Lock
from typing import Any

POSTERS = "engage.posters.drawer"
SECONDS = 60
KEPT = 32
DESIGN = 1
"""Raised when posters are drawn in another way, so that whoever kept one asks again."""

_IMPORT_ROOT = Path(__file__).parents[2]


class PosterNotDrawn(Exception):  # noqa: N818  a fault of the machine
    """The child process died or took too long; the message holds its last words."""


class Workshop:
    """Draws scenes, and remembers the last ones. A greenlet that waits for one lets the others run.

    A scene is a dataclass of texts and numbers, of which `program`, a module, makes a picture.
    """

    def __init__(self, program: str = POSTERS) -> None:
        self._program = program
        self._drawing = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def draw(self, scene: Any) -> bytes:  # noqa: ANN401  any dataclass
        """The picture. PosterNotDrawn."""
        name = version_of(scene)
        with self._drawing:
            drawn = self._kept.pop(name, None) or draw_in_child(scene, self._program)
            self._kept[name] = drawn
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn


def version_of(scene: Any) -> str:  # noqa: ANN401  any dataclass
    """What a scene is known by: another text, look or art is another version."""
    return sha256(f"{DESIGN}\n{_as_json(scene)}".encode()).hexdigest()[:16]


def draw_in_child(scene: Any, program: str = POSTERS) -> bytes:  # noqa: ANN401  any dataclass
    """The picture, drawn in a process of its own. PosterNotDrawn."""
    try:
        child = subprocess.run(  # noqa: S603  our own program, nothing of the request in its arguments
            (sys.executable, "-m", program),
            input=_as_json(scene).encode(),
            capture_output=True,
            cwd=_IMPORT_ROOT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise PosterNotDrawn(f"The drawer was still at it after {SECONDS} seconds.") from fault
    if child.returncode:
        words = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PosterNotDrawn(f"The drawer ended with {child.returncode}: {words}")
    return child.stdout


def _as_json(scene: Any) -> str:  # noqa: ANN401  any dataclass
    return dumps(asdict(scene), ensure_ascii=False)
