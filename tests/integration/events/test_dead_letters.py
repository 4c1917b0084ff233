"""What a subscriber can't handle is set aside with its reason, holds nobody up, and is handled once that is gone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engage.events import LoggedEvent, Subscriber, SubscriberLoop, list_dead_letters, replay, subscribers
from engage.kernel.refusals import Conflict, NotFound
from engage.storage.work import Work
from tests.integration.events.test_subscribers import note, noted, stored_position, wait_until
from tests.support.log import Log


class Choosy:
    """A handler that can't stand some events, until it has learnt to."""

    def __init__(self, *hard: int) -> None:
        self.hard = set(hard)

    def handle(self, work: Work, events: Sequence[LoggedEvent]) -> None:
        """Note each event; one that is too hard breaks it after it has written."""
        note(work, events)
        if any(event.position in self.hard for event in events):
            raise ArithmeticError("too hard")


@pytest.fixture
def choosy(log: Log, monkeypatch: pytest.MonkeyPatch) -> Choosy:
    monkeypatch.setattr(subscribers, "RETRY_SECONDS", 0.001)
    handler = Choosy(3, 6)
    log.happen(8)
    loop = SubscriberLoop(log.writer, log.reader, [Subscriber("notes", 4, handler.handle, sets_aside=True)])
    loop.start()
    wait_until(lambda: stored_position(log) == 8)
    loop.stop()
    return handler


def test_what_can_not_be_handled_is_set_aside_with_its_reason(log: Log, choosy: Choosy) -> None:
    assert noted(log) == [1, 2, 4, 5, 7, 8]
    with log.reader.connect() as connection:
        letters = list_dead_letters(connection)
    assert [(one.subscriber, one.position, one.replayed_at) for one in letters] == [
        ("notes", 3, None),
        ("notes", 6, None),
    ]
    assert letters[0].reason == "ArithmeticError: too hard"
    assert choosy.hard == {3, 6}


def test_a_dead_letter_is_handled_once_after_all(log: Log, choosy: Choosy) -> None:
    readers = [Subscriber("notes", 4, choosy.handle)]
    with pytest.raises(ArithmeticError):
        replay(log.writer, readers, "notes", 3)
    assert 3 not in noted(log)
    choosy.hard.clear()
    replay(log.writer, readers, "notes", 3)
    assert noted(log) == [1, 2, 3, 4, 5, 7, 8]
    with pytest.raises(Conflict):
        replay(log.writer, readers, "notes", 3)
    with pytest.raises(NotFound):
        replay(log.writer, readers, "notes", 4)
    with pytest.raises(NotFound):
        replay(log.writer, readers, "others", 6)
    with log.reader.connect() as connection:
        assert [one.position for one in list_dead_letters(connection)] == [6]
        assert [one.position for one in list_dead_letters(connection, replayed=True)] == [3, 6]


def test_what_fails_after_a_stretch_of_others_is_the_one_that_is_set_aside(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "RETRY_SECONDS", 0.001)
    handler = Choosy(6)
    log.happen(5)
    log.happen(1, "order.completed")
    log.happen(3)
    log.happen(1, "order.completed")
    reader = Subscriber("notes", 4, handler.handle, sets_aside=True, names=frozenset(("order.completed",)))
    loop = SubscriberLoop(log.writer, log.reader, [reader])
    loop.start()
    wait_until(lambda: stored_position(log) == 10)
    loop.stop()
    with log.reader.connect() as connection:
        assert [one.position for one in list_dead_letters(connection)] == [6]
    assert 10 in noted(log)
