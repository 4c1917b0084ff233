"""The play: one pure decision. Everything is checked first; from the line "from here it must succeed" facts go in.

Exactly once: key, fingerprint and answer are columns of the play's own row, in the transaction of its postings.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import orjson

from engage.fairness import EPOCH_BY_ID, EPOCH_END, Epoch, EpochEnd
from engage.fairness.verifier import client_commitment, deck_start, draw_ticket, look_ppm
from engage.kernel.clock import DAY_MS, end_of_counted_day_ms, render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import EpochEnded, NotFound, SeedMismatch, Unauthenticated
from engage.ledger import (
    BOOK,
    BOOK_BY_MEMBER,
    GIVE_TURN,
    GRANT,
    OPEN_LOTS,
    USE_TURN,
    Lot,
    give_points,
    give_turns,
    hold_until_order,
    take_turns,
    turn_asset,
)
from engage.members import MEMBER_BY_ID
from engage.rewards import GRANT as PRIZE_GRANT
from engage.rewards import POOL, POOLS_BY_GAME, Grant, Pool
from engage.storage.hot import Needs
from engage.storage.idempotency import require_same
from engage.storage.work import Work
from games import gate
from games.chain import Availability, Passed, require_admissible, walk
from games.desk import Desk
from games.receipts import Unsealed, canonical_receipt, receipt_leaf, seal_receipts
from games.revisions import NO_PRIZE, Prize
from games.standing import Standing
from games.tables import (
    GAME,
    GAME_BY_ID,
    GAME_STOP,
    MEMBER_GAME,
    MEMBER_GAME_BY_PAIR,
    PLAY,
    PLAY_BY_KEY,
    Game,
    GameStop,
    MemberGame,
    PlayRow,
)

EPOCH_PLAYS = 1000
EPOCH_MS = 30 * DAY_MS
USE, PRIZE, FREE = 0, 1, 2


@dataclass(frozen=True)
class Drawn:
    """What a draw came to. `ticket` is r or a serial; `slot` and `table` are None for a deck."""

    ticket: int
    table: int | None
    slot: str | None
    prize: str
    passed: tuple[Passed, ...]
    deck: dict[str, Any] | None
    show_slot: str
    angle_ppm: int


@dataclass(frozen=True)
class Played:
    """The play's row, whose answer is complete once the commit is; `replayed` if it had been played before."""

    row: PlayRow
    replayed: bool


@dataclass
class Scene(Standing):
    """The rows that one play looks at and moves."""

    epoch: Epoch
    pools: dict[str, Pool]


