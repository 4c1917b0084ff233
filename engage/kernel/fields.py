"""What pydantic found wrong with something from outside, field by field, in words for whoever sent it.

Nothing of what was sent is repeated, and nothing is named that only this code knows.
"""

import re
from collections.abc import Iterator

from pydantic import ValidationError

WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "model_type": "it must be a JSON object",
    "dict_type": "it must be a JSON object",
}
SCALARS = {"str", "constrained-str", "int", "bool"}
CONTAINER = re.compile(r"\w+\[.+\]")


def find_faults(fault: ValidationError, whole: str) -> Iterator[tuple[str, str]]:
    """Each field that was not accepted, by its path, with the reason; `whole` is the name of all of it.

    Of a field that may be one thing or another there is a reason for each.
    """
    found: dict[str, list[str]] = {}
    for error in fault.errors(include_url=False, include_input=False):
        reasons = found.setdefault(_path(error["loc"]) or whole, [])
        reasons.append(_reason(error["type"], error["msg"], error.get("ctx", {})))
    for field, reasons in found.items():
        yield field, ", or: ".join(dict.fromkeys(reasons))


def _path(place: tuple[str | int, ...]) -> str:
    """Where a field is, without the names that pydantic gives to the kinds that it may be of."""
    parts = [str(part) for part in place if not CONTAINER.fullmatch(str(part))]
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] in SCALARS else parts)


def _reason(kind: str, message: str, context: dict[str, object]) -> str:
    """Our own words where we have them: those of a ValueError that was raised here, or of `WORDS`."""
    return str(context["error"]) if kind == "value_error" else WORDS.get(kind, message)
