"""Badges as they are earned: every event that counts is a step, and each tier that a step reaches is awarded, once.

Awards are made and taken back in one transaction with what told of it; a tier is unique in its period, whoever else
awards it.
"""

from functools import partial
from typing import Any

import orjson

from badges.holdings import BY_HAND, BY_REFUND, COUNTED, ENGINE, Held, Holdings, read_collections
from badges.rules import BadgeRule, Tier
from badges.steps import steps_in
from badges.tables import AWARD, COMPLETION, REVOCATION, Award, ByHand, Completion
from engage.catalogue import Entry
from engage.kernel.clock import render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import UnderReview
from engage.ledger import BOOK, BOOK_BY_MEMBER, Book
from engage.storage.work import Work
from engage.tasks import gives_badge_still


def revoke_award(work: Work, book: Book, held: Held, said: ByHand, **told: str) -> None:
    """Take an award back and tell its member, whose book is locked; `told` is what the member learns besides."""
    work.insert(REVOCATION, said)
    data = {"award": held.award.id, "badge": held.award.badge, "tier": held.award.tier, **told}
    work.append("badge.revoked", f"revocation:{held.award.id}", orjson.dumps(data).decode(), member=book)
    work.change(BOOK, book)


class Awarding:
    """Awards badges to some members in one transaction; their books are locked."""

    def __init__(self, work: Work, members: set[str]) -> None:
        self.work = work
        self.holdings = Holdings(work.connection, members, partial(steps_in, work))
        self._collections = read_collections(work.connection)

    def award(  # noqa: PLR0913  an award has these parts
        self, member: str, rule: BadgeRule, tier: Tier, period: str, cause: str, earned_at: int
    ) -> Award | None:
        """Award a tier, unless the member was given it in this period before. Refuses with UnderReview."""
        if self.holdings.had(member, rule.badge, tier.id, period):
            return None
        return self.make(member, rule, tier, period, cause, earned_at)

    def make(  # noqa: PLR0913  an award has these parts
        self, member: str, rule: BadgeRule, tier: Tier, period: str, cause: str, earned_at: int
    ) -> Award:
        """Award a tier, whatever was before. Refuses with UnderReview."""
        work, book = self.work, self._book(member)
        row = Award(
            new_id("awd", work.now_ms),
            rule.badge,
            rule.n,
            tier.id,
            member,
            self.holdings.next_period(member, rule.badge, tier.id, period),
            cause,
            earned_at,
            work.now_ms,
            rule.expires_at(work.now_ms),
        )
        work.insert(AWARD, row)
        self.holdings.add(row)
        expires = None if row.expires_at is None else render_ms(row.expires_at)
        data = {"award": row.id, "badge": row.badge, "tier": row.tier, "expires_at": expires}
        self._tell(book, "badge.awarded", f"award:{row.id}", data)
        self._complete(book, row.badge)
        return row

    def take_back(self, member: str, rule: BadgeRule, period: str, total: int) -> list[str]:
        """Revoke what of a badge in a period is not earned any more; the tiers. Refuses with UnderReview.

        What a progress of `total` reaches stays, and what was given by hand, and what a completed task still gives.
        """
        taken: list[str] = []
        for held in self.holdings.of(member, rule.badge):
            tier = rule.tier(held.award.tier)
            if held.revoked_at is not None or held.period != period or held.award.cause.startswith(BY_HAND):
                continue
            if tier is None or (rule.by in COUNTED and tier.at <= total) or self._is_given(member, rule, tier):
                continue
            said = ByHand(held.award.id, BY_REFUND, ENGINE, self.work.now_ms)
            revoke_award(self.work, self._book(member), held, said, reason=BY_REFUND)
            held.revoked_at, held.refunded = self.work.now_ms, True
            taken.append(tier.id)
        return taken

    def _is_given(self, member: str, rule: BadgeRule, tier: Tier) -> bool:
        """Whether a completed task gives this tier: the first one of a badge that is its reward."""
        return tier == rule.tier() and gives_badge_still(self.work.connection, member, rule.badge)

    def complete(self, member: str, collection: Entry) -> Completion | None:
        """Record that a collection is complete, if the member has held all of it at once before its deadline."""
        key = (collection.id, member)
        if key in self.holdings.completions:
            return self.holdings.completions[key]
        whole = None if collection.state == "ended" else self.holdings.find_whole(member, collection)
        if whole is None:
            return None
        at, awards = whole
        row = Completion(*key, collection.n, orjson.dumps([award.id for award in awards]).decode(), at)
        self.work.insert(COMPLETION, row)
        self.holdings.completions[key] = row
        data = {"collection": collection.id, "badges": collection.document["badges"]}
        self._tell(self._book(member), "collection.completed", f"completion:{collection.id}/{member}", data)
        return row

    def look_again(self, member: str, badge: str, at: int) -> None:
        """Something that happened at an instant was told after what came later: all may have been held earlier.

        Refuses with UnderReview.
        """
        if any(each.award.earned_at > at for each in self.holdings.of(member, badge)):
            self._complete(self._book(member), badge)

    def _complete(self, book: Book, badge: str) -> None:
        for collection in self._collections:
            if badge in collection.document["badges"]:
                self.complete(book.member, collection)

    def _book(self, member: str) -> Book:
        book = self.work.find(BOOK_BY_MEMBER, member)
        assert book is not None, "whoever is in the log has a book"
        if book.under_review:
            raise UnderReview("This member's books are under review; the badge waits until two people have looked.")
        return book

    def _tell(self, book: Book, name: str, subject: str, data: dict[str, Any]) -> None:
        self.work.append(name, subject, orjson.dumps(data).decode(), member=book)
        self.work.change(BOOK, book)
