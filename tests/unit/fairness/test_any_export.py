"""Whatever stands in a file, the verifier answers; and what was changed is not called proven."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.fairness.verifier import canonical, describe, verify_export
from tests.support.exports import played
from tests.support.honest_house import SETS, Document, House

Path: TypeAlias = tuple[Any, ...]

EXPORTS = {world["name"]: world["export"] for world in SETS} | {"small": played(House(), plays=4).export()}

numbers = st.integers() | st.integers(0, 20) | st.sampled_from([2**32, 2**53, 2**64, 10**400]) | st.floats()
texts = st.text(st.characters()) | st.sampled_from(["none", "out", "limit", "draw/1", "deck/1", "00" * 32, "A" * 86])
times = st.sampled_from(["2026-12-02T00:00:00.000Z", "2026-02-30T00:00:00.000Z", "0000-00-00T00:00:00.000Z"])
any_json = st.recursive(
    st.none() | st.booleans() | numbers | texts | times,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all nodes of a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from paths_in(item, (*path, name))


PATHS = {name: list(paths_in(export)) for name, export in EXPORTS.items()}


def at(export: Any, path: Path) -> Any:
    for step in path:
        export = export[step]
    return export


def canonical_or_none(value: Any) -> bytes | None:
    try:
        return canonical(value)
    except (TypeError, UnicodeEncodeError):
        return None


def is_bound(export: Document, path: Path) -> bool:
    """Whether a proven export can't have another value here.

    Not bound: when it was exported, names of keys, seeds of epochs that were not played in, and whether the close of a
    game is in the export at all.
    """
    if path in {("exported_at",), ("closes",), ("keys",), ("keys", "keys")} or path[-1] == "kid":
        return False
    if path[:1] == ("epochs",) and path[-1] in {"client_seed", "server_seed"}:
        epoch = export["epochs"][path[1]]["answer"]["epoch"]
        return any(receipt["epoch"] == epoch for receipt in export["receipts"])
    return True


def check_report(export: Any, bundle: Any = None) -> bool:
    """Whether all is proven; the report is sound in any case."""
    report = verify_export(export, bundle)
    lines = list(describe(report))
    assert len(lines) >= len(report.failed) + 2
    assert sum(report.counts.values()) == len(report.results) >= report.receipts
    return not report.failed and report.counts.keys() <= {"proven"}


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=100)
@given(st.data())
def test_an_export_with_another_value_anywhere_is_not_proven(name: str, data: st.DataObject) -> None:
    export = EXPORTS[name]
    path = data.draw(st.sampled_from(PATHS[name]).filter(bool))
    known = st.sampled_from(PATHS[name]).map(lambda other: at(export, other))
    value = data.draw(any_json | known)
    changed = deepcopy(export)
    at(changed, path[:-1])[path[-1]] = deepcopy(value)
    is_proven = check_report(changed) and len(changed["receipts"]) == len(export["receipts"])
    is_same = canonical_or_none(changed) == canonical(export)
    assert not is_proven or is_same or not is_bound(export, path), path


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=40)
@given(st.data())
def test_an_export_may_lack_or_repeat_anything(name: str, data: st.DataObject) -> None:
    changed = deepcopy(EXPORTS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(list(paths_in(changed))).filter(bool))
        around = at(changed, path[:-1])
        if isinstance(around, list) and data.draw(st.booleans()):
            around.insert(data.draw(st.integers(0, len(around))), deepcopy(around[path[-1]]))
        else:
            del around[path[-1]]
    check_report(changed)


PARTS = ["format", "exported_at", "keys", "rules", "epochs", "receipts", "decks", "closes"]


@settings(max_examples=200)
@given(any_json | st.fixed_dictionaries({name: any_json | st.lists(any_json, max_size=3) for name in PARTS}))
def test_any_json_gets_an_answer(document: Any) -> None:
    report = verify_export(document)
    assert [result.subject for result in report.failed][:1] == ["export"]
    check_report(EXPORTS["small"], document)


def test_what_is_nested_without_end_gets_an_answer() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for part in PARTS:
        document = deepcopy(EXPORTS["small"])
        document[part] = [deep] if isinstance(document[part], list) else deep
        assert not check_report(document)
