"""What Vite built: which files a page's entry needs, and how files are sent.

A built file has a hash in its name and never changes, so browsers keep it for a year. Whatever else lies in `static`
is asked for again each time, and answered with 304 while it stays the same.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory

from engage.web.words import ENGLISH

PREFIX = "/static/dist/"
BUILT = "dist/assets/"
REMEDY = "Build them: make demo, or pip install -e ."
YEAR = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
POLICY_OF_SCRIPTS = "default-src 'none'; script-src 'self'; frame-ancestors 'none'"
"""What a script may do that is started as a worker: load what it is made of. For any other it means nothing."""
TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class NotBuilt(Exception):  # noqa: N818  said to whoever runs a checkout whose pages were never built
    """The pages, or one entry of them, are not there; the message says how to build them and nothing of the machine."""


@dataclass(frozen=True)
class Entry:
    """The addresses of what a page loads: styles, modules to load ahead, and the script that starts it."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


class Manifest:
    """What was built for one language, read again when it was built anew."""

    def __init__(self, folder: Path, language: str) -> None:
        self._path = folder / "dist" / ("manifest.json" if language == ENGLISH else f"manifest.{language}.json")
        self._built_at, self._chunks = 0, dict[str, Any]()

    def entry(self, name: str) -> Entry:
        """An entry such as `play/main.ts`. NotBuilt if there is none."""
        chunks = self.read()
        if not chunks.get(name, {}).get("isEntry"):
            message = f"The pages were built without {name}. {REMEDY}"
            raise NotBuilt(message)
        closure = list(_closure(chunks, name))
        styles = (style for chunk in reversed(closure) for style in chunk.get("css", ()))
        shared = Counter(style for chunk in chunks.values() for style in chunk.get("css", ()))
        return Entry(
            script=PREFIX + chunks[name]["file"],
            # The manifest has no order in it: what more pages share comes first, so that a page's own overrides it.
            styles=tuple(PREFIX + style for style in sorted(dict.fromkeys(styles), key=lambda one: -shared[one])),
            preloads=tuple(PREFIX + chunk["file"] for chunk in closure[1:]),
        )

    def read(self) -> dict[str, Any]:
        """Everything that was built. NotBuilt if nothing was."""
        try:
            built_at = self._path.stat().st_mtime_ns
            if built_at != self._built_at:
                self._chunks = json.loads(self._path.read_bytes())
                self._built_at = built_at
        except FileNotFoundError:
            message = f"The pages are not built. {REMEDY}"
            raise NotBuilt(message) from None
        return self._chunks


def _closure(chunks: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """A chunk and all that it imports, each once; what is loaded later is left out."""
    waiting, seen = [name], {name}
    while waiting:
        chunk: dict[str, Any] = chunks[waiting.pop(0)]
        yield chunk
        for needed in chunk.get("imports", ()):
            if needed not in seen:
                seen.add(needed)
                waiting.append(needed)


def serve_assets(app: Flask) -> None:
    """Let the application's static route send built files compressed and for good, and all others with an ETag."""
    folder = Path(str(app.static_folder))

    def send(filename: str) -> Response:
        kind = TYPES.get(Path(filename).suffix)
        if not filename.startswith(BUILT):
            answer = send_from_directory(folder, filename, mimetype=kind)
            answer.headers["Cache-Control"] = "no-cache"
            return answer
        encoding, suffix = _encoding_of(folder / filename)
        answer = send_from_directory(folder, filename + suffix, mimetype=kind)
        answer.headers["Cache-Control"] = YEAR
        answer.headers["Vary"] = "Accept-Encoding"
        if encoding:
            answer.headers["Content-Encoding"] = encoding
        if kind == TYPES[".js"]:
            answer.headers["Content-Security-Policy"] = POLICY_OF_SCRIPTS
        return answer

    app.view_functions["static"] = send


def _encoding_of(path: Path) -> tuple[str, str]:
    """The best encoding that the browser takes and the build made, with the ending of its file's name."""
    for encoding, suffix in ENCODINGS:
        if request.accept_encodings.quality(encoding) > 0 and path.with_name(path.name + suffix).is_file():
            return encoding, suffix
    return "", ""
