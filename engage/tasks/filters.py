"""Which events count: plain conditions on their fields, or an expression of CEL. Pure; bounded in length and in time.

An expression sees the event's data as `event`. One that fails on an event has not let it through: nothing is raised.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import cel
import orjson

MAX_SOURCE = 1_000
MAX_DEPTH = 12
MAX_LISTS = 4
"""How often an expression may go through a list; within one, only through what an item of it holds."""
KEPT = 1_000

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'")
_LISTS = re.compile(r"\.\s*(?:exists|exists_one|all|map|filter)\s*\(")
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")
_OPERATORS = {"is": "==", "is_not": "!=", "at_least": ">=", "at_most": "<=", "one_of": "in"}


class Passed(StrEnum):
    """What a filter made of an event."""

    YES = "yes"
    NO = "no"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Condition:
    """A field of the event, how it is compared, and with what.

    `lines.category` is met by one line of the order that has such a category. `contains` looks for a value in a list,
    or for a part of a text. A field that the event does not have meets `is_not` only.
    """

    field: str
    operator: str
    value: Any

    def source(self) -> str:
        """The condition as an expression. ValueError for a name that no field has."""
        if _FIELD.match(self.field) is None:
            raise ValueError(f"{self.field} is no field of an event")
        first, _, second = self.field.partition(".")
        if not second:
            return _compare("event", first, self.operator, self.value)
        if self.operator == "is_not":
            return f"!({Condition(self.field, 'is', self.value).source()})"
        inner = _compare("line", second, self.operator, self.value)
        return f"has(event.{first}) && event.{first}.exists(line, {inner})"


def _compare(of: str, name: str, operator: str, value: Any) -> str:  # noqa: ANN401  JSON
    place, literal = f"{of}.{name}", orjson.dumps(value).decode()
    if operator == "is_not":
        return f"(!has({place}) || {place} != {literal})"
    if operator == "contains":
        part = f"{place}.contains({literal})" if isinstance(value, str) else "false"
        return f"(has({place}) && {place} != null && (type({place}) == string ? {part} : {literal} in {place}))"
    known = f"has({place}) && {place} != null"
    return f"({known} && {place} {_OPERATORS[operator]} {literal})"


def source_of(conditions: Sequence[Condition], raw: str | None) -> str | None:
    """All conditions and the expression as one; None if there are none."""
    parts = [condition.source() for condition in conditions]
    if raw is not None:
        parts.append(f"({raw})")
    return " && ".join(parts) or None


def find_fault(raw: str) -> str | None:
    """Why an expression can't be used, with the way out; None if it can."""
    if len(raw) > MAX_SOURCE:
        return f"is longer than {MAX_SOURCE} characters; make it shorter, or use conditions"
    bare = _STRINGS.sub('""', raw)
    if _depth(bare) > MAX_DEPTH:
        return f"has more than {MAX_DEPTH} brackets in each other; make it flatter"
    if (costly := _find_costly(bare)) is not None:
        return costly
    try:
        program = cel.compile(raw)
    except Exception as fault:  # noqa: BLE001  whatever the parser does not like
        return f"does not parse: {_first_line(fault)}"
    unknown = sorted(set(program.variables()) - {"event"} - _loop_names(bare))
    if unknown:
        return f"names {', '.join(unknown)}, which there is not; the fields are those of event, such as event.net_fen"
    return None


def find_type_fault(source: str, sample: Mapping[str, Any]) -> str | None:
    """What is wrong with the types of an expression, tried on an event that has every field; None if nothing is."""
    try:
        result = cel.compile(source).execute({"event": dict(sample)})
    except KeyError as fault:
        return f"names the field {fault.args[0]}, which the event does not have"
    except Exception as fault:  # noqa: BLE001  whatever an expression can do wrong
        return f"fails on an event that has every field: {_first_line(fault)}"
    return None if isinstance(result, bool) else "has to be true or false, such as event.net_fen >= 3000"


def passes(source: str | None, data: Mapping[str, Any]) -> Passed:
    """Whether an event's data pass; no filter lets everything through. Nothing is raised."""
    if source is None:
        return Passed.YES
    try:
        result = _compiled(source).execute({"event": dict(data)})
    except Exception:  # noqa: BLE001  an event of another shape than the filter was written for
        return Passed.FAILED
    if not isinstance(result, bool):
        return Passed.FAILED
    return Passed.YES if result else Passed.NO


@lru_cache(maxsize=KEPT)
def _compiled(source: str) -> cel.Program:
    return cel.compile(source)


def _first_line(fault: Exception) -> str:
    return str(fault).partition("\n")[0][-200:]


def _depth(bare: str) -> int:
    deepest = depth = 0
    for letter in bare:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return max(deepest, bare.count("?"), bare.count("!") // 4, bare.count("-") // 4)


def _find_costly(bare: str) -> str | None:
    """Whether an expression goes through lists more often than is quick."""
    found = list(_LISTS.finditer(bare))
    if len(found) > MAX_LISTS:
        return f"goes through lists {len(found)} times; at most {MAX_LISTS} times is allowed"
    for place in found:
        inside = _inside(bare, place.end())
        if re.search(r"\bevent\b", inside):
            return "goes through the event again within a list; within one, use what its items hold"
        if len(_LISTS.findall(inside)) > 1:
            return "goes through more than two lists in each other; make it flatter"
    return None


def _inside(bare: str, start: int) -> str:
    """What stands between the bracket that was opened before `start` and its end."""
    depth = 1
    for end in range(start, len(bare)):
        depth += (bare[end] in "([{") - (bare[end] in ")]}")
        if depth == 0:
            return bare[start:end]
    return bare[start:]


def _loop_names(bare: str) -> set[str]:
    names = (re.match(r"\s*([A-Za-z_]\w*)\s*,", bare[place.end() :]) for place in _LISTS.finditer(bare))
    return {name.group(1) for name in names if name is not None}
