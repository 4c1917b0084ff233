"""Health: what whoever runs the server is told."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from engage.members import Description, upsert
from engage.storage import migrate
from tests.support.server import Client, code_of


def test_a_server_is_ready_on_its_schema(client: Client) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready", "log": 0, "revision": migrate.head()}
    client.world.services.writer.run(lambda work: upsert(work, Description("alice")))
    assert client.get("/readyz").get_json()["log"] == 1


def test_a_server_whose_clock_was_set_back_is_not_ready(client: Client) -> None:
    client.world.services.writer.run(lambda work: upsert(work, Description("alice")))
    client.world.clock.move(timedelta(seconds=-5))
    assert client.get("/readyz").status_code == 200
    client.world.clock.move(timedelta(milliseconds=-1))
    answer = client.get("/readyz")
    assert code_of(answer) == (503, "busy")
    assert "clock" in answer.get_json()["detail"]
    assert answer.headers["Retry-After"] == "1"


def test_a_server_on_another_schema_is_not_ready(client: Client) -> None:
    statement = sa.text("UPDATE alembic_version SET version_num = 'another'")
    client.world.services.writer.run(lambda work: work.connection.execute(statement))
    answer = client.get("/readyz")
    assert code_of(answer) == (503, "busy")
    assert "another" in answer.get_json()["detail"]


def test_numbers_are_told_as_prometheus_reads_them(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].count("charset") == 1
    assert list(text_string_to_metric_families(answer.get_data(as_text=True)))


def test_who_is_asked_for_health_need_not_be_known(client: Client) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
