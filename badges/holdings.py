"""What members hold: their awards with what became of them, and what they have completed.

Inside a transaction it knows what that adds; the members' books are locked by then.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeAlias

import orjson
import sqlalchemy as sa

from badges.documents import BADGE_KIND, COLLECTION_KIND
from badges.rules import BadgeRule, rule_from
from badges.steps import reached_at, read_steps
from badges.tables import (
    Award,
    Claim,
    Completion,
    Step,
    badge_award,
    badge_revocation,
    collection_claim,
    collection_completion,
)
from engage.catalogue import KEPT, Entry, find_entry, read_entries

ENGINE, BY_REFUND = "engage", "refund"
"""Who takes an award back, and why, where what earned it does not count any more."""
BY_HAND, COUNTED = "hand:", ("events", "tasks")
StepsOf: TypeAlias = Callable[[str, str], Sequence[Step]]
"""The steps of a member towards a badge, in their order."""

WITH_REVOCATION = sa.select(
    badge_award, badge_revocation.c.recorded_at, badge_revocation.c.actor, badge_revocation.c.reason
).outerjoin(badge_revocation, badge_revocation.c.award == badge_award.c.id)


@dataclass(slots=True)
class Held:
    """An award, and when it was revoked, if it was. `refunded`: because what earned it does not count any more."""

    award: Award
    revoked_at: int | None = None
    refunded: bool = False

    @property
    def period(self) -> str:
        """The period that it was earned in, whichever award of it this is."""
        return self.award.period.partition("~")[0]

    def holds(self, now_ms: int) -> bool:
        """Whether it is held now: neither revoked nor expired."""
        return self.revoked_at is None and self.award.holds(now_ms)


class Holdings:
    """What some members hold."""

    def __init__(self, connection: sa.Connection, members: Iterable[str], steps_of: StepsOf | None = None) -> None:
        self._connection, self.members = connection, sorted(set(members))
        self._steps_of = steps_of or partial(read_steps, connection)
        query = WITH_REVOCATION.where(badge_award.c.member.in_(self.members)).order_by(badge_award.c.id)
        self.held: dict[str, list[Held]] = {member: [] for member in self.members}
        for row in connection.execute(query):
            held = _held(row)
            self.held[held.award.member].append(held)
        completions = sa.select(collection_completion).where(collection_completion.c.member.in_(self.members))
        found = (Completion(*row) for row in connection.execute(completions))
        self.completions = {(row.collection, row.member): row for row in found}
        claims = sa.select(collection_claim).where(collection_claim.c.member.in_(self.members))
        self.claims = {(row.collection, row.member): Claim(*row) for row in connection.execute(claims)}

    def of(self, member: str, badge: str) -> list[Held]:
        """All awards of a badge that a member was ever given, the oldest first."""
        return [each for each in self.held[member] if each.award.badge == badge]

    def find(self, member: str, badge: str, now_ms: int) -> Award | None:
        """An award of this badge that the member holds now: the one that lasts longest."""
        return _longest(each.award for each in self.of(member, badge) if each.holds(now_ms))

    def find_whole(self, member: str, collection: Entry) -> tuple[int, list[Award]] | None:
        """When a member first held all of a collection at once, in its time, and by which awards; None if never.

        What counts is when each was earned, not when that was told or read: nobody loses a prize to a slow server, nor
        to one that told of what came later first.
        """
        badges = collection.document["badges"]
        kept = [each for each in self.held[member] if each.revoked_at is None and each.award.badge in badges]
        if {each.award.badge for each in kept} != set(badges):
            return None
        known = _first_whole([each.award for each in kept], collection)
        return known or _first_whole([self._as_earned(each) for each in kept], collection)

    def _as_earned(self, held: Held) -> Award:
        """An award as it was earned after all, where what was told since it was made had happened before."""
        award = held.award
        entry = find_badge(self._connection, award.badge, award.revision)
        rule = None if entry is None else rule_of(entry)
        tier = None if rule is None else rule.tier(award.tier)
        if rule is None or tier is None or rule.by not in COUNTED or award.cause.startswith(BY_HAND):
            return award
        steps = self._steps_of(award.member, award.badge)
        earned_at = reached_at((step for step in steps if step.period == held.period), tier.at)
        return award if earned_at is None else replace(award, earned_at=min(earned_at, award.earned_at))

    def of_tier(self, member: str, badge: str, tier: str, period: str) -> list[Held]:
        """All awards of a tier in a period that a member was ever given, the oldest first."""
        return [each for each in self.of(member, badge) if (each.award.tier, each.period) == (tier, period)]

    def had(self, member: str, badge: str, tier: str, period: str) -> bool:
        """Whether a member was given a tier in a period, be it held still or not; what a refund took does not count."""
        return any(not each.refunded for each in self.of_tier(member, badge, tier, period))

    def next_period(self, member: str, badge: str, tier: str, period: str) -> str:
        """What a next award of a tier in a period is told apart by."""
        before = len(self.of_tier(member, badge, tier, period))
        return f"{period}~{before}" if before else period

    def missing(self, completion: Completion, now_ms: int) -> list[str]:
        """The badges of a complete collection that were taken back since, and are not held again."""
        used = set(orjson.loads(completion.awards))
        held = self.held[completion.member]
        gone = [each.award.badge for each in held if each.award.id in used and each.revoked_at is not None]
        return [badge for badge in gone if self.find(completion.member, badge, now_ms) is None]

    def add(self, award: Award) -> None:
        """Take in an award that this transaction makes."""
        self.held[award.member].append(Held(award))


def _first_whole(kept: Sequence[Award], collection: Entry) -> tuple[int, list[Award]] | None:
    """When these awards first made a collection whole, and which of them; None if they did not in its time."""
    badges = collection.document["badges"]
    for at in sorted({max(award.earned_at, collection.opens_at) for award in kept}):
        held = [_longest(award for award in kept if award.badge == badge and award.holds(at)) for badge in badges]
        awards = [award for award in held if award is not None]
        if len(awards) == len(badges):
            return (at, awards) if collection.covers(at) and at < collection.document["deadline"] else None
    return None


def _longest(awards: Iterable[Award]) -> Award | None:
    """The one of them that lasts longest."""
    return max(awards, key=lambda award: (award.expires_at is None, award.expires_at or 0), default=None)


def read_rules(connection: sa.Connection) -> dict[str, BadgeRule]:
    """The rules of all badges that have not ended, by badge."""
    entries = (entry for entry in read_entries(connection, BADGE_KIND) if entry.state != "ended")
    return {entry.id: rule_of(entry) for entry in entries}


@lru_cache(maxsize=KEPT)
def rule_of(entry: Entry) -> BadgeRule:
    """The rule of a revision of a badge."""
    return rule_from(entry.id, entry.n, entry.campaign, (entry.opens_at, entry.closes_at), entry.document)


def find_badge(connection: sa.Connection, badge: str, n: int | None = None) -> Entry | None:
    """A revision of a badge; the last one if none is named."""
    entry = find_entry(connection, badge, n)
    return entry if entry is not None and entry.kind == BADGE_KIND else None


def secret_badges(connection: sa.Connection, member: str) -> set[str]:
    """The rules of the secret badges that a member does not have."""
    secret = {entry.id for entry in read_entries(connection, BADGE_KIND) if entry.document["secret"]}
    known = {each.award.badge for each in Holdings(connection, [member]).held[member] if each.revoked_at is None}
    return {f"badge:{badge}" for badge in secret - known}


def read_collections(connection: sa.Connection) -> list[Entry]:
    """The collections that have not ended."""
    return [entry for entry in read_entries(connection, COLLECTION_KIND) if entry.state != "ended"]


def find_held(connection: sa.Connection, award: str) -> Held | None:
    """An award by its id."""
    row = connection.execute(WITH_REVOCATION.where(badge_award.c.id == award)).one_or_none()
    return None if row is None else _held(row)


def _held(row: Sequence[Any]) -> Held:
    """An award with its revocation, out of a row of `WITH_REVOCATION`."""
    revoked_at, actor, reason = row[-3:]
    return Held(Award(*row[:-3]), revoked_at, (actor, reason) == (ENGINE, BY_REFUND))
