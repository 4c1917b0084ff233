"""The page on which anybody checks an export, on their own device. The server only hands it out."""

from pathlib import Path

from flask import Response, request
from flask_openapi import OpenAPI

import engage.fairness.verifier
from engage.feature import Services
from engage.web import ANYONE, LanguageQuery, Routes, edge_of, gettext, pages_of

COMMAND = "engage-verifier.py"
WORKER = "checker/main.ts"
CHECKS_ELSEWHERE = {"worker-src": "'self'", "trusted-types": "lit-html engage-verify"}
"""A worker checks, so that the page goes on; its script is one of ours, and nothing else makes one."""


def register(app: OpenAPI, services: Services) -> None:
    """Add the page, and the one-file verifier for those who trust no page."""
    routes = Routes(app, "pages", "Pages for people.")

    @routes.page("/verify", ANYONE)
    def get_verify_page(query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """The page that checks exports, with this site's keys as they are now. It needs no network afterwards."""
        pages, is_known = pages_of(app), edge_of(app).sessions.has_cookie(request.environ)
        return pages.render(
            "verify.html",
            title=gettext("Check results"),
            entry="verify/main.ts",
            data={"keys": services.keyring.jwks(), "signed_in": is_known, "worker": pages.address(WORKER)},
            policy=CHECKS_ELSEWHERE,
        )

    @routes.add("get", f"/verify/{COMMAND}", ANYONE, {200: PROGRAM})
    def get_verifier() -> Response:
        """The offline verifier as one file that needs only Python."""
        answer = app.response_class(PROGRAM_TEXT, mimetype="text/x-python")
        answer.headers["Content-Disposition"] = f"attachment; filename={COMMAND}"
        return answer


PROGRAM = {"description": "A program", "content": {"text/x-python": {"schema": {"type": "string"}}}}
PROGRAM_TEXT = Path(engage.fairness.verifier.__file__).read_bytes()
