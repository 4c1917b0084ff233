"""Badges that the brand gives and takes back by hand, each with who did it and why."""

from dataclasses import dataclass

import orjson

from badges.awarding import Awarding
from badges.holdings import Holdings, find_badge, find_held, rule_of
from badges.rules import BadgeRule, Tier
from badges.tables import GIFT, REVOCATION, Award, ByHand
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound
from engage.ledger import BOOK, Book
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
    period = _free_period(work, awarding.holdings, book, rule, wanted)
    made = awarding.award(book.member, rule, wanted, period, f"hand:{book.member}:{period}")
    assert made is not None, "a free period was looked for"
    work.insert(GIFT, ByHand(made.id, said.reason, said.actor, work.now_ms))
    return made


def _free_period(work: Work, holdings: Holdings, book: Book, rule: BadgeRule, tier: Tier) -> str:
    """The present period, or, where the tier was held in it and is not any more, that period again."""
    period = rule.period_of(work.now_ms)
    before = [each for each in holdings.of(book.member, rule.badge) if each.award.tier == tier.id]
    same = [each for each in before if each.award.period.partition("~")[0] == period]
    if any(each.holds(work.now_ms) for each in same):
        raise Conflict(f"The member holds {rule.badge} ({tier.id}) already.")
    return f"{period}~{len(same)}" if same else period


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
    work.insert(REVOCATION, ByHand(award, said.reason, said.actor, work.now_ms))
    data = {"award": award, "badge": held.award.badge, "tier": held.award.tier}
    work.append("badge.revoked", f"revocation:{award}", orjson.dumps(data).decode(), member=book)
    work.change(BOOK, book)
    return held.award
