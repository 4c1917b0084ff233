"""The JSON Schema of a campaign file, made from the models, and what it says about one place of a file."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from engage.campaigns.definition import CampaignDefinition
from engage.campaigns.source import Path

Schema: TypeAlias = dict[str, Any]
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def build_schema(sections: Mapping[str, TypeAdapter[Any]]) -> Schema:
    """The schema of a whole campaign file: the campaign's own fields and a list for each section."""
    adapters: list[tuple[str, Any, TypeAdapter[Any]]] = [("", "validation", TypeAdapter(CampaignDefinition))]
    adapters.extend((name, "validation", adapter) for name, adapter in sections.items())
    found, shared = TypeAdapter.json_schemas(adapters)
    definitions: Schema = shared["$defs"]
    campaign = definitions.pop("CampaignDefinition")
    for name in sections:
        campaign["properties"][name] = {
            "type": "array",
            "items": found[name, "validation"],
            "description": f"The campaign's {name}.",
        }
    return {
        "$schema": SCHEMA_DIALECT,
        "title": "Engage campaign file",
        **{key: value for key, value in campaign.items() if key != "title"},
        "$defs": definitions,
    }


class Shape:
    """Looks up what a schema says about a place of a file, given what the file has there."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def fields(self, path: Path, data: object) -> tuple[str, ...]:
        """The names of the fields that the mapping at this path may have."""
        return tuple(self._at(path, data).get("properties", {}))

    def description(self, path: Path, data: object) -> str:
        """What the field at this path is for; empty if the schema doesn't know it."""
        around = self._at(path[:-1], data).get("properties", {})
        text: str = around.get(path[-1], {}).get("description", "")
        return text

    def is_texts(self, path: Path, data: object) -> bool:
        """Whether what belongs at this path is a text in several languages."""
        return self._at(path, data).get("title") == "Texts"

    def _at(self, path: Path, data: object) -> Schema:
        node = self._settle(self._schema, data)
        for step in path:
            if isinstance(step, int):
                node = node.get("items") or _nth(node.get("prefixItems", ()), step)
                data = data[step] if isinstance(data, list) and step < len(data) else None
            else:
                node = node.get("properties", {}).get(step, {})
                data = data.get(step) if isinstance(data, dict) else None
            node = self._settle(node, data)
        return node

    def _settle(self, node: Schema, data: object) -> Schema:
        """Follow references, the branch of a union that the data names, and what isn't null."""
        while True:
            if "$ref" in node:
                node = self._schema["$defs"][node["$ref"].rpartition("/")[2]]
            elif "discriminator" in node:
                tag = data.get(node["discriminator"]["propertyName"]) if isinstance(data, dict) else None
                reference = node["discriminator"]["mapping"].get(tag) if isinstance(tag, str) else None
                if reference is None:
                    return {}
                node = {"$ref": reference}
            elif "anyOf" in node:
                node = _nth([each for each in node["anyOf"] if each.get("type") != "null"], 0)
            else:
                return node


def _nth(schemas: Iterable[Schema], number: int) -> Schema:
    return next((schema for count, schema in enumerate(schemas) if count == number), {})
