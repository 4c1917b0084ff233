"""The empty route that a play is measured against.

The same server, plain Flask, the same token check, an empty JSON answer.
"""

from typing import Any

from flask import Flask, request

from engage.web import MemberTokens


def create_empty_app(tokens: MemberTokens) -> Flask:
    """A Flask application with one route that does nothing but check the token."""
    app = Flask(__name__)

    @app.post("/v1/empty")
    def empty() -> dict[str, Any]:
        tokens.require(request.headers.get("Authorization", ""))
        return {}

    return app
