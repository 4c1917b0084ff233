"""The demo with a third campaign beside it, in a brand's own colours: loaded and published by commands."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.served import ROOT, START, Served, running_demo

FILE = Path(__file__).parent / "campaigns" / "brand.yaml"
PICTURE = ROOT / "engage" / "demo" / "campaigns" / "pictures" / "tyre.webp"
GAME = "gam_shop_wheel"


@contextmanager
def running_brand_house() -> Iterator[Served]:
    """A demo whose third game, `GAME`, is shown in the theme `brand`."""
    with running_demo() as served:
        folder = served.data.parent / "files"
        (folder / "pictures").mkdir(parents=True)
        shutil.copy(PICTURE, folder / "pictures")
        file = str(shutil.copy(FILE, folder))
        _run(served, "load", file, "--by", "Carol")
        _run(served, "publish", "cmp_shop", "--by", "Carol", "--approved-by", "Dan")
        yield served


def _run(served: Served, *arguments: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    environ |= {
        "PYTHONPATH": str(ROOT),
        "ENGAGE_DATA_DIR": str(served.data),
        "ENGAGE_SECRET_KEY": (served.data / "secret.txt").read_text(encoding="utf-8").strip(),
    }
    command = [sys.executable, "-c", START, "campaign", *arguments]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