class Play:
    """One use of a game by a member. Refuses in the order of the contract: see `decide`."""

    alone = False

    def __init__(  # noqa: PLR0913  what a request brings
        self, desk: Desk, member: str, game: str, epoch: str, client_seed: str | None, key: str, fingerprint: str
    ) -> None:
        self.desk, self.member, self.game, self.epoch = desk, member, game, epoch
        self.client_seed, self.key, self.fingerprint = client_seed, key, fingerprint

    def needs(self, needs: Needs) -> None:
        """The member's rows, the game's, the epoch, and the play with this key if there is one."""
        pair = (self.member, self.game)
        needs.add(BOOK_BY_MEMBER, self.member)
        needs.add(GAME_BY_ID, self.game)
        needs.add(PLAY_BY_KEY, (self.member, self.key))
        needs.add(MEMBER_BY_ID, self.member)
        needs.add(MEMBER_GAME_BY_PAIR, pair)
        needs.add(EPOCH_BY_ID, self.epoch)
        needs.add(POOLS_BY_GAME, self.game)
        needs.add(OPEN_LOTS, (self.member, turn_asset(self.game)))

    def blame(self, table: str) -> tuple[str, str]:
        """A broken rule of pools or the game's row is the game's, any other the member's."""
        return ("game", self.game) if table.startswith(("pool", "game", "play")) else ("member", self.member)

    def decide(self, work: Work) -> Played:
        """Play once.

        Refuses with Unauthenticated once the member was erased, KeyReused, NotFound, UnderReview, GameNotOpen,
        NotEligible, RulesNotAccepted, OwnLimit, LimitReached, OutOfTurns, EpochEnded, SeedMismatch, SoldOut, in this
        order. A key that was played answers as it did then.
        """
        member, known = work.find(MEMBER_BY_ID, self.member), work.find(PLAY_BY_KEY, (self.member, self.key))
        if member is not None and member.is_erased:
            raise Unauthenticated("Whoever this was for has been erased.")
        if known is not None:
            require_same(known.fingerprint, self.fingerprint)
            return Played(known, replayed=True)
        scene = self._set_scene(work)
        client_seed = self._check(work, scene)
        # From here it must succeed.
        scene.state.client_seed = client_seed.hex()
        drawn = self._draw(work, scene, client_seed)
        return Played(self._record(work, scene, drawn), replayed=False)

    def _set_scene(self, work: Work) -> Scene:
        game = work.find(GAME_BY_ID, self.game)
        book = work.find(BOOK_BY_MEMBER, self.member)
        member = work.find(MEMBER_BY_ID, self.member)
        if game is None or book is None or member is None:
            raise NotFound("There is no such game." if game is None else "There is no such member.")
        revision = self.desk.revisions.of(work, game)
        state = work.find(MEMBER_GAME_BY_PAIR, (self.member, self.game)) or new_member_game(self.member, self.game)
        pools = {pool.prize: pool for pool in work.find_many(POOLS_BY_GAME, self.game)}
        lots = work.find_many(OPEN_LOTS, (self.member, turn_asset(self.game)))
        epoch = work.find(EPOCH_BY_ID, self.epoch)
        available = Availability(revision, pools, state)
        return Scene(game, book, member, state, revision, lots, available, epoch or _NO_EPOCH, pools)

    def _check(self, work: Work, scene: Scene) -> bytes:
        """Every refusal, in order; the client's seed."""
        now, state = work.now_ms, scene.state
        scene.require_may_play(now)
        require_epoch_open(scene.game, state, scene.epoch, self.epoch, now)
        seed = self._require_seed(state, scene.epoch)
        require_admissible(scene.available, scene.game)
        return seed

    def _require_seed(self, state: MemberGame, epoch: Epoch) -> bytes:
        if state.nonce == 0:
            if self.client_seed is None:
                raise SeedMismatch("Send client_seed with the first play of an epoch.")
            seed = bytes.fromhex(self.client_seed)
            if not compare_digest(client_commitment(seed).hex(), epoch.client_commitment):
                raise SeedMismatch("client_seed is not what client_commitment was made from.")
            return seed
        assert state.client_seed is not None, "an epoch that was played has its client's seed"
        if self.client_seed is not None and self.client_seed != state.client_seed:
            raise SeedMismatch("client_seed is not the one that this epoch was played with before.")
        return bytes.fromhex(state.client_seed)

    def _draw(self, work: Work, scene: Scene, client_seed: bytes) -> Drawn:
        revision, epoch, nonce = scene.revision, scene.epoch.id, scene.state.nonce
        seed = self.desk.open_seed(scene.epoch.sealed_seed)
        angle_ppm = look_ppm(seed, revision.hash_bytes, epoch, client_seed, nonce)
        if revision.deck is not None:
            served = self.desk.decks.of(work, scene.game)
            start = deck_start(seed, revision.hash_bytes, epoch, client_seed, nonce, served.cards.n)
            serial = self.desk.decks.sell(work, scene.game, served, start)
            card = served.cards.card(serial)
            deck = {"start": start, "salt": card.salt.hex(), "path": [node.hex() for node in card.path]}
            return Drawn(serial, None, None, card.prize, (), deck, card.prize, angle_ppm)
        table = revision.table_for(scene.state.misses)
        ticket = draw_ticket(seed, revision.hash_bytes, epoch, client_seed, nonce, table.total)
        slot = table.slot_at(ticket)
        prize, passed = walk(slot.chain, scene.available)
        return Drawn(ticket, table.id, slot.slot, prize, passed, None, slot.slot, angle_ppm)

    def _record(self, work: Work, scene: Scene, drawn: Drawn) -> PlayRow:
        """Facts in, counters moved: turn, unit, prize, play, event, receipt."""
        game, state = scene.game, scene.state
        play = new_id("pla", work.now_ms)
        cause = f"play:{play}"
        self._spend_turn(work, scene, cause)
        before = state.misses
        prize = self._pay(work, scene, drawn, play, cause)
        self._count(work, scene, drawn)
        receipt = self._receipt(work, scene, drawn, play, before)
        data = canonical_receipt(receipt)
        leaf = receipt_leaf(data)
        game.head = leaf.hex()
        serial = drawn.ticket if drawn.deck else None
        row = PlayRow(
            play,
            self.member,
            self.key,
            self.fingerprint,
            game.id,
            game.game_seq,
            scene.epoch.id,
            state.nonce,
            serial,
            "",
        )
        position = work.append("play.settled", cause, member=scene.book, game=game.id)
        work.change(BOOK, scene.book)
        answer = self._answer(work, scene, drawn, play, prize, position)
        state.nonce += 1
        self._use_up_epoch(work, scene)
        work.change(MEMBER_GAME, state)
        work.change(GAME, game)
        work.insert(PLAY, row)
        work.do_together(seal_receipts, Unsealed(self.desk, row, data, leaf, answer))
        self._end_if_exhausted(work, scene)
        return row

    def _spend_turn(self, work: Work, scene: Scene, cause: str) -> None:
        """The turn that expires first; the day's free turns are given now if they are due."""
        state, now = scene.state, work.now_ms
        free = gate.free_turns_due(state, scene.revision, now)
        if free:
            state.free_until = end_of_counted_day_ms(now, scene.member.time_zone, state.free_until)
            give_turns(work, GIVE_TURN, self.member, self.game, free, cause=cause, expires_at=state.free_until, n=FREE)
            state.turn_credits += free
            scene.lots.sort(key=_expiry)
        lots = [lot for lot in scene.lots if lot.expires_at is None or lot.expires_at > now]
        take_turns(work, USE_TURN, self.member, self.game, lots, 1, cause=cause, n=USE)
        state.turn_debits += 1

    def _pay(self, work: Work, scene: Scene, drawn: Drawn, play: str, cause: str) -> dict[str, Any] | None:
        """Take the pool's unit and give the prize: points and turns at once, vouchers and goods as a grant."""
        if drawn.prize == NO_PRIZE:
            return None
        prize, pool, now = scene.revision.prizes[drawn.prize], scene.pools[drawn.prize], work.now_ms
        ordinal = 0
        if pool.units_left is not None and pool.units is not None:
            ordinal = pool.units - pool.units_left
            pool.units_left -= 1
            work.change(POOL, pool)
        scene.available.count_win(prize.id)
        shown: dict[str, Any] = {"id": prize.id, "kind": prize.kind, "class": prize.prize_class}
        if prize.kind == "points":
            assert prize.points is not None, "the checker lets no points prize without points be published"
            days = scene.revision.policy.points_days
            expires = None if days is None else now + days * DAY_MS
            owner = scene.revision.policy.campaign
            lot = give_points(
                work, GRANT, scene.book, prize.points, cause=cause, owner=owner, expires_at=expires, n=PRIZE
            )
            if scene.revision.policy.need_order:
                hold_until_order(work, scene.book, lot)
            shown["points"] = prize.points
        elif prize.kind == "turns":
            expires = scene.revision.closes_ms
            give_turns(work, GIVE_TURN, self.member, self.game, prize.turns, cause=cause, expires_at=expires, n=PRIZE)
            scene.state.turn_credits += prize.turns
            shown["turns"] = prize.turns
        else:
            shown["grant"] = self._grant(work, scene, prize, play, cause, ordinal)
        return shown

    def _grant(  # noqa: PLR0913  a grant has these parts
        self, work: Work, scene: Scene, prize: Prize, play: str, cause: str, ordinal: int
    ) -> str:
        grant = "grt_" + play.removeprefix("pla_")
        use_by = None if prize.use_by_days is None else work.now_ms + prize.use_by_days * DAY_MS
        work.insert(
            PRIZE_GRANT,
            Grant(
                grant,
                cause,
                self.member,
                self.game,
                scene.revision.number,
                prize.id,
                prize.kind,
                ordinal,
                work.now_ms,
                use_by,
            ),
        )
        return grant

    def _count(self, work: Work, scene: Scene, drawn: Drawn) -> None:
        """Numbers, the day's count, the guarantee, and an epoch that is no longer unplayed."""
        state, now, guarantee = scene.state, work.now_ms, scene.revision.guarantee
        scene.game.game_seq += 1
        state.member_seq += 1
        if now >= state.day_until:
            state.day_until = end_of_counted_day_ms(now, scene.member.time_zone, state.day_until)
            state.plays_today = 0
        state.plays_today += 1
        if guarantee is not None:
            won = scene.revision.class_of(drawn.prize) >= guarantee.prize_class
            state.misses = 0 if won else state.misses + 1
        if state.nonce == 0 and now < state.epochs_until and state.unplayed_today:
            state.unplayed_today -= 1

    def _receipt(self, work: Work, scene: Scene, drawn: Drawn, play: str, before: int) -> dict[str, Any]:
        state, revision = scene.state, scene.revision
        counted = revision.guarantee is not None
        return {
            "v": 1,
            "play": play,
            "alg": revision.alg,
            "game": self.game,
            "game_seq": scene.game.game_seq,
            "prev": scene.game.head,
            "revision": revision.number,
            "rules_hash": revision.rules_hash,
            "member": self.member,
            "member_seq": state.member_seq,
            "epoch": scene.epoch.id,
            "nonce": state.nonce,
            "client_seed": state.client_seed,
            "table": drawn.table,
            "ticket": drawn.ticket,
            "slot": drawn.slot,
            "passed": [{"prize": passed.prize, "why": passed.why} for passed in drawn.passed],
            "prize": drawn.prize,
            "guarantee": {"before": before, "after": state.misses} if counted else None,
            "deck": drawn.deck,
            "played_at": render_ms(work.now_ms),
        }

    def _answer(  # noqa: PLR0913  an answer has these parts
        self, work: Work, scene: Scene, drawn: Drawn, play: str, prize: dict[str, Any] | None, position: int
    ) -> bytes:
        book, now = scene.book, work.now_ms
        return orjson.dumps(
            {
                "play": play,
                "prize": prize,
                "show": {"slot": drawn.show_slot, "angle_ppm": drawn.angle_ppm},
                "balances": {"points": book.points, "held": book.held},
                "turns": {
                    "left": gate.open_turns(scene.lots, now),
                    "next_at": gate.next_turn_at(scene.state, scene.revision, now),
                },
                "position": position,
            }
        )

    def _use_up_epoch(self, work: Work, scene: Scene) -> None:
        if scene.state.nonce == EPOCH_PLAYS:
            end_epoch(work, scene.state, "used_up")

    def _end_if_exhausted(self, work: Work, scene: Scene) -> None:
        """When a chain or the deck is exhausted for everybody the game ends as published: this was the last play."""
        game = scene.game
        if scene.available.is_exhausted(game):
            game.sold_out = 1
            work.insert(GAME_STOP, GameStop(game.id, game.run, "sold_out", "engage", work.now_ms))
            game.run += 1
            work.append("game.sold_out", f"stop:{game.id}#{game.run - 1}", game=game.id)


