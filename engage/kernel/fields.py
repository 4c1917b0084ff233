"""What pydantic found wrong with something from outside, field by field, in words for whoever sent it.

Nothing of what was sent is repeated, and nothing is named that only this code knows.
"""

from collections.abc import Iterator

from pydantic import ValidationError

WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "model_type": "it must be a JSON object",
    "dict_type": "it must be a JSON object",
}


def find_faults(fault: ValidationError, whole: str) -> Iterator[tuple[str, str]]:
    """Each field that was not accepted, by its path, with the reason; `whole` is the name of all of it."""
    for error in fault.errors(include_url=False, include_input=False):
        yield ".".join(map(str, error["loc"])) or whole, _reason(error["type"], error["msg"], error.get("ctx", {}))


def _reason(kind: str, message: str, context: dict[str, object]) -> str:
    """Our own words where we have them: those of a ValueError that was raised here, or of `WORDS`."""
    return str(context["error"]) if kind == "value_error" else WORDS.get(kind, message)
