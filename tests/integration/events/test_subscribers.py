"""Subscribers: every event once, effects and position together, whatever fails and whoever else reads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import gevent
import pytest
import sqlalchemy as sa
from gevent.event import Event

from engage.events import LoggedEvent, Subscriber, SubscriberLoop, subscribers
from engage.events.subscribers import HandlerFault
from engage.kernel.refusals import Busy, NotFound
from engage.storage.work import Work
from tests.support.log import Log, open_log

WAIT_SECONDS = 20
PROCESSES, ROUNDS = 4, 10
NOTE = sa.text("INSERT INTO refusal_count (game, code, n) VALUES (:subject, :position, 1)")
NOTED = sa.text("SELECT code FROM refusal_count")
STORED = sa.text("SELECT position FROM subscriber WHERE name = 'notes'")


def note(work: Work, events: Sequence[LoggedEvent]) -> None:
    """An effect that can be had only once: a row for each position."""
    for event in events:
        work.connection.execute(NOTE, {"subject": "notes", "position": str(event.position)})


def noted(log: Log) -> list[int]:
    """Which positions had their effect."""
    with log.reader.connect() as connection:
        return sorted(int(code) for (code,) in connection.execute(NOTED))


def stored_position(log: Log) -> int:
    """How far the subscriber says it has read."""
    with log.reader.connect() as connection:
        return connection.execute(STORED).scalar() or 0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the other greenlets run until something is so."""
    with gevent.Timeout(WAIT_SECONDS):
        while not is_so():
            gevent.sleep(0.01)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "RETRY_SECONDS", 0.001)


def test_catching_up_handles_every_event_once_in_batches(log: Log) -> None:
    batches: list[list[int]] = []

    def handle(work: Work, events: Sequence[LoggedEvent]) -> None:
        batches.append([event.position for event in events])
        note(work, events)

    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, handle)])
    log.happen(10)
    assert loop.catch_up() == 10
    assert loop.catch_up() == 0
    assert batches == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert noted(log) == list(range(1, 11))
    assert stored_position(log) == 10


@pytest.mark.parametrize(("raised", "told"), [(ArithmeticError(), ArithmeticError), (NotFound("No."), HandlerFault)])
def test_a_handler_that_fails_or_refuses_leaves_neither_effect_nor_position(
    log: Log, raised: Exception, told: type[Exception]
) -> None:
    def fail(work: Work, events: Sequence[LoggedEvent]) -> None:
        note(work, events)
        raise raised

    log.happen(3)
    with pytest.raises(told):
        SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, fail)]).catch_up()
    assert noted(log) == []
    assert stored_position(log) == 0


@pytest.mark.parametrize("served", [False, True], ids=["inline", "served"])
def test_a_commit_wakes_the_subscribers(log: Log, served: bool) -> None:  # noqa: FBT001  a parameter of the test
    if served:
        log.writer.start()
    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 256, note)])
    loop.start()
    log.happen(3)
    wait_until(lambda: noted(log) == [1, 2, 3])
    log.happen(2)
    wait_until(lambda: noted(log) == [1, 2, 3, 4, 5])
    loop.stop()


def test_what_another_process_commits_is_noticed_within_a_second_or_so(log: Log, migrated_url: str) -> None:
    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 256, note)])
    loop.start()
    with open_log(migrated_url, log.clock) as other:
        other.happen(3)
    wait_until(lambda: noted(log) == [1, 2, 3])
    loop.stop()


@pytest.mark.usefixtures("quick_retries")
def test_a_subscriber_that_can_not_handle_an_event_stops_right_before_it_and_the_others_go_on(log: Log) -> None:
    def choke(work: Work, events: Sequence[LoggedEvent]) -> None:
        if any(event.position == 6 for event in events):
            raise ArithmeticError
        note(work, events)

    others: list[int] = []
    loop = SubscriberLoop(
        log.writer,
        log.reader,
        [
            Subscriber("notes", 4, choke),
            Subscriber("others", 4, lambda _work, events: others.extend(event.position for event in events)),
        ],
    )
    log.happen(9)
    loop.start()
    wait_until(lambda: "notes" in loop.stopped and len(others) == 9)
    loop.stop()
    assert loop.stopped == {"notes": 5}
    assert noted(log) == [1, 2, 3, 4, 5]
    assert stored_position(log) == 5


