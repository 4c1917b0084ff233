"""Badges that the brand gives and takes back by hand, each with who did it and why."""

from dataclasses import dataclass

from badges.awarding import Awarding, revoke_award
from badges.holdings import ENGINE, Holdings, find_badge, find_held, rule_of
from badges.rules import BadgeRule, Tier
from badges.tables import GIFT, Award, ByHand
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound
from engage.ledger import Book
from engage.members import require_book
from engage.storage.work import Work

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Said:
    """Who acts, and why."""

    actor: str
    reason: str


def require_said(actor: str, reason: str) -> Said:
    """Refuses with InvalidRequest unless somebody is named and gives a reason."""
    said = Said(" ".join(actor.split()), " ".join(reason.split()))
    if not said.actor or not said.reason:
        raise InvalidRequest("Say who acts and why: both are kept with the badge.")
    if said.actor == ENGINE:
        raise InvalidRequest(f"{ENGINE} is the program itself. Name the person who acts.")
    return said


def grant(work: Work, member: str, badge: str, tier: str | None, said: Said) -> Award:
    """Give a member a tier of a badge, the first one by default. How far they have got stays as it is.

    Refuses with NotFound for the member, the badge or the tier, with Conflict if the badge has ended or is held, with
    UnderReview.
    """
    book = require_book(work, member)
    entry = find_badge(work.connection, badge)
    if entry is None:
        raise NotFound(f"There is no badge {badge}.")
    rule = rule_of(entry)
    wanted = rule.tier(tier)
    if wanted is None:
        raise NotFound(f"{badge} has no tier {tier}: {', '.join(each.id for each in rule.tiers)}.")
    if entry.state == "ended" or entry.closes_at <= work.now_ms:
        raise Conflict(f"{badge} is over: its campaign has ended.")
    awarding = Awarding(work, {book.member})
    period = _require_free(work, awarding.holdings, book, rule, wanted)
    apart = awarding.holdings.next_period(book.member, rule.badge, wanted.id, period)
    made = awarding.make(book.member, rule, wanted, period, f"hand:{book.member}:{apart}", work.now_ms)
    work.insert(GIFT, ByHand(made.id, said.reason, said.actor, work.now_ms))
    return made


def _require_free(work: Work, holdings: Holdings, book: Book, rule: BadgeRule, tier: Tier) -> str:
    """The present period. Refuses with Conflict if the tier is held in it."""
    period = rule.period_of(work.now_ms)
    if any(each.holds(work.now_ms) for each in holdings.of_tier(book.member, rule.badge, tier.id, period)):
        raise Conflict(f"The member holds {rule.badge} ({tier.id}) already.")
    return period


def revoke(work: Work, award: str, said: Said) -> Award:
    """Take an award back. The member is told; its credential is on the list of revocations from now on.

    Refuses with NotFound, with Conflict if it was revoked before.
    """
    known = find_held(work.connection, award)
    if known is None:
        raise NotFound("There is no such award.")
    book, held = require_book(work, known.award.member), find_held(work.connection, award)
    if held is None or held.revoked_at is not None:
        raise Conflict("This award was revoked before.")
    revoke_award(work, book, held, ByHand(award, said.reason, said.actor, work.now_ms))
    return held.award
