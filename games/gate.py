"""Who may play now: every check before the draw, in the documented order, each with its own refusal."""

from datetime import date

import orjson

from engage.kernel.clock import end_of_day_ms, local_date, render_ms
from engage.kernel.refusals import (
    GameNotOpen,
    LimitReached,
    NotEligible,
    OutOfTurns,
    OwnLimit,
    RulesNotAccepted,
    UnderReview,
)
from engage.ledger import Book, Lot
from engage.members import Member
from games.revisions import Revision
from games.tables import Game, MemberGame


def require_not_under_review(game: Game, book: Book) -> None:
    """Refuses with UnderReview while the books of the game or of the member are being looked at."""
    if game.under_review or book.under_review:
        raise UnderReview("These books are being checked. Nothing is lost; please try again later.")


def require_open(game: Game, revision: Revision, now_ms: int) -> None:
    """Refuses with GameNotOpen: `upcoming` before the start, `paused`, and `ended` from the end on."""
    opens, closes = revision.opens_ms, revision.closes_ms
    if game.state == "live" and opens <= now_ms < closes:
        return
    reason, detail = _why_closed(game, now_ms, opens)
    raise GameNotOpen(
        detail,
        reason=reason,
        opens_at=render_ms(opens),
        closes_at=render_ms(closes),
        paused=game.state == "paused",
    )


def _why_closed(game: Game, now_ms: int, opens_ms: int) -> tuple[str, str]:
    if game.state == "paused":
        return "paused", "The game is paused. Your turns are kept and last longer by the length of the pause."
    if game.state == "ended" or now_ms >= opens_ms:
        return "ended", "The game has ended."
    return "upcoming", "The game has not begun yet."


def require_eligible(member: Member, state: MemberGame, revision: Revision, now_ms: int) -> None:
    """Refuses with NotEligible: `insider` (staff, suppliers, tests never win), then `age`, then `audience`.

    `declaration` says whether the member may answer the age question when accepting the rules.
    """
    if member.insider:
        raise NotEligible("Staff, suppliers and test members may look but not play.", reason="insider")
    _require_age(member, state, revision, now_ms)
    if revision.policy.only:
        _require_audience(member, revision)


def _require_audience(member: Member, revision: Revision) -> None:
    """Refuses with NotEligible unless the brand has recorded one of the published values of each attribute."""
    known = orjson.loads(member.attributes)
    for attribute, values in revision.policy.only:
        if not any(type(value) is type(known.get(attribute)) and value == known[attribute] for value in values):
            raise NotEligible(
                "This game is for some members only. Who may take part stands in the rules.",
                reason="audience",
                attribute=attribute,
            )


def _require_age(member: Member, state: MemberGame, revision: Revision, now_ms: int) -> None:
    minimum = revision.policy.minimum_age
    if minimum == 0:
        return
    if member.birth_date is None:
        if revision.policy.declaration and state.adult:
            return
        raise NotEligible(
            f"This game is for people of {minimum} or older. Tell us your age when you accept the rules."
            if revision.policy.declaration
            else f"This game is for people of {minimum} or older, and the brand has not told us your birth date.",
            reason="age",
            minimum_age=minimum,
            declaration=revision.policy.declaration,
        )
    if _age(date.fromisoformat(member.birth_date), local_date(now_ms, member.time_zone)) < minimum:
        raise NotEligible(
            f"This game is for people of {minimum} or older.", reason="age", minimum_age=minimum, declaration=False
        )


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def require_accepted(state: MemberGame, revision: Revision) -> None:
    """Refuses with RulesNotAccepted where the campaign asks for consent to this very revision."""
    if revision.policy.accept_rules and state.accepted != revision.rules_hash:
        raise RulesNotAccepted(
            f"Read the rules and accept them first: POST /v1/games/{revision.game}/acceptances with this rules_hash.",
            rules_hash=revision.rules_hash,
        )


def require_within_limits(member: Member, state: MemberGame, revision: Revision, now_ms: int) -> None:
    """Refuses with OwnLimit, then LimitReached (a day, then the campaign)."""
    today = state.plays_today if now_ms < state.day_until else 0
    own = member.own_limit(now_ms)
    if own is not None and today >= own:
        raise OwnLimit("You have reached the limit you set for yourself.", retry_at=_next_day(member, state, now_ms))
    if revision.per_day is not None and today >= revision.per_day:
        detail = f"{revision.per_day} plays a day are the limit."
        raise LimitReached(detail, reason="day", retry_at=_next_day(member, state, now_ms))
    if revision.per_campaign is not None and state.member_seq >= revision.per_campaign:
        raise LimitReached(f"{revision.per_campaign} plays in all are the limit.", reason="campaign", retry_at=None)


def _next_day(member: Member, state: MemberGame, now_ms: int) -> str:
    return render_ms(state.day_until if now_ms < state.day_until else end_of_day_ms(now_ms, member.time_zone))


def free_turns_due(state: MemberGame, revision: Revision, now_ms: int) -> int:
    """The day's free turns that were not given yet: none before the stored end of the member's last counted day."""
    return revision.free_per_day if now_ms >= state.free_until else 0


def free_turns_in_hand(game: Game, revision: Revision, free_until: int, now_ms: int) -> int:
    """The day's free turns that a play would be given: those that are due, unless the game is over."""
    is_over = game.state == "ended" or game.sold_out or now_ms >= revision.closes_ms
    return revision.free_per_day if now_ms >= free_until and not is_over else 0


def open_turns(lots: list[Lot], now_ms: int) -> int:
    """The turns in lots that have not expired."""
    return sum(lot.remaining - lot.held for lot in lots if lot.expires_at is None or lot.expires_at > now_ms)


def next_turn_at(state: MemberGame, revision: Revision, now_ms: int) -> str | None:
    """When the next free turn comes, if one comes before the game closes."""
    if revision.free_per_day == 0:
        return None
    moment = max(state.free_until, now_ms)
    return render_ms(moment) if moment < revision.closes_ms else None


def require_turn(state: MemberGame, lots: list[Lot], revision: Revision, now_ms: int) -> None:
    """Refuses with OutOfTurns when neither a free nor a granted turn is left."""
    if open_turns(lots, now_ms) + free_turns_due(state, revision, now_ms) == 0:
        raise OutOfTurns("You have no turn left.", next_at=next_turn_at(state, revision, now_ms))
