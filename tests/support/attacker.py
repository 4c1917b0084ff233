"""Mallory's site: pages of his on a server of his, under two names of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Attacker:
    """A site. `pages` are its documents by path; `heard` is what it was asked for, with the referrers."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)

    @property
    def other_site(self) -> str:
        """The address under which browsers take it for another site than 127.0.0.1."""
        return f"http://localhost:{self.port}"

    @property
    def same_site(self) -> str:
        """The address that is of the same site as 127.0.0.1, so that browsers send cookies along."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, body: str) -> str:
        """Put a page up; its path."""
        path = f"/page-{len(self.pages)}"
        self.pages[path] = f"<!doctype html><title>Mallory</title><body>{body}"
        return path


@contextmanager
def running_attacker() -> Iterator[Attacker]:
    """The site for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.heard.append((self.path, self.headers.get("Referer", "")))
            data = site.pages.get(self.path, "").encode()
            self.send_response(200 if data else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Attacker(server.server_address[1])
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
