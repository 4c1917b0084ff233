"""Whether the process lives, whether it can serve, and its numbers."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from engage.api.shapes import Answer
from engage.feature import Services
from engage.kernel.refusals import Busy
from engage.storage import migrate
from engage.storage.writer import CLOCK_SLACK_MS
from engage.web import ANYONE, Routes, is_stopping, json_answer, reading

STATE = sa.text("SELECT version_num, n, recorded_at FROM alembic_version, log_head")


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
    wanted = cache(migrate.head)
    routes = Routes(app, "operations", "For whoever runs the server.")

    @routes.add("get", "/healthz", ANYONE, {200: Health})
    def get_health() -> Response:
        """The process answers."""
        return json_answer({"status": "ok"})

    @routes.add("get", "/readyz", ANYONE, {200: Readiness})
    def get_readiness() -> Response:
        """The server goes on, and its database answers, has the schema that it needs and no record of a later time.

        Refuses with Busy.
        """
        if is_stopping(app):
            raise Busy("This server is about to stop. Ask another one.")
        try:
            with reading() as connection:
                found, length, last_ms = connection.execute(STATE).one()
        except sa.exc.SQLAlchemyError:
            raise Busy("The database does not answer.") from None
        if found != wanted():
            raise Busy(f"The schema is at {found}, not at {wanted()}. Run engage migrate.")
        if services.clock.now_ms() < last_ms - CLOCK_SLACK_MS:
            raise Busy("The server's clock stands before its last record, so nothing is written. Set it right.")
        return json_answer({"status": "ready", "log": length, "revision": found})

    metrics: dict[str, Any] = {
        "description": "Prometheus text",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }

    @routes.add("get", "/metrics", ANYONE, {200: metrics})
    def get_metrics() -> Response:
        """The numbers of this process."""
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
