"""Which pages and states there are. A part of the house adds its own in a module of `tests/pages/states`."""

import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TypeAlias

from playwright.sync_api import Page

from tests.pages import states
from tests.support.screen import Screen
from tests.support.served import Served, running_demo

House: TypeAlias = Callable[[], AbstractContextManager[Served]]
"""Opens a server that has what a state needs. States that name the same one share it."""


@dataclass(frozen=True)
class State:
    """A page in one state.

    `show` brings a fresh screen there, as a person would, and comes back when nothing moves any more. `name` is also
    the name of its pictures: page first, state last, as in `game-wheel-sold-out`. `is_first_load` says that nothing
    but the page's own loading happens, so it can be weighed. `moves` says that it comes about only where things move.
    `allowed` are patterns of faults that belong to it.
    """

    name: str
    show: Callable[[Screen, Served], Page]
    house: House = running_demo
    is_first_load: bool = False
    moves: bool = False
    allowed: tuple[str, ...] = ()


@dataclass
class Houses:
    """The servers that were opened so far, each once, until `close`."""

    _stack: ExitStack = field(default_factory=ExitStack)
    _open: dict[House, Served] = field(default_factory=dict)

    def of(self, state: State) -> Served:
        """The server of a state."""
        return self.open(state.house)

    def open(self, house: House) -> Served:
        """A server, which is opened when it is first asked for."""
        if house not in self._open:
            self._open[house] = self._stack.enter_context(house())
        return self._open[house]

    def lend(self, house: House, served: Served) -> None:
        """Take a server that is there already, and is somebody else's to stop."""
        self._open[house] = served

    def close(self) -> None:
        """Stop them all."""
        self._stack.close()


@cache
def all_states() -> tuple[State, ...]:
    """Every state, by name. ValueError if two have the same."""
    modules = (import_module(f"{states.__name__}.{found.name}") for found in pkgutil.iter_modules(states.__path__))
    found: dict[str, State] = {}
    for state in (state for module in modules for state in module.STATES):
        if found.setdefault(state.name, state) is not state:
            message = f"two states are called {state.name}"
            raise ValueError(message)
    return tuple(found[name] for name in sorted(found))
