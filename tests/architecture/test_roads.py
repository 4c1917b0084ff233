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
            for line, called in _transaction_calls(source)
        ),
        "Give the Writer a command, or a function by `writer.run(fn)`; it commits. Readers use `reader.connect()`.",
    )


def _transaction_calls(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in {"begin", "begin_nested", "commit"}:
            yield called.lineno, called.attr
