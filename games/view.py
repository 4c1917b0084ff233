"""What a member sees of a game: read from a consistent snapshot, never from a cache of counters."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from engage.catalogue import text_in
from engage.fairness import find_epoch
from engage.kernel.clock import render_ms
from engage.kernel.refusals import NotFound, Refusal
from engage.ledger import Lot, find_book, read_open_lots, turn_asset
from engage.members import Member
from engage.rewards import read_pools
from games import gate
from games.before import put_back, put_game_back, read_sold_out_at
from games.chain import Availability, require_admissible, walk_shown
from games.ending import ended_ms
from games.look import GameLook, read_look
from games.play import is_epoch_open, new_member_game
from games.revisions import NO_PRIZE, Prize, Revision, Revisions, Table
from games.seen import UnseenPlay, read_unseen
from games.standing import Standing
from games.tables import Game, GameRevision, MemberGame, game, game_revision, member_game


def read_game(connection: sa.Connection, game_id: str) -> Game:
    """A game's row. Refuses with NotFound."""
    row = connection.execute(sa.select(game).where(game.c.id == game_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such game.")
    return Game(*row)


def read_games(connection: sa.Connection) -> list[Game]:
    """All games, newest last."""
    return [Game(*row) for row in connection.execute(sa.select(game).order_by(game.c.id))]


def read_revision(connection: sa.Connection, revisions: Revisions, game_id: str, number: int) -> Revision:
    """A revision, parsed once a process. Refuses with NotFound."""
    known = revisions.find(game_id, number)
    if known is not None:
        return known
    query = sa.select(game_revision).where(game_revision.c.game == game_id, game_revision.c.revision == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such revision.")
    return revisions.keep(GameRevision(*row))


def read_member_game(connection: sa.Connection, member: str, game_id: str) -> MemberGame:
    """The member's row in a game, or a new one."""
    query = sa.select(member_game).where(member_game.c.member == member, member_game.c.game == game_id)
    row = connection.execute(query).one_or_none()
    return MemberGame(*row) if row is not None else new_member_game(member, game_id)


def state_of(row: Game, revision: Revision, now_ms: int) -> str:
    """`upcoming`, `live`, `paused`, `sold_out` or `ended`."""
    if row.state == "ended" or now_ms >= revision.closes_ms:
        return "ended"
    if row.sold_out:
        return "sold_out"
    if row.state == "live" and now_ms < revision.opens_ms:
        return "upcoming"
    return row.state


def _find_open(connection: sa.Connection, row: Game, state: MemberGame, now_ms: int) -> str | None:
    """The member's open epoch in this game, if there is one."""
    epoch = find_epoch(connection, state.epoch) if state.epoch else None
    return epoch.id if epoch is not None and is_epoch_open(row, state, epoch, now_ms) else None


class GameView:
    """One game as one member sees it at one instant: as it is, or as it was before the plays that were not seen."""

    def __init__(  # noqa: PLR0913  what it is seen by
        self,
        connection: sa.Connection,
        row: Game,
        revision: Revision,
        member: Member,
        now_ms: int,
        unseen: Sequence[UnseenPlay],
        *,
        before_unseen: bool,
    ) -> None:
        self.row, self.revision, self.member, self.now_ms = row, revision, member, now_ms
        self.unseen = [play for play in unseen if play.game == row.id]
        self.state = read_member_game(connection, member.id, row.id)
        self.pools = {pool.prize: pool for pool in read_pools(connection, row.id)}
        self.lots = read_open_lots(connection, member.id, turn_asset(row.id))
        self._sold_out_at = read_sold_out_at(connection, row)
        if before_unseen:
            put_game_back(row, self._sold_out_at, self.unseen)
            put_back(self.state, self.pools, self.lots, self.unseen)
        self.available = Availability(revision, self.pools, self.state)
        self.book, self.epoch = find_book(connection, member.id), _find_open(connection, row, self.state, now_ms)
        self.look = read_look(connection, row.id)

    def render(self) -> dict[str, Any]:
        """The game as the contract describes it."""
        row, revision, texts = self.row, self.revision, self.revision.texts
        table = None if revision.deck else revision.table_for(self.state.misses)
        return {
            "id": row.id,
            "campaign": row.campaign,
            "mechanic": row.mechanic,
            "chance": row.chance,
            "title": self._text(texts.get("title", {})),
            "look": self.look.render(),
            "state": state_of(row, revision, self.now_ms),
            "opens_at": render_ms(revision.opens_ms),
            "closes_at": render_ms(revision.closes_ms),
            "ended_at": self._ended_at(),
            "revision": revision.number,
            "rules_hash": revision.rules_hash,
            "table": table.id if table else None,
            "slots": self._table_slots(table) if table else self._deck_slots(),
            "prizes": [
                describe_prize(revision, prize, self.look, self.member.locale) for prize in revision.prizes.values()
            ],
            "pools": [{"prize": p.prize, "units": p.units, "left": p.units_left} for p in self.pools.values()],
            "guarantee": self._guarantee(),
            "turns": self._turns(),
            "deck": self._deck(),
            "accepted": not revision.policy.accept_rules or self.state.accepted == revision.rules_hash,
            "organiser": texts.get("organiser", {}),
            "refusal": self._refusal(),
            "epoch": self.epoch,
            "unseen": [{"play": each.play, "until": render_ms(each.until)} for each in self.unseen],
        }

    def _ended_at(self) -> str | None:
        sold_out_at = self._sold_out_at if self.row.sold_out else None
        ended = ended_ms(self.row, self.revision, sold_out_at, self.now_ms)
        return None if ended is None else render_ms(ended)

    def _refusal(self) -> dict[str, Any] | None:
        """What a play would be refused for now, decided by the very checks of the play."""
        standing = Standing(self.row, self.book, self.member, self.state, self.revision, self.lots, self.available)
        try:
            standing.require_may_play(self.now_ms)
            require_admissible(self.available, self.row)
        except Refusal as refusal:
            return {"code": refusal.code, "detail": refusal.detail, **refusal.fields}
        return None

    def _text(self, texts: dict[str, str]) -> str:
        return text_in(texts, self.member.locale)

    def _table_slots(self, table: Table) -> list[dict[str, Any]]:
        return [
            {
                "slot": slot.slot,
                "prize": self._prize(slot.chain[0]),
                "chain": list(slot.chain),
                "in_force": walk_shown(slot.chain, self.available),
                "odds": {"numerator": slot.weight, "denominator": table.total},
            }
            for slot in table.slots
        ]

    def _deck_slots(self) -> list[dict[str, Any]]:
        deck = self.revision.deck or {}
        return [
            {
                "slot": prize,
                "prize": self._prize(prize),
                "chain": [prize],
                "in_force": prize,
                "odds": {"numerator": count, "denominator": deck["n"]},
            }
            for prize, count in deck["counts"]
        ]

    def _prize(self, prize_id: str) -> dict[str, Any]:
        if prize_id == NO_PRIZE:
            return {
                "id": NO_PRIZE,
                "name": None,
                "kind": None,
                "class": 0,
                "value_fen": 0,
                "points": None,
                "turns": None,
                "art": self.look.art_of(None),
            }
        return describe_prize(self.revision, self.revision.prizes[prize_id], self.look, self.member.locale)

    def _guarantee(self) -> dict[str, int] | None:
        guarantee = self.revision.guarantee
        if guarantee is None:
            return None
        left = max(0, guarantee.misses - self.state.misses)
        return {"class": guarantee.prize_class, "misses": self.state.misses, "left": left}

    def _turns(self) -> dict[str, Any]:
        due = gate.free_turns_in_hand(self.row, self.revision, self.state.free_until, self.now_ms)
        return {
            "left": gate.open_turns(self.lots, self.now_ms) + due,
            "next_at": gate.next_turn_at(self.state, self.revision, self.now_ms) if not due else None,
            "expiring": expiring(self.lots, self.now_ms),
        }

    def _deck(self) -> dict[str, Any] | None:
        deck = self.revision.deck
        return deck and {
            "id": deck["id"],
            "n": deck["n"],
            "left": deck["n"] - self.row.game_seq,
            "root": deck["root"],
            "seed_commitment": deck["seed_commitment"],
        }


def view_game(  # noqa: PLR0913  what it is seen by
    connection: sa.Connection, revisions: Revisions, game_id: str, member: Member, now_ms: int, *, as_page: bool
) -> dict[str, Any]:
    """A game as a member sees it now, on a page without what came of unseen plays. Refuses with NotFound."""
    row = read_game(connection, game_id)
    revision = read_revision(connection, revisions, row.id, row.revision)
    unseen = read_unseen(connection, [member.id], now_ms).get(member.id, [])
    return GameView(connection, row, revision, member, now_ms, unseen, before_unseen=as_page).render()


def describe_prize(revision: Revision, prize: Prize, look: GameLook, locale: str) -> dict[str, Any]:
    """A prize with its name in the member's language, and what it is drawn as."""
    return {
        "id": prize.id,
        "name": text_in(revision.texts.get("prizes", {}).get(prize.id, {}), locale),
        "kind": prize.kind,
        "class": prize.prize_class,
        "value_fen": prize.value_fen,
        "points": prize.points,
        "turns": prize.turns or None,
        "art": look.art_of(prize),
    }


def expiring(lots: list[Lot], now_ms: int) -> list[dict[str, Any]]:
    """Turns that will expire, soonest first."""
    return [
        {"n": lot.remaining - lot.held, "at": render_ms(lot.expires_at)}
        for lot in lots
        if lot.expires_at is not None and lot.expires_at > now_ms
    ]


def parse_answer(text: str) -> dict[str, Any]:
    """A play's stored answer."""
    answer: dict[str, Any] = orjson.loads(text)
    return answer
