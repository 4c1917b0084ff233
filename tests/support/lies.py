"""Changes to an export, made by chance: what a file may have become on its way, or by a liar's hand."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

Path: TypeAlias = tuple[Any, ...]

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    7,
    2**32,
    2**53 - 1,
    2**53,
    "",
    "none",
    "out",
    "limit",
    "draw/1",
    "deck/1",
    "00" * 32,
    "A" * 86,
    "2026-12-02T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
    "0000-00-00T00:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    "2027-02-01T00:00:00.000Z",
    "\ud800",
    "é😀" * 50,
    "\U0001f600" * 81,
    [],
    {},
    [[]],
    1.5,
)
"""Values that mean something in some place of an export, and those that programs stumble over."""


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all nodes of a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from paths_in(item, (*path, name))


def at(document: Any, path: Path) -> Any:
    """The node at a place."""
    for step in path:
        document = document[step]
    return document


def tamper(chance: Random, document: Any) -> None:
    """Change one place of a document: another value, its neighbour's, a digit, an order, one more, or one less."""
    paths = [path for path in paths_in(document) if path]
    path = chance.choice(paths)
    around, name = at(document, path[:-1]), path[-1]
    match chance.randrange(6):
        case 0:
            around[name] = deepcopy(chance.choice(ODD))
        case 1:
            around[name] = deepcopy(at(document, chance.choice(paths)))
        case 2:
            like = [other for other in paths if other[-1] == name]
            around[name] = deepcopy(at(document, chance.choice(like)))
        case 3:
            del around[name]
        case 4 if isinstance(around, list):
            around.insert(chance.randint(0, len(around)), deepcopy(around[name]))
        case 4:
            around[f"extra{chance.randrange(9)}"] = 1
        case _:
            around[name] = _nudged(chance, around[name])


def _nudged(chance: Random, value: Any) -> Any:
    """Nearly the same."""
    if type(value) is int:
        return value + chance.choice((-1, 1, 2))
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("0123456789abcdefA") + value[place + 1 :]
    if isinstance(value, list):
        return chance.sample(value, len(value))
    return value
