"""What everybody on a game is told: all its pools at once, its state, its winners. The latest value wins.

However many plays there are, a screen is told less than twice a second. Whoever has a play of that game that was not
seen yet is told how the game stood before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engage.events import LoggedEvent
from engage.feature import GameStatus
from engage.kernel.clock import parse, to_ms
from engage.live.hub import Hub, Session

STATE, POOLS, WINNER = "game.changed", "pool.changed", "winner.posted"
MIN_INTERVAL_MS = 600
SCREENS_PER_MS = 20
"""So many screens are told in a millisecond: with very many of them the pace is slower."""


@dataclass(slots=True)
class _Shown:
    """What a game's screens were told last, whether something may be new, and when they may be told again."""

    state: Mapping[str, Any]
    pools: Mapping[str, Any]
    may_be_new: bool
    next_ms: int
    turns_at: tuple[int, ...]


class Board:
    """Tells the screens of watched games, each game at its own pace."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._shown: dict[str, _Shown] = {}

    def note(self, events: Iterable[LoggedEvent]) -> None:
        """Take note that something happened in games."""
        for event in events:
            shown = self._shown.get(event.game or "")
            if shown is not None:
                shown.may_be_new = True

    def due(self, now_ms: int) -> list[str]:
        """The watched games that have to be looked at now."""
        for game in self._shown.keys() - self._hub.by_game.keys():
            del self._shown[game]
        return [
            game for game, shown in self._shown.items() if now_ms >= shown.next_ms and self._asks(game, shown, now_ms)
        ]

    def wait_ms(self, now_ms: int) -> int | None:
        """How long until a game has to be looked at; None if none is waiting."""
        waiting = [shown.next_ms for game, shown in self._shown.items() if self._asks(game, shown, now_ms)]
        return max(0, min(waiting) - now_ms) if waiting else None

    def introduce(self, session: Session, game: str, status: GameStatus, now_ms: int) -> None:
        """Tell a socket that watches a game from now on how it stands."""
        if game not in self._shown:
            self._shown[game] = _Shown(status.state, status.pools, may_be_new=False, next_ms=0, turns_at=_turns(status))
            self._shown[game].next_ms = now_ms + MIN_INTERVAL_MS
        mine = self._as_seen_by(session, game, status)
        self._hub.tell_all([session], STATE, _message(STATE, game, mine.state))
        self._hub.tell_all([session], POOLS, _message(POOLS, game, mine.pools))

    def show(self, game: str, status: GameStatus, now_ms: int) -> None:
        """Tell the screens of a game how it stands, if that is new to them."""
        shown, watching = self._shown[game], list(self._hub.by_game.get(game, {}).values())
        owed = self._hub.owing.pop(game, set())
        shown.may_be_new, shown.turns_at = False, _turns(status)
        shown.next_ms = now_ms + MIN_INTERVAL_MS + len(watching) // SCREENS_PER_MS
        for name, before, after in ((STATE, shown.state, status.state), (POOLS, shown.pools, status.pools)):
            told = [session for session in watching if before != after or session.member in owed]
            holding = [session for session in told if self._hub.unseen_in(session.member, game)]
            for session in holding:
                mine = self._as_seen_by(session, game, status)
                self._hub.tell_all([session], name, _message(name, game, mine.state if name == STATE else mine.pools))
            apart = {session.sid for session in holding}
            others = (session for session in told if session.sid not in apart)
            self._hub.tell_all(others, name, _message(name, game, after))
        shown.state, shown.pools = status.state, status.pools

    def post(self, game: str, winner: Mapping[str, Any]) -> None:
        """Tell everybody on a game of a winner."""
        self._hub.tell_all(self._hub.by_game.get(game, {}).values(), WINNER, _message(WINNER, game, winner))

    def _asks(self, game: str, shown: _Shown, now_ms: int) -> bool:
        """Whether something may be new: something happened, a time has come, or somebody saw their play."""
        return shown.may_be_new or game in self._hub.owing or any(now_ms >= turn for turn in shown.turns_at)

    def _as_seen_by(self, session: Session, game: str, status: GameStatus) -> GameStatus:
        unseen = self._hub.unseen_in(session.member, game)
        return status.before(unseen) if unseen else status


def _turns(status: GameStatus) -> tuple[int, ...]:
    """The instants (milliseconds) at which time alone changes the state."""
    pending = {"upcoming": ("opens_at", "closes_at"), "ended": ()}.get(status.state["state"], ("closes_at",))
    return tuple(to_ms(parse(status.state[name])) for name in pending)


def _message(name: str, game: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "game": game, "data": data}
