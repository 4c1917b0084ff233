"""Whether the process lives, whether it can serve, and its numbers."""

from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from engage.api.shapes import Answer
from engage.feature import Services
from engage.kernel.refusals import Busy
from engage.storage import migrate
from engage.web import ANYONE, Routes, json_answer


class Health(Answer):
    """All is well."""

    status: str


class Readiness(Answer):
    """What was looked at: the log's length and the schema."""

    status: str
    log: int
    revision: str


def register(app: OpenAPI, services: Services) -> None:
    """Add the three routes of operations."""
    routes = Routes(app, "operations", "For whoever runs the server.")

    @routes.add("get", "/healthz", ANYONE, {200: Health})
    def get_health() -> Response:
        """The process answers."""
        return json_answer({"status": "ok"})

    @routes.add("get", "/readyz", ANYONE, {200: Readiness})
    def get_readiness() -> Response:
        """The database answers and has the schema that this program needs. Refuses with Busy."""
        try:
            with services.reader.connect() as connection:
                length = connection.execute(sa.text("SELECT n FROM log_head")).scalar_one()
        except sa.exc.SQLAlchemyError:
            raise Busy("The database does not answer.") from None
        found = migrate.current(services.settings.database_url)
        if found != migrate.head():
            raise Busy(f"The schema is at {found}, not at {migrate.head()}. Run engage migrate.")
        return json_answer({"status": "ready", "log": length, "revision": found})

    metrics: dict[str, Any] = {
        "description": "Prometheus text",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }

    @routes.add("get", "/metrics", ANYONE, {200: metrics})
    def get_metrics() -> Response:
        """The numbers of this process."""
        return Response(generate_latest(), mimetype=CONTENT_TYPE_LATEST)
