"""Where a member stands in a game: would a play be admitted now? One order of refusals for the play and the page."""

from dataclasses import dataclass

from engage.ledger import Book, Lot
from engage.members import Member
from games import gate
from games.chain import Availability
from games.revisions import Revision
from games.tables import Game, MemberGame


@dataclass
class Standing:
    """The rows that admission looks at."""

    game: Game
    book: Book
    member: Member
    state: MemberGame
    revision: Revision
    lots: list[Lot]
    available: Availability

    def require_may_play(self, now_ms: int) -> None:
        """Refuses with UnderReview, GameNotOpen, NotEligible, RulesNotAccepted, OwnLimit, LimitReached, OutOfTurns."""
        state, revision = self.state, self.revision
        gate.require_not_under_review(self.game, self.book)
        gate.require_open(self.game, revision, now_ms)
        gate.require_eligible(self.member, state, revision, now_ms)
        gate.require_accepted(state, revision)
        gate.require_within_limits(self.member, state, revision, now_ms)
        self.available.require_member_may_win(state.misses)
        gate.require_turn(state, self.lots, revision, now_ms)
