"""Turns that the brand gives, and the acceptance of a revision's rules."""

import orjson

from engage.kernel.ids import new_id
from engage.kernel.refusals import GameNotOpen, InvalidRequest, NotFound, RulesNotAccepted
from engage.ledger import BOOK, BOOK_BY_MEMBER, GIVE_TURN, Lot, give_turns
from engage.members import get_member
from engage.storage.work import Work
from games.play import new_member_game, save_member_game
from games.revisions import Revisions
from games.tables import GAME_BY_ID, MEMBER_GAME_BY_PAIR, Game, MemberGame

MAX_TURNS = 100


def _member_state(work: Work, member: str, game: str) -> MemberGame:
    return work.fetch(MEMBER_GAME_BY_PAIR, (member, game)) or new_member_game(member, game)


def _access_game(work: Work, game_id: str) -> Game:
    game = work.fetch(GAME_BY_ID, game_id)
    if game is None:
        raise NotFound("There is no such game.")
    return game


def grant_turns(  # noqa: PLR0913  a grant of turns has these parts
    work: Work, member: str, game_id: str, count: int, *, expires_at: int | None, reason: str
) -> Lot:
    """Give a member 1–100 turns of a game, until `expires_at` (milliseconds; None: until the game closes).

    Refuses with NotFound (member, then game), GameNotOpen after the end, InvalidRequest for an expiry that has passed.
    """
    book = work.fetch(BOOK_BY_MEMBER, member)
    if book is None:
        raise NotFound("There is no such member.")
    game = _access_game(work, game_id)
    if game.state == "ended":
        raise GameNotOpen("The game has ended; its turns can't be given any more.", reason="ended", paused=False)
    if expires_at is not None and expires_at <= work.now_ms:
        raise InvalidRequest(
            "expires_at has already passed.", errors=[{"field": "expires_at", "message": "in the past"}]
        )
    cause = f"turns:{new_id('trn', work.now_ms)}"
    state = _member_state(work, member, game_id)
    lot = give_turns(work, GIVE_TURN, member, game_id, count, cause=cause, expires_at=expires_at)
    state.turn_credits += count
    save_member_game(work, state)
    data = orjson.dumps({"count": count, "reason": reason, "expires_at": expires_at}).decode()
    work.append("turns.changed", cause, data, member=book, game=game_id)
    work.change(BOOK, book)
    return lot


def accept_rules(  # noqa: PLR0913  an acceptance has these parts
    work: Work, revisions: Revisions, member: str, game_id: str, rules_hash: str, *, adult: bool
) -> None:
    """Record that a member accepts the revision in force; `adult` answers the age question where that is allowed.

    Refuses with NotFound, then RulesNotAccepted (naming the hash in force) if the hash is another revision's.
    """
    book = work.fetch(BOOK_BY_MEMBER, member)
    if book is None:
        raise NotFound("There is no such member.")
    get_member(work.connection, member)
    revision = revisions.of(work, _access_game(work, game_id))
    if rules_hash != revision.rules_hash:
        raise RulesNotAccepted(
            "These are not the rules in force. Read the present ones.", rules_hash=revision.rules_hash
        )
    state = _member_state(work, member, game_id)
    state.accepted = rules_hash
    if adult and revision.policy.declaration:
        state.adult = 1
    save_member_game(work, state)
    data = orjson.dumps({"rules_hash": rules_hash, "adult": adult}).decode()
    work.append("rules.accepted", f"acceptance:{member}:{game_id}:{rules_hash}", data, member=book, game=game_id)
    work.change(BOOK, book)
