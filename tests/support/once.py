"""What is worked out once a process: tests open a thousand applications, whose routes and statements are the same.

None of it depends on a database or a world. Without this the tests of the API take half as long again.
"""

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from flask_openapi import openapi, utils
from flask_openapi.models import Operation, Response
from flask_openapi.types import ResponseStrKeyDict
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST_STATEMENTS = 10_000

_render, _describe = utils.get_model_schema, utils.get_responses
_compile, _open = Rule._compile_builder, sa.create_engine
_schemas: dict[tuple[type[BaseModel], str], bytes] = {}
_answers: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, Response] | None]] = {}
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_statements: dict[type[sa.Dialect], LRUCache[Any, Any]] = {}


def work_out_once() -> None:
    """Have everything that this process opens from now on take what was worked out for the first."""
    utils.get_model_schema = openapi.get_model_schema = _get_schema
    openapi.get_responses = _get_responses
    Rule._compile_builder = _compile_builder  # type: ignore[assignment]  # put in its place
    sa.create_engine = _open_engine
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_same_dialect  # type: ignore[method-assign]  # put in its place
        dialect.__hash__ = _hash_dialect  # type: ignore[assignment, method-assign]  # put in its place


def _get_schema(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """What a model looks like in the contract; a copy for each that asks, since it is changed in place."""
    key = (model, mode)
    if key not in _schemas:
        _schemas[key] = orjson.dumps(_render(model, mode))
    schema: dict[str, Any] = orjson.loads(_schemas[key])
    return schema


def _get_responses(responses: ResponseStrKeyDict, components_schemas: dict[str, Any], operation: Operation) -> None:
    """What a route may answer, in the contract."""
    key = tuple((status, repr(one) if isinstance(one, dict) else one) for status, one in responses.items())
    if key not in _answers:
        found: dict[str, Any] = {}
        _describe(responses, found, operation)
        _answers[key] = found, operation.responses
    found, operation.responses = _answers[key]
    components_schemas.update(found)


def _compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  werkzeug's own
    """How an address of a route is put together."""
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = append_unknown, *rule._trace
    if key not in _builders:
        _builders[key] = _compile(rule, append_unknown)
    return _builders[key]


def _open_engine(url: str | sa.URL, **options: Any) -> sa.Engine:
    """An engine that compiles no statement which another one of its kind has compiled."""
    engine = _open(url, **options)
    engine._compiled_cache = _statements.setdefault(type(engine.dialect), LRUCache(MOST_STATEMENTS))
    return engine


def _is_same_dialect(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_dialect(one: object) -> int:
    return hash(type(one))
