"""Every write takes one road, so a transaction is begun and committed in one place."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source, demand_none, shipped_sources

MAY_COMMIT = ("engage/storage/store.py", "engage/storage/writer.py", "engage/storage/migrations/")


def test_only_the_store_commits() -> None:
    demand_none(
        (
            f"{source.name}:{line}: .{called}()"
            for source in shipped_sources()
            if not source.name.startswith(MAY_COMMIT)
            for line, called in _calls(source, {"begin", "begin_nested", "commit"})
        ),
        "Give the Writer a command, or a function by `writer.run(fn)`; it commits. Readers use `request_connection()`, "
        "or `reader.connect()` where there is no request.",
    )


def test_views_read_through_the_session_of_their_request() -> None:
    demand_none(
        (
            f"{source.name}:{line}: .{called}()"
            for source in shipped_sources()
            if any(isinstance(node, ast.Name) and node.id == "Routes" for node in ast.walk(source.tree))
            for line, called in _calls(source, {"connect"})
        ),
        "Read with `request_connection()`; with `reading()` where the request then waits for the Writer or a drawing.",
    )


def _calls(source: Source, names: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in names:
            yield called.lineno, called.attr
