"""The games' part in a campaign's life: decks are sealed before, rules are frozen into revisions, stops close runs.

Whoever plays locks the game's row, so what is committed here holds from the very next play on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa

from engage.campaigns import Amendment, CampaignFile, Change, PoolPlan
from engage.fairness import build_in_child, find_deck, seal_deck
from engage.fairness.verifier import rules_hash
from engage.feature import Services
from engage.kernel.canonical import canonical
from engage.kernel.clock import parse, to_ms
from engage.kernel.refusals import Conflict
from engage.ledger import turn_asset
from engage.rewards import read_pools
from engage.storage.work import Work
from games.amendment import as_shown, compare_games
from games.definition import AnyGame, DeckGame, PointsPrize, deck_id, game_id, prize_id
from games.exports import bundle, read_campaign_games
from games.look import save_look
from games.receipts import ZERO_LEAF
from games.rules import DeckSeal, policy_document, rules_document, value_fen
from games.section import games_of
from games.tables import (
    GAME,
    GAME_BY_ID,
    GAME_REVISION,
    GAME_STOP,
    REVISION_BY_NUMBER,
    Game,
    GameRevision,
    GameStop,
    game,
    game_revision,
)

DECKS_FOLDER = "decks"
STOPS = {"pause": "paused", "resume": "resumed", "end": "ended", "kill": "killed"}


class GamesPublisher:
    """Publishes, stops and closes the games of a campaign file."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def plan(self, file: CampaignFile) -> list[PoolPlan]:
        """A pool for every prize of every game."""
        return [
            PoolPlan(
                game_id(each.id),
                prize_id(prize.id),
                prize.kind,
                prize.points if isinstance(prize, PointsPrize) else None,
                prize.units,
                value_fen(prize, file.definition),
            )
            for each in games_of(file)
            for prize in each.prizes
        ]

    def compare(self, old: CampaignFile, new: CampaignFile) -> list[Amendment]:
        """The differences between the games in force and the new ones."""
        before, after = (as_shown(games_of(file), file.pictures) for file in (old, new))
        return list(compare_games(before, after))

    def prepare(self, file: CampaignFile) -> None:
        """Build and store the sealed deck of each deck game that has none yet; a million cards take some seconds.

        Refuses with Conflict if the game's deck was sealed with other counts.
        """
        services = self._services
        build = partial(build_in_child, folder=services.settings.data_dir / DECKS_FOLDER)
        for each in games_of(file):
            if isinstance(each, DeckGame):
                counts = [(prize_id(prize), k) for prize, k in each.deck.counts]
                names = game_id(each.id), deck_id(each.id)
                deck = seal_deck(services.writer, services.reader, services.sealer, *names, counts, build)
                if deck.counts != tuple(counts):
                    raise Conflict(f"{deck.id} was sealed with other counts before. Give the game another id.")

    def lock(self, work: Work, campaign: str) -> list[str]:
        """Lock the rows of the campaign's games, in order; their ids."""
        query = sa.select(game.c.id).where(game.c.campaign == campaign).order_by(game.c.id)
        ids = list(work.connection.execute(query).scalars())
        if ids:
            work.load(GAME_BY_ID, ids)
        return ids

    def require_publishable(self, work: Work, file: CampaignFile) -> None:
        """Refuses with Conflict if a game belongs to another campaign, or is over and would be given more."""
        for each in games_of(file):
            row = work.fetch(GAME_BY_ID, game_id(each.id))
            if row is not None and row.campaign != file.definition.campaign_id:
                raise Conflict(f"{row.id} is a game of {row.campaign}. Give this one another id.")
            if row is not None and _is_over(row) and _has_more(work, row, each):
                raise Conflict(f"{row.id} is over, so its units can't grow any more. Make a new game.")

    def publish(self, work: Work, file: CampaignFile, made: Change) -> list[str]:
        """Give each game its look, and its next revision if its rules or terms are new; the ids of those.

        A game that is over keeps its revision.
        """
        for each in games_of(file):
            save_look(work, each, file)
        return [game_id(each.id) for each in games_of(file) if _publish_game(work, file, each, made)]

    def stop(self, work: Work, made: Change) -> None:
        """Close every run that is open: for a while after `pause`, for good after `end` and `kill`."""
        for row in self._locked(work, made.campaign):
            if made.change == "pause":
                if row.state == "live" and not row.sold_out:
                    _close_run(work, row, "pause", made.by, state="paused")
            elif row.state != "ended":
                row.ended_at = work.now_ms
                _close_run(work, row, made.change, made.by, state="ended")

    def resume(self, work: Work, made: Change) -> None:
        """Let the games that were paused go on, each in a new run."""
        for row in self._locked(work, made.campaign):
            if row.state == "paused":
                _close_run(work, row, "resume", made.by, state="live")

    def is_over(self, connection: sa.Connection, campaign: str, now_ms: int) -> bool:
        """Whether every game of the campaign is sold out or past its end."""
        return all(is_over for of_campaign, is_over in _running_games(connection, now_ms) if of_campaign == campaign)

    def find_over(self, connection: sa.Connection, now_ms: int) -> list[str]:
        """The campaigns whose games are all over but were not ended yet."""
        over: dict[str, bool] = {}
        for campaign, is_over in _running_games(connection, now_ms):
            over[campaign] = over.get(campaign, True) and is_over
        return [campaign for campaign, is_over in over.items() if is_over]

    def assets(self, connection: sa.Connection, campaign: str) -> list[str]:
        """The turns of the campaign's games."""
        return [turn_asset(row.id) for row in read_campaign_games(connection, campaign)]

    def report(self, connection: sa.Connection, campaign: str) -> list[dict[str, Any]]:
        """Game by game: plays, and of each prize the units published, won and not drawn (null: without end)."""
        return [
            {
                "game": row.id,
                "plays": row.game_seq,
                "prizes": [
                    {
                        "prize": pool.prize,
                        "kind": pool.kind,
                        "units": pool.units,
                        "won": None if pool.units is None or pool.units_left is None else pool.units - pool.units_left,
                        "not_drawn": pool.units_left,
                    }
                    for pool in read_pools(connection, row.id)
                ],
            }
            for row in read_campaign_games(connection, campaign)
        ]

    def bundle(self, connection: sa.Connection, campaign: str) -> Iterator[bytes]:
        """The pieces of the campaign's signed bundle."""
        return bundle(connection, self._services, campaign)

    def _locked(self, work: Work, campaign: str) -> list[Game]:
        rows = (work.find(GAME_BY_ID, each) for each in self.lock(work, campaign))
        return [row for row in rows if row is not None]


