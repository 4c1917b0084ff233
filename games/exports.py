"""The documents by which results are proven: one epoch, a member's export, and a campaign's signed bundle.

The seed of an open epoch is never unsealed here. Documents come as pieces of JSON, so that any number of receipts needs
the same memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
import structlog

from engage.fairness import EPOCH, Epoch, open_deck_seed, read_deck
from engage.feature import Services
from engage.kernel.canonical import canonical
from engage.kernel.clock import render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import Conflict, NotFound
from engage.storage.work import Work
from games.desk import SEED_PURPOSE
from games.epochs import signed_answer
from games.play import EPOCH_MS, EPOCH_PLAYS
from games.seen import UnseenPlay
from games.tables import Game, game, game_revision, member_game, play

FORMAT = "engage-export/1"
PAGE = 500
AGE_SLACK_MS = 60_000
"""Clocks of several servers may differ, so an epoch is too old to be played in a while before its seed is shown."""

log = structlog.get_logger()
epoch = EPOCH.table
_first = play.alias("first_play")
EPOCHS = (
    sa.select(*epoch.c, game.c.run.label("game_run"), member_game.c.epoch, member_game.c.nonce, _first.c.answer)
    .select_from(
        epoch.join(game, game.c.id == epoch.c.game)
        .outerjoin(member_game, sa.and_(member_game.c.member == epoch.c.member, member_game.c.game == epoch.c.game))
        .outerjoin(_first, sa.and_(_first.c.epoch == epoch.c.id, _first.c.nonce == 0))
    )
    .order_by(epoch.c.game, epoch.c.id)
)


@dataclass(frozen=True, slots=True)
class EpochState:
    """An epoch as one snapshot of the database showed it. `client_seed` is known once it was played in."""

    epoch: Epoch
    ended: bool
    client_seed: str | None


def read_epochs(connection: sa.Connection, now_ms: int, *which: sa.ColumnElement[bool]) -> Iterator[EpochState]:
    """The epochs that `which` picks, by game and age. No play can be added to one that is seen ended."""
    width = len(epoch.c)
    for row in _stream(connection, EPOCHS.where(*which)):
        found = Epoch(*row[:width])
        run, current, nonce, first = row[width:]
        is_open = (
            current == found.id
            and run == found.run
            and nonce < EPOCH_PLAYS
            and now_ms < found.opened_at + EPOCH_MS + AGE_SLACK_MS
        )
        yield EpochState(found, not is_open, orjson.loads(first)["receipt"]["client_seed"] if first else None)


def epoch_export(connection: sa.Connection, services: Services, member: str, epoch_id: str) -> dict[str, Any]:
    """An ended epoch of a member: `{answer, client_seed, server_seed, receipts}`.

    Refuses with NotFound if it is not the member's, with Conflict while it is open.
    """
    found = list(read_epochs(connection, services.clock.now_ms(), epoch.c.id == epoch_id, epoch.c.member == member))
    if not found:
        raise NotFound("There is no such epoch of yours.")
    if not found[0].ended:
        raise Conflict("This epoch is still open. End it first, then its seed is shown.")
    export = _Export(connection, services)
    rendered = export.render_epoch(found[0])
    receipts = [orjson.loads(text) for text in export.receipts(play.c.epoch == epoch_id)]
    log.info("seeds_unsealed", why="reveal", member=member, epoch=epoch_id)
    return {**rendered, "receipts": receipts}


def member_export(
    connection: sa.Connection,
    services: Services,
    member: str,
    games: Sequence[str] | None = None,
    unseen: Iterable[UnseenPlay] = (),
) -> Iterator[bytes]:
    """The pieces of a member's export: whole epochs in `games` (None: all), and the decks of games that are over.

    Plays that are `unseen` stay out, and with them the seeds of their epochs and decks.
    """
    export = _Export(connection, services, unseen)
    mine, plays = [epoch.c.member == member], [play.c.member == member]
    if games is not None:
        mine.append(epoch.c.game.in_(games))
        plays.append(play.c.game.in_(games))
    yield from export.head()
    played: set[str] = set()
    yield from _list("epochs", export.epochs(*mine, played=played))
    yield from _list("rules", export.rules(game_revision.c.rules_hash.in_(export.rules_seen)))
    yield from _list("receipts", export.receipts(*plays, within=played))
    shown = export.epochs_of.keys() - {play.game for play in export.unseen.values()}
    yield from _field("decks", export.decks(game.c.id.in_(shown), game.c.state == "ended"))
    yield from _list("closes", ())
    yield export.tail()
    log.info("seeds_unsealed", why="member_export", member=member, epochs=export.unsealed)


def bundle(connection: sa.Connection, services: Services, campaign: str) -> Iterator[bytes]:
    """The pieces of a campaign's complete signed bundle, once its games are over. The unsealing is an event of the log.

    Refuses with NotFound if no game was ever published for the campaign, with Conflict while a game of it is not over.
    """
    games = read_campaign_games(connection, campaign)
    if not games:
        raise NotFound(f"No game of {campaign} was ever published.")
    if still := [row.id for row in games if row.state != "ended"]:
        raise Conflict(f"{campaign} is not over yet: {', '.join(still)} can still be played. End the campaign first.")
    services.writer.run(lambda work: _record_unsealing(work, campaign, games))
    return _bundle(_Export(connection, services), games)


def read_campaign_games(connection: sa.Connection, campaign: str) -> list[Game]:
    """The games that were published for a campaign."""
    rows = connection.execute(sa.select(game).where(game.c.campaign == campaign).order_by(game.c.id))
    return [Game(*row) for row in rows]


def _record_unsealing(work: Work, campaign: str, games: Sequence[Game]) -> None:
    data = {"campaign": campaign, "games": [row.id for row in games], "why": "bundle"}
    work.append("seeds.unsealed", f"unsealing:{new_id('uns', work.now_ms)}", orjson.dumps(data).decode())


def _bundle(export: "_Export", games: Sequence[Game]) -> Iterator[bytes]:
    ids = [row.id for row in games]
    yield from export.head()
    yield from _list("rules", export.rules(game_revision.c.game.in_(ids)))
    yield from _list("epochs", export.epochs(epoch.c.game.in_(ids)))
    yield from _list("receipts", export.receipts(play.c.game.in_(ids)))
    yield from _field("decks", export.decks(game.c.id.in_(ids)))
    yield from _list("closes", (export.close(row) for row in games))
    yield export.tail()


class _Export:
    """One document in the making: what its later parts must know of its earlier ones."""

    def __init__(self, connection: sa.Connection, services: Services, unseen: Iterable[UnseenPlay] = ()) -> None:
        self._connection, self._services = connection, services
        self.unseen = {play.play: play for play in unseen}
        self._sealed = {play.receipt["epoch"] for play in self.unseen.values()}
        self._now_ms = services.clock.now_ms()
        self._latest: dict[str, str] = {}
        self.epochs_of: Counter[str] = Counter()
        self.rules_of: dict[str, list[str]] = {}
        self.rules_seen: set[str] = set()
        self.unsealed = 0

    def head(self) -> Iterator[bytes]:
        """The document's first fields."""
        yield b'{"format":' + orjson.dumps(FORMAT)
        yield b',"keys":' + orjson.dumps(self._services.keyring.jwks())

    def tail(self) -> bytes:
        """The document's last field: no time in the document is later."""
        exported_at = max([render_ms(self._now_ms), *self._latest.values()])
        return b',"exported_at":' + orjson.dumps(exported_at) + b"}"

    def epochs(self, *which: sa.ColumnElement[bool], played: set[str] | None = None) -> Iterator[bytes]:
        """The epochs; the seeds of those that have ended are shown. The ids of those with a play go to `played`."""
        for state in read_epochs(self._connection, self._now_ms, *which):
            if played is not None and state.client_seed is not None:
                played.add(state.epoch.id)
            self.epochs_of[state.epoch.game] += 1
            self.rules_seen.add(state.epoch.rules_hash)
            self._see(state.epoch.game, render_ms(state.epoch.opened_at))
            yield orjson.dumps(self.render_epoch(state))

    def render_epoch(self, state: EpochState) -> dict[str, Any]:
        """An epoch with its seeds."""
        server_seed = None
        if state.ended and state.epoch.id not in self._sealed:
            server_seed = self._services.sealer.open(state.epoch.sealed_seed, SEED_PURPOSE).hex()
            self.unsealed += 1
        return {"answer": signed_answer(state.epoch), "client_seed": state.client_seed, "server_seed": server_seed}

    def rules(self, which: sa.ColumnElement[bool]) -> Iterator[bytes]:
        """The rules documents, in order of game and revision."""
        query = sa.select(game_revision).where(which).order_by(game_revision.c.game, game_revision.c.revision)
        for row in _stream(self._connection, query):
            self.rules_of.setdefault(row.game, []).append(row.rules_hash)
            yield row.rules.encode()

    def receipts(self, *which: sa.ColumnElement[bool], within: AbstractSet[str] | None = None) -> Iterator[bytes]:
        """The receipts, each game's in order of `game_seq`.

        Play goes on meanwhile: `within` are the played epochs that this document has; receipts of later ones stay out.
        """
        for row in self._plays(*which):
            receipt = orjson.loads(row.answer)["receipt"]
            if receipt["play"] in self.unseen or (within is not None and receipt["epoch"] not in within):
                continue
            self._see(row.game, receipt["played_at"])
            yield orjson.dumps(receipt)

    def decks(self, *which: sa.ColumnElement[bool]) -> Iterator[bytes]:
        """The decks with their seeds and every sale in order of `game_seq`, in pieces."""
        rows = self._connection.execute(sa.select(game.c.id).where(*which, game.c.chance == "deck").order_by(game.c.id))
        for number, (of_game,) in enumerate(rows.all()):
            deck = read_deck(self._connection, of_game)
            seed = open_deck_seed(self._services.sealer, deck).hex()
            head = orjson.dumps({"id": deck.id, "seed": seed})
            yield (b"," if number else b"") + head[:-1] + b',"sales":['
            yield from _separated(self._sales(of_game))
            yield b"]}"

    def _sales(self, of_game: str) -> Iterator[bytes]:
        for row in self._plays(play.c.game == of_game):
            receipt = orjson.loads(row.answer)["receipt"]
            yield b"[%d,%d]" % (receipt["deck"]["start"], receipt["ticket"])

    def close(self, row: Game) -> bytes:
        """A game's signed close."""
        assert row.ended_at is not None, "only a game that is over is closed"
        ended_at = max(render_ms(row.ended_at), self._latest.get(row.id, ""))
        document = {
            "game": row.id,
            "plays": row.game_seq,
            "head": row.head,
            "epochs": self.epochs_of[row.id],
            "rules": self.rules_of[row.id],
            "ended_at": ended_at,
        }
        signature = self._services.keyring.current.sign("engage close", canonical(document))
        self._see(row.id, ended_at)
        return orjson.dumps({**document, "signature": signature})

    def _plays(self, *which: sa.ColumnElement[bool]) -> Iterator[sa.Row[Any]]:
        query = sa.select(play.c.game, play.c.answer).where(*which).order_by(play.c.game, play.c.game_seq)
        return _stream(self._connection, query)

    def _see(self, of_game: str, moment: str) -> None:
        """Remember the latest instant of a game; instants as they are written sort as text."""
        self._latest[of_game] = max(moment, self._latest.get(of_game, ""))


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """The rows of a query, a page of them in memory at a time."""
    return iter(connection.execute(query, execution_options={"stream_results": True, "yield_per": PAGE}))


def _list(name: str, items: Iterable[bytes]) -> Iterator[bytes]:
    return _field(name, _separated(items))


def _field(name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    yield b',"' + name.encode() + b'":['
    yield from parts
    yield b"]"


def _separated(items: Iterable[bytes]) -> Iterator[bytes]:
    comma = b""
    for item in items:
        yield comma + item
        comma = b","
