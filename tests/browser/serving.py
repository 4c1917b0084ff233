"""The gallery of faces, built and served under the pages' policy: each face in each state, no server behind it."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.support.node import NODE

ROOT = Path(__file__).parents[2]
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


class _Server(ThreadingHTTPServer):
    """A browser opens a connection for each file at once; whoever finds no room in the queue tries again much later."""

    request_queue_size = 128


@contextmanager
def built(mode: str) -> Iterator[Path]:
    """A folder with the gallery, or in the mode `weight` with what is weighed, for the length of a block."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["build", "--config", str(CONFIG), "--mode", mode, "--outDir", folder, "--logLevel", "warn"]
        subprocess.run([str(NODE), str(VITE), *arguments], check=True, cwd=ROOT)
        yield Path(folder)


@contextmanager
def served_gallery() -> Iterator[str]:
    """Where the gallery, built anew, is served for the length of a block."""
    with built("gallery") as folder:
        server = _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
