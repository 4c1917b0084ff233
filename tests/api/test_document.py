"""The published contract: generated, committed, valid, complete, and readable without asking any other server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from openapi_spec_validator import validate
from pydantic import BaseModel

from engage.api.shapes import Answer, Request
from engage.cli import run
from engage.web import all_refusals, render_document
from tests.support.platform import platform_of
from tests.support.server import Client, open_client
from tests.support.world import World

COMMITTED = Path(__file__).resolve().parents[2] / "static" / "openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    text = client.get("/openapi.json").get_data()
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, of_path in document["paths"].items() for method, each in of_path.items()]


def test_the_committed_document_is_what_the_code_says(world: World) -> None:
    said = render_document(open_client(world).app)
    assert said == COMMITTED.read_text(encoding="utf-8"), "Run: engage openapi > static/openapi.json"


def test_the_command_prints_the_document_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(platform_of({}), ["openapi"]) == 0
    assert capsys.readouterr().out == COMMITTED.read_text(encoding="utf-8")


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_no_two_shapes_share_a_name_or_one_would_stand_for_both(document: dict[str, Any]) -> None:
    shapes = [shape.__name__ for base in (Answer, Request) for shape in shapes_below(base)]
    twice = {name for name in document["components"]["schemas"] if shapes.count(name) > 1}
    assert not twice


def shapes_below(shape: type[BaseModel]) -> list[type[BaseModel]]:
    """All shapes that derive from one."""
    return [each for child in shape.__subclasses__() for each in (child, *shapes_below(child))]


def test_every_route_of_the_contract_is_in_the_document(client: Client, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.app.url_map.iter_rules()
        for method in (rule.methods or set()) & {method.upper() for method in METHODS}
        if rule.rule != "/" and not rule.rule.startswith(("/static/", "/docs", "/openapi.json"))
    }
    assert served == {(path, method) for path, method, _ in operations(document)}


def test_every_operation_says_what_it_answers_and_refuses(document: dict[str, Any]) -> None:
    known = {kind.code for kind in all_refusals()}
    for path, method, operation in operations(document):
        answers = operation["responses"]
        assert operation["summary"], (path, method)
        assert any(status.startswith(("2", "303")) for status in answers)
        assert {"422", "429", "503"} <= answers.keys()
        if operation["security"]:
            assert "401" in answers
        if method != "get":
            assert {"400", "413"} <= answers.keys()
        for status, answer in answers.items():
            if not status.startswith(("2", "3")):
                codes = answer["content"]["application/problem+json"]["schema"]["properties"]["code"]["enum"]
                assert codes, (path, method, status)
                assert set(codes) <= known


def test_operation_ids_are_the_names_of_what_is_done(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"(get|post|put|patch|delete)(_[a-z]+)+", id_) for id_ in ids), ids


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    required = set()
    for path, method, operation in operations(document):
        keys = [parameter for parameter in operation.get("parameters", []) if parameter["name"] == "Idempotency-Key"]
        assert len(keys) == (1 if method == "post" else 0), (path, method)
        required |= {path for key in keys if key["required"]}
        for status, answer in operation["responses"].items():
            assert "X-Request-Id" in answer["headers"]
            if keys and status.startswith("2"):
                assert "Idempotency-Replayed" in answer["headers"]
    assert required == {
        "/v1/games/{game}/plays",
        "/v1/members/{ext}/turns",
        "/v1/redemptions",
        "/v1/vouchers/{code}/uses",
    }


def test_the_reader_loads_nothing_from_outside_and_runs_no_script_of_its_page(client: Client) -> None:
    answer = client.get("/docs")
    page, policy = answer.get_data(as_text=True), answer.headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self';" in policy
    assert not re.findall(r"https?://|//\w", page)
    assert not re.findall(r"<script(?![^>]* src=)", page)
    assert not re.findall(r"\son\w+=", page)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        loaded = client.get(path)
        assert loaded.status_code == 200, path
        assert loaded.get_data()
    assert client.get("/docs/").status_code == 200


def test_every_refusal_has_the_place_that_its_type_points_to(client: Client) -> None:
    answer = client.get("/docs/problems")
    page = answer.get_data(as_text=True)
    for kind in all_refusals():
        assert page.count(f'id="{kind.code}"') == 1, kind
    assert 'id="fault"' in page
    assert "<script" not in page
    assert not re.findall(r"https?://", page)


def test_what_is_not_there_is_a_problem_too(client: Client) -> None:
    for path, method, status, code in [
        ("/nowhere", "GET", 404, "not_found"),
        ("/v1/me", "PUT", 405, "method_not_allowed"),
    ]:
        answer = client.send(method, path)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        assert answer.mimetype == "application/problem+json"
    assert "PATCH" in client.send("PUT", "/v1/me").headers["Allow"]
