"""The log as it is read."""

from engage.events import head, read_after, read_member_feed
from tests.support.log import GAME, Log

ALICE, BOB = "mem_alice", "mem_bob"


def test_an_empty_log_has_head_zero_and_nothing_to_read(log: Log) -> None:
    with log.reader.connect() as connection:
        assert head(connection) == 0
        assert read_after(connection, 0, 10) == []


def test_reading_on_from_the_last_position_gives_every_event_once_and_in_order(log: Log) -> None:
    log.happen(7)
    log.happen(5)
    positions: list[int] = []
    with log.reader.connect() as connection:
        while page := read_after(connection, positions[-1] if positions else 0, 5):
            positions += [event.position for event in page]
        assert positions == list(range(1, 13))
        assert head(connection) == 12


def test_an_event_is_read_as_it_was_appended(log: Log) -> None:
    log.join(ALICE)
    log.give(ALICE, 3, "turns:trn_1")
    with log.reader.connect() as connection:
        (event,) = read_after(connection, 0, 10)
    assert (event.name, event.subject, event.data) == ("turns.changed", "turns:trn_1", '{"reason":"生日"}')
    assert (event.member, event.member_position, event.game) == (ALICE, 1, GAME)
    assert event.recorded_at == log.clock.now_ms()


def test_a_members_feed_has_that_members_events_only_and_no_gap(log: Log) -> None:
    log.join(ALICE, BOB)
    for i in range(4):
        log.give(ALICE, 1, f"turns:alice_{i}")
        log.happen(2)
        log.give(BOB, 1, f"turns:bob_{i}")
    with log.reader.connect() as connection:
        first = read_member_feed(connection, ALICE, 0, 3)
        rest = read_member_feed(connection, ALICE, first[-1].member_position or 0, 3)
        nobody = read_member_feed(connection, "mem_mallory", 0, 3)
    assert [event.member_position for event in first + rest] == [1, 2, 3, 4]
    assert [event.subject for event in first + rest] == [f"turns:alice_{i}" for i in range(4)]
    assert nobody == []
