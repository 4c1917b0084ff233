"""RFC 8785 canonical JSON: one byte string for one value, so that it can be hashed and signed."""

import orjson

MAX_INTEGER = 2**53 - 1


def canonical(value: object) -> bytes:
    """The canonical bytes of a JSON value with ASCII keys and integers up to 2^53 − 1.

    For such values sorting by code point is RFC 8785's order and orjson escapes just what RFC 8785 escapes.
    TypeError for floats and for anything that is not JSON.
    """
    _require_canonical(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def canonical_unchecked(value: object) -> bytes:
    """As `canonical`, for documents that this program just made and that hold no float."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _require_canonical(value: object) -> None:
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    message = "canonical JSON has ASCII keys only"
                    raise TypeError(message)
                _require_canonical(item)
        case list() | tuple():
            for item in value:
                _require_canonical(item)
        case bool() | None | str():
            return
        case int() if -MAX_INTEGER <= value <= MAX_INTEGER:
            return
        case _:
            message = f"canonical JSON cannot hold {value!r:.80}"
            raise TypeError(message)
