"""What is worked out once a process, or not before it is asked for: tests open a thousand applications of one kind.

None of it depends on a database or a world. Without this the tests of the API take half as long again.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_openapi import OpenAPI
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST_STATEMENTS = 10_000
WAITING = "contract"

_collect, _compile, _open = OpenAPI._collect_openapi_info, Rule._compile_builder, sa.create_engine
_generate: Callable[[OpenAPI], None] = OpenAPI.generate_spec_json
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_statements: dict[type[sa.Dialect], LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(MOST_STATEMENTS))


def work_out_once() -> None:
    """Have everything that this process opens from now on take what was worked out for the first."""
    OpenAPI._collect_openapi_info = _collect_later  # type: ignore[assignment]  # put in its place
    OpenAPI.generate_spec_json = _generate_now  # type: ignore[method-assign]  # put in its place
    Rule._compile_builder = _compile_builder  # type: ignore[assignment]  # put in its place
    sa.create_engine = _open_engine
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_same_dialect  # type: ignore[method-assign]  # put in its place
        dialect.__hash__ = _hash_dialect  # type: ignore[assignment, method-assign]  # put in its place


def _collect_later(app: OpenAPI, rule: str, func: Any, **described: Any) -> Any:
    """What a route takes; what the contract says of it waits until somebody reads the contract."""
    app.extensions.setdefault(WAITING, []).append(lambda: _collect(app, rule, func, **described))
    return _collect(app, rule, func, doc_ui=False)


def _generate_now(app: OpenAPI) -> None:
    """Write the contract, with everything that has waited."""
    waiting: list[Callable[[], Any]] = app.extensions.pop(WAITING, [])
    for describe in waiting:
        describe()
    _generate(app)


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
    engine._compiled_cache = _statements[type(engine.dialect)]
    return engine


def _is_same_dialect(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_dialect(one: object) -> int:
    return hash(type(one))
