"""The one road of every write: commands wait here, and what waits while one commit is in flight is the next batch.

A batch is one transaction. A command that refuses does not disturb its neighbours, for it decides before it writes; a
batch that the database refuses is tried once more, then halved until the poison stands alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import gevent
import sqlalchemy as sa
import structlog
from gevent.event import AsyncResult, Event

from engage.kernel.clock import Clock
from engage.kernel.refusals import Busy, Refusal, UnderReview
from engage.storage.hot import Needs
from engage.storage.log import Event as Appended
from engage.storage.store import ConnectionLost, Store
from engage.storage.work import Work

MAX_BATCH = 256
CLOCK_SLACK_MS = 5_000

log = structlog.get_logger()
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Command(Protocol[T_co]):
    """One thing to decide.

    `game` is whose refusals are counted. One that stands `alone` is a batch by itself, because it may write through the
    transaction's connection before it refuses: a refusal then rolls everything back.
    """

    @property
    def alone(self) -> bool:
        """Whether it has to be a batch by itself."""

    @property
    def game(self) -> str | None:
        """Whose refusals are counted."""

    def needs(self, needs: Needs) -> None:
        """Ask for the rows that `decide` looks at."""

    def decide(self, work: Work) -> T_co:
        """Check everything, then write into the work; raise a Refusal before the first write or never."""

    def blame(self, table: str) -> tuple[str, str]:
        """The subject (kind, id) to put under review when a rule of this table was broken: its member or its game."""


class Quarantine(Protocol):
    """Puts a subject under review, in a transaction of its own."""

    def __call__(self, work: Work, kind: str, subject: str, reason: str) -> None:
        """Put the subject of this kind (member, game) under review."""


class Overtaken(Exception):  # noqa: N818  nobody's fault
    """Another process has carried out meanwhile what was asked here: rolled back, and decided anew."""


_UNDECIDED = AssertionError("the batch gives every job its outcome")


class _Job(Generic[T]):
    __slots__ = ("command", "outcome", "result")

    def __init__(self, command: Command[T]) -> None:
        self.command = command
        self.result: AsyncResult[None] = AsyncResult()
        self.outcome: T | Exception = _UNDECIDED


class _Run(Generic[T]):
    """The command that `Writer.run` makes of a function: alone in its transaction."""

    game = None
    alone = True

    def __init__(self, decide: Callable[[Work], T]) -> None:
        self.decide = decide

    def needs(self, needs: Needs) -> None:
        """Nothing is loaded ahead."""

    def blame(self, _table: str) -> tuple[str, str]:
        """Nobody: a function that breaks a rule is a fault."""
        return ("", "")


class Violation(Exception):  # noqa: N818  a broken rule of the books
    """The database refused a write because it would break a rule; `table` is whose."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(reason)
        self.table, self.reason = table, reason


