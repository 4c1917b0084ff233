"""What a feature brings to the platform, and what the platform lends to it. Both are frozen and made at start-up."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import click
import sqlalchemy as sa
from flask_openapi import OpenAPI

from engage.campaigns import ChapterText, Edition, Publisher, Section
from engage.events import Subscriber
from engage.fairness import Keyring
from engage.kernel.clock import Clock
from engage.kernel.sealing import Sealer
from engage.ledger import Invariant, ReadReceiptHashes
from engage.rewards import GiveTurns
from engage.settings import Settings
from engage.storage.hot import Hot
from engage.storage.work import Work
from engage.storage.writer import Writer


@dataclass(frozen=True)
class Services:
    """What every part of a running server shares. `reader` can't write."""

    settings: Settings
    clock: Clock
    writer: Writer
    reader: sa.Engine
    sealer: Sealer
    keyring: Keyring
    give_turns: GiveTurns


@dataclass(frozen=True, slots=True)
class Unseen:
    """A play whose result its member has not seen, and what that result gave: it is held back until then.

    From `until` on (milliseconds since 1970) it counts as seen, and once the member's position is `until_position`.
    `lot` is what the result made of points or turns, and so names its posting; `held` are those of its points that wait
    for an order.
    """

    play: str
    game: str
    at: int
    until: int
    until_position: int
    prize: str | None
    points: int
    turns: int
    lot: str
    grant: str | None
    held: int


class GameStatus(Protocol):
    """What everybody on a game may know of it at one instant, as the data of `game.changed` and `pool.changed`."""

    @property
    def state(self) -> Mapping[str, Any]:
        """Whether it can be played, by which rules."""

    @property
    def pools(self) -> Mapping[str, Any]:
        """All pools at once."""

    def before(self, unseen: Sequence[Unseen]) -> "GameStatus":
        """The same as it was for somebody before these plays, which are that person's own."""


class Plays(Protocol):
    """What the platform has to know of plays, told by the feature that has them. Nothing here is kept or cached."""

    def unseen(self, connection: sa.Connection, members: Sequence[str], now_ms: int) -> Mapping[str, Sequence[Unseen]]:
        """The plays that these members have not seen yet, oldest first; members without one are left out."""

    def see(self, writer: Writer, member: str, play: str) -> None:
        """Record that a member has seen what came of a play. Refuses with NotFound if it is not the member's."""

    def results(self, connection: sa.Connection, plays: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        """What came of these plays, as their members are shown it."""

    def games(self, connection: sa.Connection, plays: Sequence[str]) -> Mapping[str, str]:
        """The games of these plays, by play."""

    def turns(
        self, connection: sa.Connection, pairs: Collection[tuple[str, str]], now_ms: int
    ) -> Mapping[tuple[str, str], int]:
        """The turns that these members have in hand in these games, the day's free ones included."""

    def all_turns(self, connection: sa.Connection, member: str, now_ms: int) -> dict[str, int]:
        """The turns that a member has in hand, by game."""

    def status(self, connection: sa.Connection, games: Collection[str], now_ms: int) -> Mapping[str, GameStatus]:
        """What everybody may know of these games; those that do not exist are left out."""

    def winners(
        self, connection: sa.Connection, games: Collection[str], after_ms: int, until_ms: int
    ) -> Sequence[tuple[str, dict[str, Any]]]:
        """Who is to be announced in these games after one instant and up to another: the game, and what is said."""


Periodic: TypeAlias = tuple[str, float, Callable[[Services], None]]
"""The name of a job, the seconds between two runs, and what it does; it must be right when it is done twice."""


DescribePrize: TypeAlias = Callable[[sa.Connection, str, int, str, str], dict[str, Any]]
"""What a winner is told of a prize: by its owner, that one's revision, the prize, and in a language."""


OpenServices: TypeAlias = Callable[[], AbstractContextManager[Services]]
"""Opens the services for the length of a command."""


def _none(_asked: object) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class Feature:
    """One feature.

    Its hot tables in the order they are flushed, its routes and commands, its section of a campaign file and what
    publishes it; its readers of the log, jobs and invariants; and what only it can do: give turns, tell of
    plays, what a prize is called (by the beginning of its owner's id), in which look a member's own pages are, and the
    hashes of receipts. `public_keys` are keys of its own, as JWKs. `own_files` are what it has to add to the export of
    a member's data, by name; `erase` forgets what it knows of a person that is no fact. `secret_rules` are those which
    a member must not learn of yet, though they judged that one's events. `tell_rules` writes its chapters of a
    campaign's rules page.
    """

    name: str
    hots: Sequence[Hot[Any]]
    register: Callable[[OpenAPI, Services], None]
    commands: Callable[[OpenServices], Sequence[click.Command]] = _none
    public_keys: Callable[[sa.Connection], Sequence[dict[str, Any]]] = _none
    section: Section[Any] | None = None
    publisher: Callable[[Services], Publisher] | None = None
    subscribers: Callable[[Services], Sequence[Subscriber]] = _none
    jobs: Callable[[Services], Sequence[Periodic]] = _none
    invariants: Callable[[Services], Sequence[Invariant]] = _none
    give_turns: GiveTurns | None = None
    plays: Plays | None = None
    describe_prize: Mapping[str, DescribePrize] = field(default_factory=dict)
    tell_rules: Callable[[Edition], Iterable[ChapterText]] = _none
    own_files: Callable[[Services, sa.Connection, str], Mapping[str, bytes]] | None = None
    erase: Callable[[Work, str], None] | None = None
    secret_rules: Callable[[sa.Connection, str], Collection[str]] | None = None
    look_of: Callable[[sa.Connection, str], dict[str, Any]] | None = None
    receipt_hashes: ReadReceiptHashes | None = None
