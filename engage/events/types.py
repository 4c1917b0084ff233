"""The brand's own types of events: each is declared once, with a JSON Schema that its data must meet."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import sqlalchemy as sa
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing.exceptions import Unresolvable

from engage.events.kinds import KINDS
from engage.events.tables import event_type
from engage.kernel.refusals import Conflict, InvalidRequest
from engage.storage.work import Work

MAX_SCHEMA_BYTES = 16_384
MAX_TYPES = 500
UNTOLD = (RecursionError, Unresolvable, TypeError)
"""What comes of a schema that leads in a circle or to nowhere, or of data that lie too deep to be written."""
LOST = "its schema leads in a circle or to nowhere, or too much lies in each other"


class OwnTypes:
    """The declared types as they stand in one snapshot of the database."""

    def __init__(self, schemas: Mapping[str, str]) -> None:
        self._schemas = schemas
        self._validators: dict[str, Draft202012Validator] = {}

    def knows(self, name: str) -> bool:
        """Whether the brand has declared this type."""
        return name in self._schemas

    def validate(self, name: str, data: Mapping[str, Any]) -> str:
        """The data as JSON. ValueError, naming the field, for what its schema does not allow or can't tell."""
        validator = self._validators.get(name)
        if validator is None:
            validator = self._validators[name] = Draft202012Validator(orjson.loads(self._schemas[name]))
        try:
            fault = best_match(validator.iter_errors(data))
            text = orjson.dumps(data).decode()
        except UNTOLD as untold:
            raise ValueError(f"data: {LOST}") from untold
        if fault is not None:
            where = ".".join(map(str, ("data", *fault.absolute_path)))
            raise ValueError(f"{where}: does not meet `{fault.validator}` of its schema")
        return text


def read_own_types(connection: sa.Connection) -> OwnTypes:
    """The types that the brand has declared."""
    return OwnTypes({row.type: row.schema for row in connection.execute(sa.select(event_type))})


def list_own_types(connection: sa.Connection) -> list[dict[str, Any]]:
    """The brand's own types with their schemas, by name."""
    rows = connection.execute(sa.select(event_type).order_by(event_type.c.type))
    return [{"type": row.type, "schema": orjson.loads(row.schema)} for row in rows]


def declare_type(work: Work, name: str, schema: Mapping[str, Any]) -> bool:
    """Declare a type, or change its schema; whether it is new. Events that are recorded stay as they are.

    Refuses with InvalidRequest for a schema that is none, is too large or points elsewhere; with Conflict for a name
    that is built in, and beyond 500 types.
    """
    text = _require_schema(schema)
    if name in KINDS:
        raise Conflict(f"{name} is built in. Choose a name of your own, such as own.{name.replace('.', '_')}.")
    known = {row.type for row in work.connection.execute(sa.select(event_type.c.type))}
    values = {"schema": text, "updated_at": work.now_ms}
    if name in known:
        work.connection.execute(sa.update(event_type).where(event_type.c.type == name).values(values))
        return False
    if len(known) >= MAX_TYPES:
        raise Conflict(f"There are {MAX_TYPES} types of your own already.")
    work.connection.execute(sa.insert(event_type).values({"type": name} | values))
    return True


def _require_schema(schema: Mapping[str, Any]) -> str:
    """A schema as JSON."""
    text = ""
    try:
        text = orjson.dumps(schema).decode()
        fault = _fault_of(schema, text)
    except UNTOLD:
        fault = LOST
    if fault:
        raise InvalidRequest(f"schema: {fault}.", errors=[{"field": "schema", "message": fault}])
    return text


def _fault_of(schema: Mapping[str, Any], text: str) -> str:
    if len(text) > MAX_SCHEMA_BYTES:
        return f"more than {MAX_SCHEMA_BYTES} bytes"
    if any(not ref.startswith("#") for ref in _references(schema)):
        return "$ref may only point into the schema itself (#/…)"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as fault:
        return f"no JSON Schema (draft 2020-12): {fault.message[:200]}"
    best_match(Draft202012Validator(schema).iter_errors({}))
    return ""


def _references(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in {"$ref", "$dynamicRef"} and isinstance(value, str):
                yield value
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)
