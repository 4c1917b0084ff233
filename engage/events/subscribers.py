"""Those who react to the log: each reads on from its own stored position, and effects and position commit together.

The subscriber's row is the claim: whoever holds its lock and still finds the position it read from handles the next
events, so several processes never handle the same event twice, and a crash handles none by half.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import gevent
import sqlalchemy as sa
import structlog
from gevent.event import Event

from engage.events.log import LoggedEvent, find_next, read_after
from engage.events.tables import dead_letter
from engage.events.tables import subscriber as subscriber_table
from engage.kernel.refusals import Busy, Refusal
from engage.storage.log import Event as Appended
from engage.storage.work import Work
from engage.storage.writer import Writer

POLL_SECONDS = 1.0
RETRY_SECONDS = 0.1
MAX_RETRY_SECONDS = 30.0
MAX_ATTEMPTS = 5
MAX_BATCH = 256
MAX_REASON = 500
MAX_PASSED = 10_000

log = structlog.get_logger()
Handle: TypeAlias = Callable[[Work, Sequence[LoggedEvent]], None]

READ_POSITION = sa.select(subscriber_table.c.position).where(subscriber_table.c.name == sa.bindparam("name"))
CLAIM = READ_POSITION.with_for_update(skip_locked=True)
INTRODUCE = sa.text("INSERT INTO subscriber (name, position) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING")
ADVANCE = sa.text("UPDATE subscriber SET position = :position WHERE name = :name")


class HandlerFault(Exception):  # noqa: N818  the handler's, not the database's
    """A handler refused an event. Nobody waits for that answer, so it is a fault like any other."""


@dataclass(frozen=True)
class Subscriber:
    """One reader of the log.

    `handle` gets the next events, in order and without gaps, inside the transaction that also stores the new position.
    It must be quick, because on SQLite every other write waits for it. `batch`: how many events at a time, 1 … 256.
    `gather_seconds`: how long to let events gather after the first one, for who need not react at once.
    `sets_aside`: an event that it fails at five times is set aside as a dead letter, and it reads on; without, it stops
    there, for whoever must not miss one. `names`: the events that it is for (None: all), and with `subjects` also those
    whose subject begins so; others neither wake it nor are read, and a stretch of them costs it no transaction, so its
    stored position may lie some 10,000 events back.
    """

    name: str
    batch: int
    handle: Handle
    gather_seconds: float = 0.0
    sets_aside: bool = False
    names: frozenset[str] | None = None
    subjects: str = ""

    def is_for_any(self, names: Collection[str], events: Sequence[Appended]) -> bool:
        """Whether some event is one of those that it is for; `names` are the names of all of them."""
        if self.names is None or not self.names.isdisjoint(names):
            return True
        subjects = self.subjects
        return bool(subjects) and any(event.subject.startswith(subjects) for event in events)

    def __post_init__(self) -> None:
        assert 1 <= self.batch <= MAX_BATCH, "a handler's transaction is short"


class SubscriberLoop:
    """Serves subscribers, each in a greenlet of its own, so that one which fails holds up nobody else.

    A handler that fails is tried again, with one event at a time so that the log names the one it fails at. After five
    attempts at the same event that is set aside, or its subscriber stops with an alarm, its position before that event.
    A database that does not answer (Busy) is no fault of the handler and is tried for as long as it takes.
    """

    def __init__(self, writer: Writer, reader: sa.Engine, subscribers: Sequence[Subscriber]) -> None:
        self._writer, self._reader, self._subscribers = writer, reader, tuple(subscribers)
        self._bells = [Event() for _ in self._subscribers]
        self._passed: dict[str, int] = {}
        self._ending = Event()
        self._greenlets: list[gevent.Greenlet[..., None]] = []
        self.stopped: dict[str, int] = {}
        writer.on_commit(self._wake)

    def start(self) -> None:
        """Begin to serve; events that other processes commit are noticed within a second."""
        pairs = zip(self._subscribers, self._bells, strict=True)
        self._greenlets = [gevent.spawn(self._serve, *pair) for pair in pairs]

    def stop(self) -> None:
        """Let handlers that are at work finish, then end."""
        self._ending.set()
        for bell in self._bells:
            bell.set()
        gevent.joinall(self._greenlets)

    def catch_up(self) -> int:
        """Handle all there is for every subscriber, here and now; how many events. Raises what a handler raises."""
        total = 0
        for subscriber in self._subscribers:
            while handled := self._handle_next(subscriber, subscriber.batch):
                total += handled
        return total

    def _wake(self, events: Sequence[Appended]) -> None:
        names = {event.name for event in events}
        for subscriber, bell in zip(self._subscribers, self._bells, strict=True):
            if not bell.is_set() and subscriber.is_for_any(names, events):
                bell.set()

    def _serve(self, subscriber: Subscriber, bell: Event) -> None:
        failures = careful = 0
        while not self._ending.is_set():
            bell.clear()
            limit = 1 if careful else subscriber.batch
            try:
                handled = self._handle_next(subscriber, limit)
            except Exception as fault:
                failures += not isinstance(fault, Busy)
                careful = subscriber.batch if failures else careful
                if failures == MAX_ATTEMPTS:
                    if not self._give_up(subscriber, fault):
                        return
                    failures, careful = 0, max(careful - 1, 0)
                    continue
                log.warning("subscriber_failed", subscriber=subscriber.name, attempt=failures, exc_info=fault)
                self._ending.wait(timeout=min(RETRY_SECONDS * 4**failures, MAX_RETRY_SECONDS))
                continue
            failures, careful = 0, max(careful - handled, 0)
            gevent.sleep(0)
            if handled < limit and bell.wait(timeout=POLL_SECONDS):
                self._ending.wait(timeout=subscriber.gather_seconds)

    def _handle_next(self, subscriber: Subscriber, limit: int) -> int:
        """Handle or pass the next events; how many. 0 when there are none, or when another process was quicker."""
        with self._reader.connect() as connection:
            position = connection.execute(READ_POSITION, {"name": subscriber.name}).scalar()
            passed, has_own = self._pass_others(connection, subscriber, position)
            reached = self._after(subscriber, position)
            events = read_after(connection, reached, limit) if has_own else []
        if events:
            reached = events[-1].position
        elif reached - (position or 0) < MAX_PASSED:
            return passed
        return self._writer.run(lambda work: _handle(work, subscriber, position, events, reached)) or passed

    def _pass_others(self, connection: sa.Connection, subscriber: Subscriber, position: int | None) -> tuple[int, bool]:
        """Go past the next events that are for others; how many, and whether one that it is for may come after them."""
        if subscriber.names is None:
            return 0, True
        after = self._after(subscriber, position)
        last, wanted = find_next(connection, after, subscriber.names, subscriber.subjects)
        self._passed[subscriber.name] = last if wanted is None else wanted - 1
        return self._passed[subscriber.name] - after, wanted is not None

    def _after(self, subscriber: Subscriber, position: int | None) -> int:
        """Where a subscriber reads on: after its stored position and what it has passed since."""
        return max(position or 0, self._passed.get(subscriber.name, 0))

    def _give_up(self, subscriber: Subscriber, fault: Exception) -> bool:
        """Set the event aside that a handler fails at, or stop before it; whether it goes on."""
        with self._reader.connect() as connection:
            position = connection.execute(READ_POSITION, {"name": subscriber.name}).scalar()
        failed_at = self._after(subscriber, position) + 1
        if subscriber.sets_aside:
            self._writer.run(lambda work: _set_aside(work, subscriber, position or 0, failed_at, fault))
            log.error("event_set_aside", subscriber=subscriber.name, failed_at=failed_at, exc_info=fault)
            return True
        self.stopped[subscriber.name] = failed_at - 1
        log.error("subscriber_stopped", subscriber=subscriber.name, failed_at=failed_at, exc_info=fault)
        return False


def _set_aside(work: Work, subscriber: Subscriber, position: int, failed_at: int, fault: Exception) -> None:
    """Write an event down as a dead letter and go past it, unless another process was quicker."""
    work.connection.execute(INTRODUCE, {"name": subscriber.name})
    if work.connection.execute(CLAIM, {"name": subscriber.name}).scalar() != position:
        return
    letter = {
        "subscriber": subscriber.name,
        "position": failed_at,
        "reason": f"{type(fault).__name__}: {fault.__cause__ or fault}"[:MAX_REASON],
        "recorded_at": work.now_ms,
    }
    work.connection.execute(sa.insert(dead_letter).values(letter))
    work.connection.execute(ADVANCE, {"name": subscriber.name, "position": failed_at})


def _handle(
    work: Work, subscriber: Subscriber, position: int | None, events: Sequence[LoggedEvent], reached: int
) -> int:
    if position is None:
        work.connection.execute(INTRODUCE, {"name": subscriber.name})
    claimed = work.connection.execute(CLAIM, {"name": subscriber.name}).scalar()
    if claimed != (position or 0):
        return 0
    try:
        if events:
            subscriber.handle(work, events)
    except Refusal as refusal:
        message = f"{subscriber.name} refused what has happened already"
        raise HandlerFault(message) from refusal
    work.connection.execute(ADVANCE, {"name": subscriber.name, "position": reached})
    return len(events)
