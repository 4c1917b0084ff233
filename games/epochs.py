"""Opening and ending epochs: a coin flip in which nobody moves last.

The server's seed is made after the client committed to its own, and is bound to these very rules.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from engage.fairness import EPOCH, EPOCH_BY_COMMITMENT, EPOCH_BY_ID, Epoch
from engage.fairness.verifier import server_commitment
from engage.kernel.canonical import canonical
from engage.kernel.clock import end_of_counted_day_ms, render_ms
from engage.kernel.entropy import random_bytes
from engage.kernel.ids import new_id
from engage.kernel.refusals import NotFound, SeedUsed, SoldOut, TooFast
from engage.ledger import BOOK_BY_MEMBER
from engage.members import MEMBER_BY_ID
from engage.storage.hot import Needs
from engage.storage.work import Work
from games import gate
from games.desk import Desk
from games.play import end_epoch, is_epoch_open, new_member_game, save_member_game
from games.revisions import Revision
from games.tables import GAME_BY_ID, MEMBER_GAME, MEMBER_GAME_BY_PAIR, Game, MemberGame

MAX_UNPLAYED = 5
MAX_EPOCHS = 30


def signed_answer(epoch: Epoch) -> dict[str, Any]:
    """The answer of the opening, as it was signed, with its signature."""
    return {**_unsigned_answer(epoch), "signature": epoch.signature}


def _unsigned_answer(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.id,
        "member": epoch.member,
        "game": epoch.game,
        "rules_hash": epoch.rules_hash,
        "client_commitment": epoch.client_commitment,
        "server_commitment": epoch.server_commitment,
        "opened_at": render_ms(epoch.opened_at),
    }


@dataclass
class OpenEpoch:
    """A member's page asks for an epoch with the hash of a seed of its own."""

    desk: Desk
    member: str
    game: str
    client_commitment: str
    alone: ClassVar[bool] = False

    def needs(self, needs: Needs) -> None:
        """The member's rows, the game's, and whoever used this commitment before."""
        needs.add(BOOK_BY_MEMBER, self.member)
        needs.add(GAME_BY_ID, self.game)
        needs.add(MEMBER_BY_ID, self.member)
        needs.add(MEMBER_GAME_BY_PAIR, (self.member, self.game))
        needs.add(EPOCH_BY_COMMITMENT, self.client_commitment)

    def blame(self, _table: str) -> tuple[str, str]:
        """Only the member's rows are touched."""
        return ("member", self.member)

    def decide(self, work: Work) -> Epoch:
        """Open an epoch, or give the open one's answer again for the same commitment.

        Refuses with NotFound, UnderReview, GameNotOpen, NotEligible, RulesNotAccepted, SeedUsed, SoldOut, TooFast, in
        this order.
        """
        game, state, revision = self._check(work)
        known = work.find(EPOCH_BY_COMMITMENT, self.client_commitment)
        if known is not None:
            if is_epoch_open(game, state, known, work.now_ms):
                return known
            raise SeedUsed("This commitment was used before. Make a new seed for every epoch.")
        if game.sold_out:
            raise SoldOut("Everything that this game had to give has been won.")
        _require_not_too_many(state, work.now_ms)
        # From here it must succeed.
        return self._open(work, game, state, revision)

    def _check(self, work: Work) -> tuple[Game, MemberGame, Revision]:
        game = work.find(GAME_BY_ID, self.game)
        book = work.find(BOOK_BY_MEMBER, self.member)
        member = work.find(MEMBER_BY_ID, self.member)
        if game is None or book is None or member is None or member.is_erased:
            raise NotFound("There is no such game." if game is None else "There is no such member.")
        revision = self.desk.revisions.of(work, game)
        state = work.find(MEMBER_GAME_BY_PAIR, (self.member, self.game)) or new_member_game(self.member, self.game)
        gate.require_not_under_review(game, book)
        gate.require_open(game, revision, work.now_ms)
        gate.require_eligible(member, state, revision, work.now_ms)
        gate.require_accepted(state, revision)
        self._zone = member.time_zone
        return game, state, revision

    def _open(self, work: Work, game: Game, state: MemberGame, revision: Revision) -> Epoch:
        seed, opened_at = random_bytes(32), work.now_ms
        epoch_id = new_id("epo", opened_at)
        commitment = server_commitment(
            self.game, revision.hash_bytes, self.member, epoch_id, bytes.fromhex(self.client_commitment), seed
        )
        epoch = Epoch(
            epoch_id,
            self.member,
            self.game,
            game.run,
            revision.number,
            revision.rules_hash,
            self.client_commitment,
            commitment.hex(),
            self.desk.seal_seed(seed),
            opened_at,
            "",
        )
        epoch.signature = self.desk.sign("engage epoch", canonical(_unsigned_answer(epoch)))
        work.insert(EPOCH, epoch)
        self._become_current(work, state, epoch)
        return epoch

    def _become_current(self, work: Work, state: MemberGame, epoch: Epoch) -> None:
        if state.epoch is not None:
            end_epoch(work, state, "replaced")
        if work.now_ms >= state.epochs_until:
            state.epochs_until = end_of_counted_day_ms(work.now_ms, self._zone, state.epochs_until)
            state.epochs_today = state.unplayed_today = 0
        state.epochs_today += 1
        state.unplayed_today += 1
        state.epoch, state.nonce, state.client_seed = epoch.id, 0, None
        save_member_game(work, state)


def _require_not_too_many(state: MemberGame, now_ms: int) -> None:
    """Refuses with TooFast after 5 epochs without a play or 30 in all in a day and game (FAIRNESS, epochs)."""
    if now_ms >= state.epochs_until:
        return
    if state.unplayed_today >= MAX_UNPLAYED:
        detail = f"{MAX_UNPLAYED} epochs without a play a day are the limit. Play in the open one."
    elif state.epochs_today >= MAX_EPOCHS:
        detail = f"{MAX_EPOCHS} epochs a day are the limit."
    else:
        return
    raise TooFast(detail, retry_at=render_ms(state.epochs_until))


@dataclass
class EndEpoch:
    """The member asks for an epoch to end, so that its seed is shown."""

    member: str
    epoch: str
    game: str
    alone: ClassVar[bool] = False

    def needs(self, needs: Needs) -> None:
        """The member's rows and the epoch."""
        needs.add(BOOK_BY_MEMBER, self.member)
        needs.add(EPOCH_BY_ID, self.epoch)
        needs.add(MEMBER_GAME_BY_PAIR, (self.member, self.game))

    def blame(self, _table: str) -> tuple[str, str]:
        """Only the member's row is touched."""
        return ("member", self.member)

    def decide(self, work: Work) -> Epoch:
        """End the epoch if it is still the member's current one. Refuses with NotFound if it isn't the member's."""
        epoch = work.find(EPOCH_BY_ID, self.epoch)
        if epoch is None or epoch.member != self.member:
            raise NotFound("There is no such epoch of yours.")
        state = work.find(MEMBER_GAME_BY_PAIR, (self.member, self.game))
        if state is not None and state.epoch == epoch.id:
            end_epoch(work, state, "asked")
            work.change(MEMBER_GAME, state)
        return epoch
