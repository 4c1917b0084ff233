"""The sockets of this process: whose they are, what they watch, and how each is told in order or let go.

Nothing here is remembered for a socket that is gone, and little for one that is there: a client that missed something
notices by the position and reads the feed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import gevent
import structlog

from engage.feature import Unseen
from engage.live.items import Item

MAX_SOCKETS = 20_000
MAX_OF_MEMBER = 20
MAX_WATCHED = 8
MAX_WAITING = 256
"""How many messages may wait for a socket: whoever reads more slowly than that is let go and may come again."""
CHUNK = 200

log = structlog.get_logger()
Packed: TypeAlias = Any
"""A message as it goes over a wire, made once for all sockets that are told the same."""


@dataclass(slots=True, eq=False)
class Session:
    """One open socket of a member.

    `position` is that of the last item it was told; before its snapshot, items wait in `waiting`. `until` is when its
    credential has to be looked at again (milliseconds), which `renew` does: it gives the next such instant, or refuses.
    """

    sid: str
    member: str
    until: int
    renew: Callable[[], int]
    wire: "Wire"
    position: int = -1
    waiting: list[Item] | None = field(default_factory=list)
    games: dict[str, None] = field(default_factory=dict)


class Wire:
    """The way out of one socket, for messages as `Hub.pack` makes them."""

    def __init__(self, send: Callable[[Packed], None], backlog: Callable[[], int], cut: Callable[[], None]) -> None:
        self.send, self.backlog, self.cut = send, backlog, cut


class Hub:
    """All open sockets of this process. `pack` makes of a name and a message what their wires take.

    `unseen`: what members with open sockets have not seen. `owing`: for which games which members are to be told anew
    how the game stands, though it stands as before, since they saw a play of theirs.
    """

    def __init__(self, pack: Callable[[str, object], Packed]) -> None:
        self.pack = pack
        self.by_sid: dict[str, Session] = {}
        self.by_member: dict[str, list[Session]] = {}
        self.by_game: dict[str, dict[str, Session]] = {}
        self.unseen: dict[str, Sequence[Unseen]] = {}
        self.owing: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self.by_sid)

    def add(self, session: Session) -> None:
        """Take a socket in. A member who opens too many loses the one that was opened first."""
        self.by_sid[session.sid] = session
        mine = self.by_member.setdefault(session.member, [])
        mine.append(session)
        if len(mine) > MAX_OF_MEMBER:
            self.cut(mine[0], "too_many")

    def remove(self, sid: str) -> None:
        """Forget a socket that is gone."""
        session = self.by_sid.pop(sid, None)
        if session is None:
            return
        mine = self.by_member[session.member]
        mine.remove(session)
        if not mine:
            del self.by_member[session.member]
            self.unseen.pop(session.member, None)
        for game in session.games:
            self._unwatch(session, game)

    def watch(self, session: Session, game: str) -> None:
        """Have a socket told what happens to everybody in a game. Of too many games the first one is let go."""
        session.games.pop(game, None)
        session.games[game] = None
        self.by_game.setdefault(game, {})[session.sid] = session
        if len(session.games) > MAX_WATCHED:
            first = next(iter(session.games))
            del session.games[first]
            self._unwatch(session, first)

    def _unwatch(self, session: Session, game: str) -> None:
        watching = self.by_game.get(game, {})
        watching.pop(session.sid, None)
        if not watching:
            self.by_game.pop(game, None)
            self.owing.pop(game, None)

    def cut(self, session: Session, why: str) -> None:
        """Let a socket go at once."""
        log.info("socket_cut", member=session.member, why=why)
        self.remove(session.sid)
        session.wire.cut()

    def cut_member(self, member: str, why: str) -> None:
        """Let every socket of a member go."""
        for session in list(self.by_member.get(member, ())):
            self.cut(session, why)

    def cut_all(self, why: str) -> None:
        """Let every socket go, a few at a time."""
        for session in self._in_turn(list(self.by_sid.values())):
            self.cut(session, why)

    def greet(self, session: Session, standing: Mapping[str, Any], unseen: Sequence[Unseen]) -> None:
        """Tell a socket how its member stands, and what came after that while it was read."""
        waiting, session.waiting = session.waiting or [], None
        session.position = standing["position"]
        self.set_unseen(session.member, unseen)
        self._send(session, self.pack("snapshot", standing))
        for item in waiting:
            self._tell(session, item)

    def tell(self, member: str, item: Item) -> None:
        """Push an item to the screens of its member."""
        for session in list(self.by_member.get(member, ())):
            self._tell(session, item)

    def tell_all(self, sessions: Iterable[Session], name: str, message: object) -> None:
        """Push a message to some sockets, letting others have their turn now and then."""
        packed = self.pack(name, message)
        for session in self._in_turn(list(sessions)):
            self._send(session, packed)

    def set_unseen(self, member: str, unseen: Sequence[Unseen]) -> None:
        """Remember what a member with an open socket has not seen; what is seen now changes how their games stand."""
        known = {play.play for play in unseen}
        for play in self.unseen.get(member, ()):
            if play.play not in known:
                self._owe(member, play.game)
        if unseen and member in self.by_member:
            self.unseen[member] = unseen
        else:
            self.unseen.pop(member, None)

    def unseen_in(self, member: str, game: str) -> list[Unseen]:
        """What a member with an open socket has not seen of a game."""
        return [play for play in self.unseen.get(member, ()) if play.game == game]

    def _owe(self, member: str, game: str) -> None:
        if game in self.by_game:
            self.owing.setdefault(game, set()).add(member)

    def _tell(self, session: Session, item: Item) -> None:
        if session.waiting is not None:
            session.waiting.append(item)
            if len(session.waiting) > MAX_WAITING:
                self.cut(session, "slow")
        elif item["position"] > session.position:
            session.position = item["position"]
            self._send(session, self.pack(item["name"], item))

    def _send(self, session: Session, packed: Packed) -> None:
        session.wire.send(packed)
        if session.wire.backlog() > MAX_WAITING:
            self.cut(session, "slow")

    def _in_turn(self, sessions: Sequence[Session]) -> Iterable[Session]:
        """Those of the sockets that are still there when their turn comes."""
        for number, session in enumerate(sessions):
            if number % CHUNK == CHUNK - 1:
                gevent.sleep(0)
            if session.sid in self.by_sid:
                yield session
