"""Reads the log from where it stands on and tells the screens of this process, each item after its commit.

It is a hint, no subscriber: it stores nothing and holds nobody up. Each process reads the log once, from the moment a
screen is open, and tells only its own; what a screen missed it reads in the feed.
"""

from collections.abc import Callable

import gevent
import sqlalchemy as sa
import structlog
from gevent.event import Event

from engage.events import LoggedEvent, head, read_after
from engage.feature import GameStatus, Plays, Services
from engage.live.bell import Bell
from engage.live.board import Board
from engage.live.hub import Hub, Session
from engage.live.items import render_items
from engage.live.snapshots import hidden_from, read_standing
from engage.members import MEMBER_ERASED, was_erased
from engage.storage.snapshot import snapshot

LIMIT = 500
GATHER_SECONDS = 0.01
"""How long events may gather after the first one: many are read for little more than what one costs."""
RETRY_SECONDS = 0.5
WINNERS_MS = 1_000
STALLED_MS = 3_000
ERASED = "erased"
"""Why the sockets of a member are let go about whom nothing is known any more."""

log = structlog.get_logger()


class Relay:
    """Tells the screens of this process what the log says. It reads only while a screen is open."""

    def __init__(self, services: Services, plays: Plays, hub: Hub, board: Board, bell: Bell) -> None:
        self._services, self._plays = services, plays
        self._hub, self._board, self._bell = hub, board, bell
        self._position: int | None = None
        self._winners_ms = self._read_ms = 0
        self._ending = Event()
        self._greenlet: gevent.Greenlet[..., None] | None = None

    def start(self) -> None:
        """Begin to read."""
        self._read_ms = self._services.clock.now_ms()
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Read no more."""
        self._ending.set()
        self._bell.strike()
        if self._greenlet is not None:
            self._greenlet.join()

    def is_stalled(self) -> bool:
        """Whether the log can't be read: then this process must not keep screens that others could tell."""
        return self._services.clock.now_ms() - self._read_ms > STALLED_MS

    def greet(self, session: Session) -> None:
        """Tell a socket how its member stands: from here on it misses nothing that this process is told."""
        self._attend()
        with self._services.reader.connect() as connection, snapshot(connection):
            now_ms = self._services.clock.now_ms()
            is_erased = was_erased(connection, session.member)
            standing = read_standing(connection, self._plays, session.member, now_ms)
            unseen = hidden_from(connection, self._plays, session.member, now_ms)
        if is_erased:
            self._hub.cut(session, ERASED)
        elif session.sid in self._hub.by_sid:
            self._hub.greet(session, standing, unseen)

    def watch(self, session: Session, game: str) -> bool:
        """Have a socket told of a game, beginning with how it stands; whether there is such a game."""
        with self._services.reader.connect() as connection, snapshot(connection):
            now_ms = self._services.clock.now_ms()
            status = self._plays.status(connection, [game], now_ms).get(game)
            unseen = hidden_from(connection, self._plays, session.member, now_ms)
        if status is None or session.sid not in self._hub.by_sid:
            return False
        self._hub.watch(session, game)
        self._hub.set_unseen(session.member, unseen)
        self._board.introduce(session, game, status, now_ms)
        return True

    def lapse(self) -> None:
        """Let go of what may be shown by now because its time is over."""
        now_ms = self._services.clock.now_ms()
        for member, unseen in list(self._hub.unseen.items()):
            if any(play.until <= now_ms for play in unseen):
                self._hub.set_unseen(member, [play for play in unseen if play.until > now_ms])

    def _attend(self) -> None:
        """Take the log's end as the place to read on from, unless there is one already."""
        if self._position is None:
            with self._services.reader.connect() as connection:
                end = head(connection)
            if self._position is None:
                self._position = end

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                is_behind = self._step()
            except Exception as fault:
                log.warning("relay_failed", exc_info=fault)
                self._ending.wait(timeout=RETRY_SECONDS)
                continue
            self._read_ms = self._services.clock.now_ms()
            if not is_behind and self._bell.wait(self._wait_seconds()):
                self._ending.wait(timeout=GATHER_SECONDS)

    def _wait_seconds(self) -> float:
        asked_ms = self._board.wait_ms(self._services.clock.now_ms())
        poll = self._bell.poll_seconds
        return poll if asked_ms is None else min(poll, asked_ms / 1000)

    def _step(self) -> bool:
        """Tell what is new; whether there is more."""
        if not len(self._hub):
            self._position = None
            return False
        self._attend()
        with self._services.reader.connect() as connection, snapshot(connection):
            now_ms = self._services.clock.now_ms()
            assert self._position is not None, "whoever attends has a place to read on from"
            events = read_after(connection, self._position, LIMIT)
            is_behind = len(events) == LIMIT
            tell_members = self._read_members(connection, events, now_ms)
            self._board.note(events)
            due = [] if is_behind else self._board.due(now_ms)
            status = self._plays.status(connection, due, now_ms) if due else {}
            tell_winners = self._read_winners(connection, now_ms)
        if events:
            self._position = events[-1].position
        tell_members()
        for game, found in status.items():
            self._show(game, found, now_ms)
        tell_winners()
        return is_behind

    def _show(self, game: str, status: GameStatus, now_ms: int) -> None:
        if game in self._hub.by_game:
            self._board.show(game, status, now_ms)

    def _read_members(self, connection: sa.Connection, events: list[LoggedEvent], now_ms: int) -> Callable[[], None]:
        """Read what members with open sockets are to be told; what is given back tells them."""
        mine = [event for event in events if event.member in self._hub.by_member]
        members = sorted({event.member for event in mine if event.member is not None})
        unseen = self._plays.unseen(connection, members, now_ms)
        items = render_items(connection, self._plays, mine, unseen, now_ms)

        def tell() -> None:
            for member in members:
                self._hub.set_unseen(member, unseen.get(member, ()))
            for event, item in zip(mine, items, strict=True):
                self._hub.tell(event.member or "", item)
                if event.name == MEMBER_ERASED:
                    self._hub.cut_member(event.member or "", ERASED)

        return tell

    def _read_winners(self, connection: sa.Connection, now_ms: int) -> Callable[[], None]:
        """Read whose turn it is to be announced; what is given back announces them."""
        games = list(self._hub.by_game)
        if games and 0 <= now_ms - self._winners_ms < WINNERS_MS:
            return lambda: None
        posted = self._plays.winners(connection, games, self._winners_ms, now_ms) if games and self._winners_ms else ()

        def tell() -> None:
            self._winners_ms = now_ms
            for game, winner in posted:
                self._board.post(game, winner)

        return tell
