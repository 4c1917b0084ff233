"""A campaign file's text as plain data that remembers its lines.

YAML 1.2, the safe part only: text, numbers, true/false, null, lists and mappings with text keys. No tags, anchors,
aliases or dates: an instant is text until the model reads it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from engage.campaigns.findings import Finding, Level

Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FULL_WIDTH = re.compile("[：，｛｝［］]")  # noqa: RUF001  the very mistake to look for


def spell(path: Path) -> str:
    """A path as people write it: `games[0].prizes[2].units`; empty for the file itself."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Source:
    """The data of a file and the line of everything in it; lines count from 1."""

    data: object
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the field, or of the nearest thing around it that is in the file."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def root(self) -> "Place":
        """The whole file as a place."""
        return Place(self, (), self.data)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a file, there or not: `place["prizes"]`, `place[2]`. What isn't there has the value None."""

    source: Source
    path: Path
    value: object

    def __getitem__(self, step: str | int) -> "Place":
        match self.value, step:
            case dict(), str():
                value = self.value.get(step)
            case list(), int() if 0 <= step < len(self.value):
                value = self.value[step]
            case _:
                value = None
        return Place(self.source, (*self.path, step), value)

    def items(self) -> Iterator["Place"]:
        """The places in a list; nothing if this is no list."""
        count = len(self.value) if isinstance(self.value, list) else 0
        return (self[number] for number in range(count))

    def finding(self, level: Level, code: str, sentence: str, way_out: str) -> Finding:
        """A finding about this place."""
        return Finding(level, code, self.source.line(self.path), spell(self.path), sentence, way_out)

    def fault(self, code: str, sentence: str, way_out: str) -> Finding:
        """A finding that keeps the file from being loaded."""
        return self.finding(Level.FAULT, code, sentence, way_out)


def read_source(text: str) -> tuple[Source, list[Finding]]:
    """The data and lines of a YAML text, with every fault that the text itself has.

    After a fault in the syntax there is no data; after any other fault the data lacks just what was at fault.
    """
    if len(text.encode()) > MAX_BYTES:
        return _empty(
            _fault("too_large", 1, f"The file is larger than {MAX_BYTES // 1024} KiB.", "Split the campaign.")
        )
    reader = _Reader(text)
    try:
        data = reader.read()
    except MarkedYAMLError as error:
        return _empty(_syntax_fault(text, error))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        sentence = f"The character U+{error.character:04X} is not allowed in a file."
        return _empty(_fault("yaml_syntax", line, sentence, "Delete it; it is often pasted in unseen."))
    source = Source(data, reader.lines)
    if not isinstance(data, dict) and not reader.faults:
        reader.faults.append(
            _fault(
                "not_a_campaign",
                source.line(()),
                "The file holds no fields.",
                "Begin it with `id:` and the fields of a campaign.",
            )
        )
    return source, reader.faults


def _empty(fault: Finding) -> tuple[Source, list[Finding]]:
    return Source(None, {}), [fault]


def _fault(code: str, line: int, sentence: str, way_out: str, path: str = "") -> Finding:
    return Finding(Level.FAULT, code, line, path, sentence, way_out)


def _syntax_fault(text: str, error: MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    where = f" {error.context}" if error.context else ""
    begun = f" (begun in line {error.context_mark.line + 1})" if error.context and error.context_mark else ""
    lines = text.splitlines()
    line = min(mark.line + 1 if mark is not None else 1, len(lines))
    near = lines[max(0, line - 2) : line]
    way_out = "Check the indentation, the colons and the quotes in this line and the one above."
    if any(_FULL_WIDTH.search(each) for each in near):
        way_out = "There is full-width punctuation here (：，): YAML needs the plain `:` and `,`."  # noqa: RUF001
    elif any("\t" in each for each in near):
        way_out = "There is a tab here: indent with spaces."
    return _fault("yaml_syntax", line, f"This is not valid YAML{where}{begun}: {error.problem}.", way_out)


class _Reader:
    """Builds plain data from the parser's events and writes down where everything stood."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: list[Finding] = []
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))

    def read(self) -> object:
        data: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentStartEvent | DocumentEndEvent):
                continue
            documents += 1
            if documents > 1:
                self._fault(
                    "many_documents",
                    event,
                    (),
                    "The file holds more than one document.",
                    "Keep one; delete the `---` between.",
                )
                break
            data = self._value(event, ())
        return data

    def _value(self, event: Event, path: Path) -> object:
        self.lines.setdefault(path, event.start_mark.line + 1)
        self._refuse_extras(event, path)
        if len(path) > MAX_DEPTH:
            self._fault(
                "too_deep", event, path, f"Fields are nested more than {MAX_DEPTH} deep.", "Check the indentation."
            )
            self._pass_over(event)
            return None
        match event:
            case ScalarEvent():
                return _scalar(event)
            case SequenceStartEvent():
                return self._list(path)
            case MappingStartEvent():
                return self._mapping(path)
            case _:
                return None

    def _pass_over(self, event: Event) -> None:
        """Read to the end of a value that is of no use, however deep it is."""
        depth = int(isinstance(event, SequenceStartEvent | MappingStartEvent))
        while depth:
            event = next(self._events)
            depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
            depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)

    def _refuse_extras(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            sentence = "Anchors (&) and aliases (*) are not allowed."
            self._fault("yaml_anchor", event, path, sentence, "Write the value out in each place.")
            return
        tag = getattr(event, "tag", None)
        if tag:
            self._fault("yaml_tag", event, path, f"The tag {tag} is not allowed.", "Delete it; quote what is text.")

    def _list(self, path: Path) -> list[object]:
        items: list[object] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        fields: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            if key is None:
                self._pass_over(next(self._events))
                continue
            if key in fields:
                first = self.lines[(*path, key)]
                self._fault(
                    "duplicate_field",
                    event,
                    (*path, key),
                    f"`{key}` is here twice; it was first in line {first}.",
                    "Keep one.",
                )
                self._pass_over(next(self._events))
                continue
            self.lines[(*path, key)] = event.start_mark.line + 1
            fields[key] = self._value(next(self._events), (*path, key))
        return fields

    def _key(self, event: Event, path: Path) -> str | None:
        """The text of a key; None if it is anything else."""
        shown = "a list or mapping"
        if isinstance(event, ScalarEvent):
            self._refuse_extras(event, path)
            key = _scalar(event)
            if isinstance(key, str):
                return key
            shown = event.value or "nothing"
        self._pass_over(event)
        self._fault(
            "key_not_text", event, path, f"A field's name must be text, not {shown}.", "Name the field, or quote it."
        )
        return None

    def _fault(self, code: str, event: Event, path: Path, sentence: str, way_out: str) -> None:
        self.faults.append(_fault(code, event.start_mark.line + 1, sentence, way_out, spell(path)))


def _scalar(event: ScalarEvent) -> object:
    """YAML 1.2's core schema without octal, hexadecimal and special floats; all that is quoted is text."""
    text: str = event.value
    if event.style is not None or text in _NULL:
        return text if event.style is not None else None
    if text in _BOOL:
        return _BOOL[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
