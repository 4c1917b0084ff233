"""The gallery of faces, built and served under the pages' policy: each face in each state, no server behind it."""

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.node import NODE
from tests.support.screen import Screen, Settings

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
VITE = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
CONFIG = Path(__file__).with_name("gallery") / "vite.config.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html"
)


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Requests for the gallery are nobody's concern."""


def build(mode: str) -> None:
    """Build the gallery, or in the mode `weight` what is weighed, into the folder of that name."""
    arguments = ["build", "--config", str(CONFIG), "--mode", mode, "--logLevel", "warn"]
    subprocess.run([str(NODE), str(VITE), *arguments], check=True, cwd=ROOT)


@pytest.fixture(scope="session")
def gallery_address() -> Iterator[str]:
    """Where the gallery is served."""
    build("gallery")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(CACHE / "gallery")))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def gallery(browser: Browser, gallery_address: str) -> Iterator[Callable[..., Page]]:
    """Opens one state on a screen of its own: `gallery("/?show=won", dark=True)`. Faults on any fail the test."""
    screens: list[Screen] = []

    def open_state(path: str, **settings: Any) -> Page:
        screens.append(Screen(browser, gallery_address, Settings(**settings)))
        page = screens[-1].open(path)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_state
    faults = [fault for one in screens for fault in one.faults]
    for one in screens:
        one.close()
    assert not faults, "\n".join(faults)
