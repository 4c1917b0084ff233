"""Turns a model's complaints about a file into plain sentences at their lines, with the way out."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from engage.campaigns.definition import COLOUR_PATTERN, LANGUAGE_PATTERN, PICTURE_PATTERN, SLUG_PATTERN
from engage.campaigns.findings import Finding
from engage.campaigns.schema import Shape
from engage.campaigns.source import Path, Place, spell

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of fields",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
}
_BOUNDS = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
_PATTERNS = {
    SLUG_PATTERN: ("a short name: 1 to 36 lower-case letters, digits and _", "Write it like `summer_wheel_2`."),
    LANGUAGE_PATTERN: ("a language tag", "Write it like `zh-CN` or `en`."),
    COLOUR_PATTERN: ("a colour", 'Write # and six digits or letters a to f, in quotes, such as "#c81d25".'),
    PICTURE_PATTERN: (
        "the path of a PNG, JPEG or WebP picture beside this file",
        "Write it like `pictures/tyre.png`: English letters, digits, - and _, no spaces, never `..`.",
    ),
}


def read_part(adapter: TypeAdapter[Any], value: object) -> Any:  # noqa: ANN401  whatever the adapter makes
    """The model of a value from a file; ValidationError as pydantic raises it."""
    return adapter.validate_json(json.dumps(value))


def find_part(adapter: TypeAdapter[Any], value: object) -> Any:  # noqa: ANN401  whatever the adapter makes
    """The model of a value from a file, or None if it has a fault, which is reported elsewhere."""
    try:
        return read_part(adapter, value)
    except ValidationError:
        return None


def suggest(wrong: object, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or lists them all; empty if there are none."""
    words = list(dict.fromkeys(known))
    near = get_close_matches(str(wrong), words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    return "Known here: " + ", ".join(f"`{word}`" for word in words) + "." if words else ""


def faults_of(
    error: ValidationError, place: Place, shape: Shape, discriminators: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Each complaint about the value at `place` as one finding.

    `discriminators` are the fields whose value picks a model, since pydantic puts that value into the path.
    """
    for detail in error.errors(include_url=False, include_context=True):
        inner = _inner_path(detail["loc"], place.value, discriminators)
        where = _walk(place, inner)
        found = _explain(detail, where, shape)
        if found is not None:
            yield found


def _inner_path(location: Path, value: object, discriminators: tuple[str, ...]) -> Path:
    """The path in the file: pydantic's without the tags of unions and the mark of a key."""
    path: list[str | int] = []
    fresh = True
    for step in location:
        tags = [value.get(field) for field in discriminators] if fresh and isinstance(value, dict) else []
        fresh = False
        if step in tags or step == "[key]":
            continue
        path.append(step)
        fresh = isinstance(step, int)
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = None
    return tuple(path)


def _walk(place: Place, path: Path) -> Place:
    for step in path:
        place = place[step]
    return place


def _explain(detail: ErrorDetails, place: Place, shape: Shape) -> Finding | None:
    match detail["type"]:
        case "missing":
            return place.fault("missing", f"`{spell(place.path)}` is missing.", _add(place, shape))
        case "extra_forbidden":
            around = place.path[:-1]
            sentence = f"There is no field `{place.path[-1]}` {f'in `{spell(around)}`' if around else 'in a campaign'}."
            known = shape.fields(around, place.source.data)
            return place.fault("unknown_field", sentence, suggest(place.path[-1], known))
        case "string_pattern_mismatch":
            what, way_out = _PATTERNS[detail["ctx"]["pattern"]]
            wrong = place.path[-1] if detail["loc"][-1] == "[key]" else place.value
            return place.fault("bad_name", f"{_show(wrong)} is not {what}.", way_out)
        case kind if kind.endswith(("_long", "_short", "_equal")):
            return _explain_range(kind, detail["ctx"], place, shape)
        case kind:
            return _explain_type(kind, detail.get("ctx", {}), place, shape)


def _explain_range(kind: str, context: dict[str, Any], place: Place, shape: Shape) -> Finding | None:
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        sentence = f"`{spell(place.path)}` must be {words} {context[key]:,}, not {_show(place.value)}."
        return place.fault("out_of_range", sentence, _described(place, shape))
    if kind == "string_too_long":
        sentence = f"The text is longer than {context['max_length']} characters."
        return place.fault("out_of_range", sentence, "Shorten it.")
    return _wrong_length(place, context)


def _explain_type(kind: str, context: dict[str, Any], place: Place, shape: Shape) -> Finding:
    match kind:
        case "literal_error":
            words = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            sentence = f"`{spell(place.path)}` can't be {_show(place.value)}."
            return place.fault("not_a_choice", sentence, suggest(place.value, words))
        case "union_tag_invalid":
            chosen = place[context["discriminator"].strip("'")]
            words = [word.strip("'") for word in context["expected_tags"].split(", ")]
            return chosen.fault(
                "not_a_choice", f"`{spell(chosen.path)}` can't be {_show(chosen.value)}.", suggest(chosen.value, words)
            )
        case "union_tag_not_found":
            chosen = place[context["discriminator"].strip("'")]
            return chosen.fault(
                "missing", f"`{spell(chosen.path)}` is missing.", "Add it: it says which fields belong here."
            )
        case "instant":
            sentence = f"`{spell(place.path)}` is {_show(place.value)}, which is no instant."
            return place.fault(
                "wrong_type", sentence, "Write date, time and offset, such as 2026-11-01T00:00:00+08:00."
            )
        case kind if kind.startswith("date"):
            return place.fault("wrong_type", f"{_show(place.value)} is not a date.", "Write it like 2026-10-01.")
        case kind:
            sentence = f"`{spell(place.path)}` must be {_KINDS[kind]}, not {_show(place.value)}."
            return place.fault("wrong_type", sentence, _convert(kind, place.value) or _described(place, shape))


def _wrong_length(place: Place, context: dict[str, Any]) -> Finding | None:
    """None where pydantic counts only the items that had no fault."""
    count = len(place.value) if isinstance(place.value, list) else 0
    least, most = context.get("min_length", 0), context.get("max_length")
    if count < least:
        return place.fault(
            "out_of_range", f"`{spell(place.path)}` needs at least {least} of them.", "Add what is missing."
        )
    if most is not None and count > most:
        return place.fault(
            "out_of_range", f"`{spell(place.path)}` holds {count}; at most {most} are allowed.", "Take some out."
        )
    return None


def _add(place: Place, shape: Shape) -> str:
    about = shape.description(place.path, place.source.data)
    return f"Add `{place.path[-1]}`. {about}".strip()


def _described(place: Place, shape: Shape) -> str:
    return shape.description(place.path, place.source.data)


def _convert(kind: str, value: object) -> str:
    """What to do about a value that only looks like the right type."""
    if kind == "string_type" and isinstance(value, bool | int | float):
        return "Put it in quotes."
    if kind == "int_type" and isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return "Write the number without quotes."
    if kind == "bool_type" and isinstance(value, str) and value.lower() in {"yes", "no", "on", "off", "true", "false"}:
        return "Write true or false, without quotes."
    return ""


def _show(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f"the text “{value[:60]}”"
        case list():
            return "a list"
        case dict():
            return "a mapping of fields"
        case _:
            return str(value)