def _publish_game(work: Work, file: CampaignFile, each: AnyGame, made: Change) -> bool:
    row = work.fetch(GAME_BY_ID, game_id(each.id))
    if row is None:
        row = _new_game(each, file)
        work.insert(GAME, row)
        _freeze(work, _documents(work, file, each, row.revision), row)
        return True
    if _is_over(row) or _documents(work, file, each, row.revision) == _in_force(work, row):
        return False
    _close_run(work, row, "revision", made.by)
    row.revision += 1
    _freeze(work, _documents(work, file, each, row.revision), row)
    return True


def _new_game(each: AnyGame, file: CampaignFile) -> Game:
    return Game(
        game_id(each.id),
        file.definition.campaign_id,
        each.mechanic,
        each.chance,
        "live",
        revision=1,
        run=1,
        game_seq=0,
        head=ZERO_LEAF,
        sold_out=0,
        under_review=0,
        ended_at=None,
    )


@dataclass(frozen=True, slots=True)
class _Documents:
    """What a revision is made of: the canonical rules, and the policy as JSON."""

    rules: str
    policy: str


def _documents(work: Work, file: CampaignFile, each: AnyGame, number: int) -> _Documents:
    """What the file says about a game, as its revision with this number."""
    seal = None
    if isinstance(each, DeckGame):
        deck = find_deck(work.connection, game_id(each.id))
        assert deck is not None, "decks are sealed before anything is published"
        seal = DeckSeal(deck.seed_commitment, deck.root)
    rules = canonical(rules_document(each, file.definition, number, seal, file.pictures))
    return _Documents(rules.decode(), canonical(policy_document(each, file.definition, file.pictures)).decode())


def _in_force(work: Work, row: Game) -> _Documents:
    revision = work.fetch(REVISION_BY_NUMBER, (row.id, row.revision))
    assert revision is not None, "a game never points to a revision that is not there"
    return _Documents(revision.rules, revision.policy)


def _freeze(work: Work, documents: _Documents, row: Game) -> None:
    """Record the game's present revision, immutable from here on, and announce it."""
    digest = rules_hash(documents.rules.encode()).hex()
    revision = GameRevision(row.id, row.revision, documents.rules, digest, documents.policy, work.now_ms)
    work.insert(GAME_REVISION, revision)
    data = orjson.dumps({"game": row.id, "revision": row.revision, "rules_hash": digest}).decode()
    work.append("revision.published", f"revision:{row.id}#{row.revision}", data, game=row.id)


def _close_run(work: Work, row: Game, reason: str, actor: str, *, state: str | None = None) -> None:
    """Record that a run is over: every epoch in it ends with this commit."""
    work.insert(GAME_STOP, GameStop(row.id, row.run, reason, actor, work.now_ms))
    if state is not None:
        row.state = state
        work.append(f"game.{STOPS[reason]}", f"stop:{row.id}#{row.run}", game=row.id)
    row.run += 1
    work.change(GAME, row)


def _is_over(row: Game) -> bool:
    return bool(row.sold_out) or row.state == "ended"


def _has_more(work: Work, row: Game, each: AnyGame) -> bool:
    units = {pool.prize: pool.units for pool in read_pools(work.connection, row.id)}
    return any(units[prize_id(prize.id)] != prize.units for prize in each.prizes)


def _running_games(connection: sa.Connection, now_ms: int) -> Iterator[tuple[str, bool]]:
    """The campaign of each game that was not ended, and whether that game is sold out or past its end."""
    query = (
        sa.select(game.c.campaign, game.c.sold_out, game_revision.c.rules)
        .join(game_revision, sa.and_(game_revision.c.game == game.c.id, game_revision.c.revision == game.c.revision))
        .where(game.c.state != "ended")
        .order_by(game.c.campaign)
    )
    for campaign, sold_out, rules in connection.execute(query):
        yield campaign, bool(sold_out) or to_ms(parse(orjson.loads(rules)["closes_at"])) <= now_ms
