"""The contract as a document: OpenAPI at `/openapi.json`, a page to read and try it, and one that tells every refusal.

Everything comes from this server: the pages name no other, and their security policy lets them ask no other.
"""

import re
from collections.abc import Iterator
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
from flask import Response, redirect, send_from_directory
from flask_openapi import OpenAPI
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engage.kernel.refusals import Refusal
from engage.web.answers import REPLAYED
from engage.web.edge import KEY_HEADER
from engage.web.pages import pages_of
from engage.web.problems import FAULT

DOCUMENT = "/openapi.json"
CSP_OF_READER = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CACHED = "public, max-age=3600"
READER = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Engage API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <link rel="icon" href="data:,">
</head>
<body>
  <main id="reference">
    <p>Loading the reference. Without scripts, read <a href="/openapi.json">the document</a>.</p>
  </main>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
"""
START = """"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""
PROBLEMS_LEAD = Markup(
    'Every "no" is <code>application/problem+json</code> (RFC 9457). <code>code</code> never changes; '
    "<code>detail</code> says what to do; further fields, such as <code>retry_at</code>, carry what a program needs."
)


def register_docs(app: OpenAPI) -> None:
    """Add the document and its pages. Call it before the first request; the document is made at its first reading."""
    kept: list[bytes] = []

    @app.get(DOCUMENT, doc_ui=False)
    def get_document() -> Response:
        if not kept:
            kept.append(orjson.dumps(document_of(app)))
        return Response(kept[0], mimetype="application/json")

    @app.get("/docs", doc_ui=False, strict_slashes=False)
    def get_reader() -> Response:
        return _page(READER, CSP_OF_READER)

    @app.get("/docs/start.js", doc_ui=False)
    def get_reader_start() -> Response:
        return Response(START, mimetype="text/javascript", headers={"Cache-Control": CACHED})

    @app.get("/docs/swagger-ui.css", doc_ui=False)
    def get_reader_style() -> Response:
        return _bundled("css", "swagger-ui.css")

    @app.get("/docs/swagger-ui-bundle.js", doc_ui=False)
    def get_reader_script() -> Response:
        return _bundled("js", "swagger-ui-bundle.js")

    if not any(rule.rule == "/" for rule in app.url_map.iter_rules()):

        @app.get("/", doc_ui=False)
        def get_start() -> BaseResponse:
            return redirect("/docs")

    @app.get("/docs/problems", doc_ui=False)
    def get_problems() -> Response:
        page = pages_of(app).render_plain(
            "docs/problems.html", title="Refusals", spoken="en", lead=PROBLEMS_LEAD, refusals=list(_refusals())
        )
        page.headers["Cache-Control"] = CACHED
        return page


def _page(text: str, policy: str) -> Response:
    return Response(text, mimetype="text/html", headers={"Content-Security-Policy": policy, "Cache-Control": CACHED})


def _bundled(folder: str, name: str) -> Response:
    """A file of the reader, out of its package."""
    spec = find_spec("flask_openapi_swagger")
    assert spec is not None and spec.origin is not None, "the package is one of the dependencies"  # noqa: PT018  one fact
    answer = send_from_directory(Path(spec.origin).parent / "templates" / "swagger" / folder, name)
    answer.headers["Cache-Control"] = CACHED
    return answer


def all_refusals() -> list[type[Refusal]]:
    """Every kind of refusal, each once, by status and code; the fault that is none comes last."""
    found: dict[str, type[Refusal]] = {}
    waiting: list[type[Refusal]] = list(Refusal.__subclasses__())
    for kind in waiting:
        waiting.extend(kind.__subclasses__())
        found.setdefault(kind.code, kind)
    return sorted(found.values(), key=lambda kind: (kind.status, kind.code))


def _refusals() -> Iterator[dict[str, object]]:
    """What the page tells of each."""
    for kind in all_refusals():
        statuses = sorted({each.status for each in (kind, *kind.__subclasses__()) if each.code == kind.code})
        status = " or ".join(map(str, statuses))
        yield {"code": kind.code, "status": status, "title": kind.title, "meaning": _prose(kind.__doc__ or "")}
    yield {"code": FAULT.code, "status": FAULT.status, "title": FAULT.title, "meaning": FAULT.detail}


def _prose(text: str) -> Markup:
    """A docstring's text, with its `names` set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S704  it was escaped just now


def document_of(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI document of an application: what flask-openapi collected, completed with what it can't know."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(app.api_doc))
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation)
    return document


def render_document(app: OpenAPI) -> str:
    """The document as it is committed: indented, in a stable order."""
    return orjson.dumps(document_of(app), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def _complete(operation: dict[str, Any]) -> None:
    """Name the headers of answers, and who needs no credential; a parameter that may be left out is no null."""
    operation.setdefault("security", [])
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"])
        if "description" in parameter["schema"]:
            parameter.setdefault("description", parameter["schema"]["description"])
    takes_key = any(parameter["name"] == KEY_HEADER for parameter in operation.get("parameters", []))
    for status, answer in operation["responses"].items():
        headers = {"X-Request-Id": _header("The id of this request, for whoever asks for help.")}
        if takes_key and status.startswith("2"):
            headers[REPLAYED] = _header(
                "`true` if this key was used before: the answer is the one that was given then."
            )
        if status in {"429", "503"}:
            headers["Retry-After"] = _header("Seconds to wait.")
        answer["headers"] = headers


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
