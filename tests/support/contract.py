"""What models look like in the contract, rendered once a process: tests open a thousand applications with the same."""

from typing import Any

import orjson
from flask_openapi import openapi, utils
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

_render = utils.get_model_schema
_rendered: dict[tuple[type[BaseModel], str], bytes] = {}


def keep_schemas() -> None:
    """Have every application of this process take what was rendered for the first one."""
    utils.get_model_schema = openapi.get_model_schema = _get_schema


def _get_schema(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """A copy of its own for each that asks: it is changed in place."""
    key = (model, mode)
    if key not in _rendered:
        _rendered[key] = orjson.dumps(_render(model, mode))
    schema: dict[str, Any] = orjson.loads(_rendered[key])
    return schema