class Writer:
    """Decides and commits. With `start` a greenlet serves the queue; without, callers' commands run at once.

    `observe` is told the name of each point a crash could happen at: `before_commit`, `after_commit`.
    """

    def __init__(  # noqa: PLR0913  what it is made of
        self,
        store: Store,
        clock: Clock,
        *,
        find_violation: Callable[[Exception], Violation | None],
        quarantine: Quarantine,
        queue_size: int = 4096,
        wait_seconds: float = 10.0,
        observe: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self.clock = clock
        self._store, self._observe = store, observe
        self._find_violation, self._quarantine = find_violation, quarantine
        self._queue: deque[_Job[Any]] = deque()
        self._queue_size, self._wait_seconds = queue_size, wait_seconds
        self._bell = Event()
        self._loop: gevent.Greenlet[..., None] | None = None
        self._stopping = False
        self._commit = store.commit
        self._after_commit: list[Callable[[Sequence[Appended]], None]] = []

    def start(self) -> None:
        """Serve the queue in a greenlet of this process. While a native thread commits, requests go on being read."""
        if self._store.commit_blocks:
            self._commit = partial(gevent.get_hub().threadpool.apply, self._store.commit)
        self._loop = gevent.spawn(self._serve)

    def stop(self) -> None:
        """Finish what waits and what is being committed, then let the connection go."""
        if self._loop is not None:
            self._stopping = True
            self._bell.set()
            self._loop.join()
            self._loop = None
        self._store.close()

    def on_commit(self, wake: Callable[[Sequence[Appended]], None]) -> None:
        """Have `wake` called after each commit that appended to the log, with what it appended."""
        self._after_commit.append(wake)

    def submit(self, command: Command[T]) -> T:
        """The outcome of a command once it is committed. Refuses with what the command refuses, or Busy."""
        job = _Job(command)
        if self._loop is None:
            self.process([job])
        else:
            if len(self._queue) >= self._queue_size:
                raise Busy(detail="Too many requests are waiting. Send the same request with the same key again.")
            self._queue.append(job)
            self._bell.set()
            try:
                job.result.get(timeout=self._wait_seconds)
            except gevent.Timeout:
                raise Busy(detail="No answer in time. Send the same request with the same key again.") from None
        if isinstance(job.outcome, Exception):
            raise job.outcome
        return job.outcome

    def run(self, decide: Callable[[Work], T]) -> T:
        """The outcome of a function in a transaction of its own, committed: studio edits, jobs, publishing."""
        return self.submit(_Run(decide))

    def decide_all(self, commands: Sequence[Command[Any]]) -> list[Any]:
        """The outcomes (refusals included) of commands that are one batch, in their order."""
        jobs = [_Job(command) for command in commands]
        self.process(jobs)
        return [job.outcome for job in jobs]

    def _serve(self) -> None:
        while self._queue or not self._stopping:
            if not self._queue:
                self._bell.clear()
                self._bell.wait()
                continue
            jobs = self._next_batch()
            self.process(jobs)
            for job in jobs:
                job.result.set()
            gevent.sleep(0)

    def _next_batch(self) -> list[_Job[Any]]:
        """What waits, at most 256; what stands alone is a batch by itself."""
        queue = self._queue
        jobs = [queue.popleft()]
        if jobs[0].command.alone:
            return jobs
        while queue and len(jobs) < MAX_BATCH and not queue[0].command.alone:
            jobs.append(queue.popleft())
        return jobs

    def process(self, jobs: Sequence[_Job[Any]], *, tried: bool = False) -> None:
        """Give each job its outcome. A batch that fails is tried again whole, once, then in halves.

        A lost connection is nobody's poison: when a second one is lost as well, all are told that the database is away.
        """
        try:
            self._commit_batch(jobs)
        except Exception as raised:  # noqa: BLE001  whatever it is, each waiter must get an answer
            fault = _driver_error(raised)
            if self._store.is_lost(fault):
                fault = ConnectionLost(str(fault))
            self._recover(fault)
            if not tried and self._may_retry(fault, jobs):
                self.process(jobs, tried=True)
            elif len(jobs) > 1 and not isinstance(fault, ConnectionLost):
                middle = len(jobs) // 2
                self.process(jobs[:middle])
                self.process(jobs[middle:])
            else:
                for job in jobs:
                    job.outcome = self._explain(fault, job.command)

    def _may_retry(self, fault: Exception, jobs: Sequence[_Job[Any]]) -> bool:
        if isinstance(fault, ConnectionLost):
            return not isinstance(jobs[0].command, _Run)
        return isinstance(fault, Overtaken) or self._store.is_passing(fault)

    def _commit_batch(self, jobs: Sequence[_Job[Any]]) -> None:
        needs = Needs()
        for job in jobs:
            job.command.needs(needs)
        work, last_ms = self._store.begin(needs)
        try:
            work.now_ms = self._now_after(last_ms)
            for job in jobs:
                self._decide(job, work)
            if work.is_empty or (jobs[0].command.alone and isinstance(jobs[0].outcome, Refusal)):
                self._store.rollback()
                work.undo()
                return
            work.finish(self._store.hots)
            self._store.flush(work)
            self._observe("before_commit")
            self._commit()
        except BaseException:
            work.undo()
            raise
        self._observe("after_commit")
        if work.events:
            for wake in self._after_commit:
                wake(work.events)

    def _now_after(self, last_ms: int) -> int:
        """The instant of a transaction: never before the last record, which was read after the rows were locked.

        Refuses with Busy while the clock stands more than 5 s before that: a clock set back must give nothing twice.
        """
        now_ms = self.clock.now_ms()
        if now_ms < last_ms - CLOCK_SLACK_MS:
            log.error("clock_set_back", now_ms=now_ms, last_ms=last_ms)
            raise Busy(detail="The server's clock stands before its last record. Nothing was written.")
        return max(now_ms, last_ms)

    def _decide(self, job: _Job[Any], work: Work) -> None:
        try:
            job.outcome = job.command.decide(work)
        except Refusal as refusal:
            job.outcome = refusal
            if job.command.game is not None:
                work.refused[job.command.game, refusal.code] += 1

    def _recover(self, fault: Exception) -> None:
        try:
            if isinstance(fault, ConnectionLost):
                self._store.reconnect()
            else:
                self._store.rollback()
        except Exception:
            log.exception("write_connection_lost")

    def _explain(self, fault: Exception, command: Command[Any]) -> Exception:
        """What the waiter of a command that can't be committed is told."""
        if isinstance(fault, Refusal):
            return fault
        violation = self._find_violation(fault)
        if violation is not None and violation.table:
            kind, subject = command.blame(violation.table)
            if subject:
                log.error("quarantined", kind=kind, subject=subject, reason=violation.reason)
                self.process([_Job(_Run(lambda work: self._quarantine(work, kind, subject, violation.reason)))])
                return UnderReview("The books do not add up here; two people have to look at it first.")
        if isinstance(fault, ConnectionLost | Overtaken) or self._store.is_passing(fault):
            return Busy("The database did not answer. Send the same request with the same key again.")
        log.error("write_failed", exc_info=fault)
        return fault


def _driver_error(fault: Exception) -> Exception:
    """The driver's own error, which SQLAlchemy wraps when a statement went through it."""
    original = fault.orig if isinstance(fault, sa.exc.DBAPIError) else None
    return original if isinstance(original, Exception) else fault
