"""One transaction in memory: its instant, the rows loaded for it, what it inserts and changes, and its events."""

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from engage.storage.hot import Hot, Key, Load, R
from engage.storage.log import Event

T = TypeVar("T")


class MemberCounter(Protocol):
    """A row that numbers its member's own events."""

    member: str
    position: int


class Work:
    """What a decision sees and leaves behind. `now_ms` is the one instant of everything in it (milliseconds, UTC)."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.found: dict[Load[Any], dict[Key, Any]] = {}
        self.inserted: dict[Hot[Any], list[Any]] = {}
        self.changed: dict[Hot[Any], dict[Key, Any]] = {}
        self.events: list[Event] = []
        self.refused: Counter[tuple[str, str]] = Counter()
        self._together: dict[Callable[[Any, list[Any]], None], list[Any]] = {}
        self._undo: list[Callable[[], None]] = []
        self._new: set[int] = set()
        self._ways: dict[Hot[Any], list[Load[Any]]] = {}
        self._indexed = 0
        self._connection: sa.Connection | None = None
        self._used_connection = False
        self.load: Callable[[Load[Any], list[Any]], None]

    def lend(self, connection: sa.Connection) -> None:
        """Give the decisions the connection of this transaction."""
        self._connection = connection

    @property
    def connection(self) -> sa.Connection:
        """The transaction's connection, for statements that are not hot. Whoever asks for it may have written."""
        assert self._connection is not None, "the store lends its connection when it begins"
        self._used_connection = True
        return self._connection

    def find(self, load: Load[R], key: Key) -> R | None:
        """The loaded row with this key, or None. KeyError if nobody asked for this way to load."""
        row: R | None = self.found[load].get(key)
        return row

    def find_many(self, load: Load[R], key: Key) -> list[R]:
        """The loaded rows with this key, in the load's order. KeyError if nobody asked for them."""
        rows: list[R] = self.found[load][key]
        return rows

    def fetch(self, load: Load[R], key: Key) -> R | None:
        """As `find`, but reads the row now if it was not loaded with the batch.

        For what a process keeps after its first use.
        """
        if key not in self.found.get(load, {}):
            self.load(load, [key])
            self._see_own_writes(load, key)
        return self.find(load, key)

    def _see_own_writes(self, load: Load[Any], key: Key) -> None:
        """A row that this transaction inserted or changed is the row, however it is looked for."""
        hot, found = load.hot, self.found[load]
        changed = self.changed.get(hot, {})
        new = [row for row in self.inserted.get(hot, ()) if load.key(row) == key]
        if load.many:
            found[key] = [changed.get(hot.key(row), row) for row in found.get(key, ())] + new
        elif new:
            found[key] = new[0]
        elif key in found:
            found[key] = changed.get(hot.key(found[key]), found[key])

    def insert(self, hot: Hot[Any], row: Any) -> None:  # noqa: ANN401  any row class
        """Record a new row; later decisions of the same batch find it."""
        self.inserted.setdefault(hot, []).append(row)
        self._new.add(id(row))
        for load in self._ways_to(hot):
            found, key = self.found[load], load.key(row)
            if not load.many:
                found[key] = row
            elif key in found:
                found[key].append(row)

    def _ways_to(self, hot: Hot[Any]) -> list[Load[Any]]:
        """The ways in which rows of a table were looked for so far."""
        if self._indexed != len(self.found):
            self._indexed, self._ways = len(self.found), {}
            for load in self.found:
                self._ways.setdefault(load.hot, []).append(load)
        return self._ways.get(hot, [])

    def change(self, hot: Hot[Any], row: Any) -> None:  # noqa: ANN401  any row class
        """Mark a loaded row as changed; a row inserted in this batch needs no second statement."""
        if id(row) not in self._new:
            self.changed.setdefault(hot, {})[hot.key(row)] = row

    def append(
        self, name: str, subject: str, data: str = "", member: MemberCounter | None = None, game: str | None = None
    ) -> int:
        """Append an event; a member's event takes that member's next position, which is returned (0 for others).

        The caller marks the member's row as changed.
        """
        if member is None:
            self.events.append(Event(name, subject, data, None, None, game))
            return 0
        member.position += 1
        self.events.append(Event(name, subject, data, member.member, member.position, game))
        return member.position

    def do_together(self, finish: "Callable[[Work, list[T]], None]", item: T) -> None:
        """Have `finish` called once with all such items of the batch, after the last decision and before the flush."""
        self._together.setdefault(finish, []).append(item)

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Have `undo` called if this transaction comes to nothing: for what a process keeps outside the database."""
        self._undo.append(undo)

    def finish(self, hots: Collection[Hot[Any]]) -> None:
        """Run what the decisions left to be done together. What is written must be of `hots`, which are flushed."""
        for finish, items in self._together.items():
            finish(self, items)
        unknown = (self.inserted.keys() | self.changed.keys()) - set(hots)
        assert not unknown, f"nobody flushes {', '.join(hot.name for hot in unknown)}"

    def undo(self) -> None:
        """Tell those who keep something outside the database that nothing of this happened."""
        for undo in self._undo:
            undo()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self._used_connection or self.inserted or self.changed or self.events or self.refused)