def _expiry(lot: Lot) -> tuple[int, int, str]:
    return (2**63 - 1 if lot.expires_at is None else lot.expires_at, lot.earned_at, lot.id)


_NO_EPOCH = Epoch("", "", "", -1, 0, "", "", "", b"", 0, "")


def new_member_game(member: str, game: str) -> MemberGame:
    """The row of a member who has not touched this game yet."""
    return MemberGame(
        member,
        game,
        member_seq=0,
        epoch=None,
        nonce=0,
        client_seed=None,
        misses=0,
        wins="{}",
        turn_credits=0,
        turn_debits=0,
        free_until=0,
        day_until=0,
        plays_today=0,
        epochs_until=0,
        epochs_today=0,
        unplayed_today=0,
        accepted=None,
        adult=0,
    )


def save_member_game(work: Work, state: MemberGame) -> None:
    """Insert the row if this member touched the game for the first time, else mark it as changed."""
    if work.find(MEMBER_GAME_BY_PAIR, (state.member, state.game)) is None:
        work.insert(MEMBER_GAME, state)
    else:
        work.change(MEMBER_GAME, state)


def is_epoch_open(game: Game, state: MemberGame, epoch: Epoch, now_ms: int) -> bool:
    """Whether this is the member's current epoch, in the running run, with fewer than 1,000 plays and 30 days."""
    return (
        state.epoch == epoch.id
        and epoch.run == game.run
        and state.nonce < EPOCH_PLAYS
        and now_ms < epoch.opened_at + EPOCH_MS
    )


def require_epoch_open(game: Game, state: MemberGame, epoch: Epoch, asked: str, now_ms: int) -> None:
    """Refuses with EpochEnded unless the epoch asked for is open; `elsewhere` says that another was opened since."""
    if epoch.id != asked or not is_epoch_open(game, state, epoch, now_ms):
        raise EpochEnded(
            "This is not your open epoch: it has ended, or never was yours. Open the next one and play on.",
            elsewhere=state.epoch not in (None, asked),
        )


def end_epoch(work: Work, state: MemberGame, why: str) -> None:
    """Record that the member's open epoch ended before its run did."""
    assert state.epoch is not None, "only an open epoch can end"
    work.insert(EPOCH_END, EpochEnd(state.epoch, work.now_ms, why))
    state.epoch, state.nonce, state.client_seed = None, 0, None
