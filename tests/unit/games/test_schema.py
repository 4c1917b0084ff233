"""The published JSON Schema is the models', says something about every field, and agrees with the checker."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from engage.builtin import all_features
from engage.campaigns import render_schema as render
from engage.campaigns import sections_of
from engage.campaigns.source import read_source
from tests.support.features import FEATURES
from tests.support.sample_campaign import TEXT, changed

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "static/schema/campaign.schema.json"
DEMO = sorted((ROOT / "engage/demo/campaigns").glob("*.yaml"))


def render_schema() -> str:
    """The schema of files with every section."""
    return render(sections_of(all_features(FEATURES)))


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(render_schema()), format_checker=FormatChecker())


def data_of(text: str) -> Any:
    source, faults = read_source(text)
    assert not faults
    return source.data


def test_the_committed_schema_is_the_models() -> None:
    told = "Run: engage campaign schema > static/schema/campaign.schema.json"
    assert COMMITTED.read_text(encoding="utf-8") == render_schema(), told


def test_every_field_is_described() -> None:
    schema = json.loads(render_schema())
    parts = {"campaign": schema, **schema["$defs"]}
    bare = [f"{part}.{name}" for part, field in parts.items() for name, field in _undescribed(field)]
    assert bare == []


def _undescribed(part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, field) for name, field in part.get("properties", {}).items() if not field.get("description"))


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_the_schema_accepts_the_demo_s_files(path: Path) -> None:
    validator().validate(data_of(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: spring", "id: Spring"),
        ("age:", "ages:"),
        ("minimum: 18", 'minimum: "18"'),
        ("kind: goods", "kind: things"),
        ("        address: true\n", ""),
        ("chance: deck", "chance: odds"),
        ("weight: 5}", "weight: 0}"),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(old: str, new: str) -> None:
    assert validator().is_valid(data_of(TEXT))
    assert not validator().is_valid(data_of(changed(old, new)))