def test_events_for_others_cost_no_transaction_and_none_of_its_own_is_missed(log: Log) -> None:
    handled: list[int] = []

    def handle(work: Work, events: Sequence[LoggedEvent]) -> None:
        handled.extend(event.position for event in events if event.name == "order.completed")
        note(work, events)

    loop = SubscriberLoop(
        log.writer, log.reader, [Subscriber("notes", 4, handle, names=frozenset(("order.completed",)))]
    )
    log.happen(9)
    assert loop.catch_up() == 9
    assert (stored_position(log), noted(log)) == (0, [])
    log.happen(1, "order.completed")
    log.happen(7)
    loop.catch_up()
    assert handled == [10]
    assert stored_position(log) == 13
    assert SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, handle)]).catch_up() == 4


def test_its_own_event_wakes_it_also_after_others_that_do_not(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "POLL_SECONDS", 600)
    own = Subscriber("notes", 4, note, names=frozenset(("order.completed",)))
    loop = SubscriberLoop(log.writer, log.reader, [own])
    loop.start()
    log.happen(5)
    log.happen(1, "order.completed")
    wait_until(lambda: noted(log) == [6])
    loop.stop()


def test_a_subscriber_that_passes_many_events_stores_how_far_it_is(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "MAX_PASSED", 6)
    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, note, names=frozenset(("never",)))])
    log.happen(17)
    loop.catch_up()
    assert stored_position(log) == 17


@pytest.mark.usefixtures("quick_retries")
def test_a_database_that_does_not_answer_is_waited_for_and_stops_nobody(log: Log) -> None:
    log.happen(2)
    attempts, run = 0, log.writer.run

    def be_busy(decide: Callable[[Work], int]) -> int:
        nonlocal attempts
        attempts += 1
        if attempts <= 3 * subscribers.MAX_ATTEMPTS:
            raise Busy("Not now.")
        return run(decide)

    log.writer.run = be_busy  # type: ignore[assignment,method-assign]  # a database that is away for a while
    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, note)])
    loop.start()
    wait_until(lambda: noted(log) == [1, 2])
    loop.stop()
    assert loop.stopped == {}


def test_a_subscriber_that_lets_events_gather_handles_them_together(log: Log) -> None:
    batches: list[int] = []
    done = Event()

    def handle(_work: Work, events: Sequence[LoggedEvent]) -> None:
        batches.append(len(events))
        done.set()

    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 256, handle, gather_seconds=0.3)])
    loop.start()
    gevent.idle()
    for _ in range(5):
        log.happen(1)
        gevent.sleep(0)
    assert done.wait(WAIT_SECONDS)
    loop.stop()
    assert batches == [5]


def test_who_read_the_same_events_as_another_process_handles_none_of_them(log: Log, migrated_url: str) -> None:
    log.happen(4)
    with open_log(migrated_url, log.clock) as other:
        rival = SubscriberLoop(other.writer, other.reader, [Subscriber("notes", 4, note)])

        def be_overtaken(decide: Callable[[Work], int]) -> int:
            assert rival.catch_up() == 4
            return original(decide)

        original, loop = log.writer.run, SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, note)])
        log.writer.run = be_overtaken  # type: ignore[assignment,method-assign]  # the moment between reading and claiming
        try:
            assert loop.catch_up() == 0
        finally:
            log.writer.run = original  # type: ignore[method-assign]  # and back
    assert noted(log) == [1, 2, 3, 4]


def test_several_processes_that_write_and_read_at_once_handle_every_event_once(log: Log, migrated_url: str) -> None:
    def live() -> None:
        with open_log(migrated_url, log.clock) as mine:
            loop = SubscriberLoop(mine.writer, mine.reader, [Subscriber("notes", 3, note)])
            for _ in range(ROUNDS):
                mine.happen(2)
                loop.catch_up()

    with ThreadPoolExecutor(PROCESSES) as pool:
        for done in [pool.submit(live) for _ in range(PROCESSES)]:
            done.result(WAIT_SECONDS)
    SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 3, note)]).catch_up()
    assert noted(log) == list(range(1, 2 * ROUNDS * PROCESSES + 1))
