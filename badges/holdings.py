"""What members hold: their awards with what became of them, how far they have got, and what they have completed.

Inside a transaction it knows what that adds; the members' books are locked by then.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from badges.documents import BADGE_KIND, COLLECTION_KIND
from badges.rules import BadgeRule, add, rule_from
from badges.tables import (
    STEP,
    Award,
    Claim,
    Completion,
    Step,
    badge_award,
    badge_revocation,
    badge_step,
    collection_claim,
    collection_completion,
)
from engage.catalogue import KEPT, Entry, find_entry, read_entries
from engage.storage.work import Work

ENGINE, BY_REFUND = "engage", "refund"
"""Who takes an award back, and why, where what earned it does not count any more."""

WITH_REVOCATION = sa.select(
    badge_award, badge_revocation.c.recorded_at, badge_revocation.c.actor, badge_revocation.c.reason
).outerjoin(badge_revocation, badge_revocation.c.award == badge_award.c.id)
_LATER = badge_step.alias("later")
_OF_STEP = ("badge", "member", "period", "n", "total", "latest")
LAST_STEPS = (
    sa.select(*(badge_step.c[name] for name in _OF_STEP))
    .where(badge_step.c.member.in_(sa.bindparam("members", expanding=True)))
    .where(badge_step.c.badge.in_(sa.bindparam("badges", expanding=True)))
    .where(
        badge_step.c.n
        == sa.select(sa.func.max(_LATER.c.n))
        .where(*(_LATER.c[name] == badge_step.c[name] for name in ("badge", "member", "period")))
        .correlate(badge_step)
        .scalar_subquery()
    )
)


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member has got with a badge in a period: after how many steps, the total, and when the last was."""

    steps: int = 0
    total: int = 0
    latest: int = 0


class Holdings:
    """What some members hold."""

    def __init__(self, connection: sa.Connection, members: Iterable[str]) -> None:
        self._connection, self.members = connection, sorted(set(members))
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

        What counts is when each was earned, not when that was told or read: nobody loses a prize to a slow server.
        """
        badges = collection.document["badges"]
        kept = [each.award for each in self.held[member] if each.revoked_at is None and each.award.badge in badges]
        for at in sorted({max(award.earned_at, collection.opens_at) for award in kept}):
            held = [_longest(award for award in kept if award.badge == badge and award.holds(at)) for badge in badges]
            awards = [award for award in held if award is not None]
            if len(awards) == len(badges):
                return (at, awards) if collection.covers(at) and at < collection.document["deadline"] else None
        return None

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


@dataclass(frozen=True, slots=True)
class Counted:
    """What of something counts for a badge in a period, by which revision, and the event that made it count."""

    badge: str
    period: str
    revision: int
    amount: int
    cause: str


class Steps:
    """How far members have got with badges, and what already counted for them, with what this transaction adds."""

    def __init__(self, work: Work, members: Collection[str], badges: Collection[str], whats: Collection[str]) -> None:
        self._work = work
        query = sa.select(badge_step).where(
            badge_step.c.member.in_(sorted(members)), badge_step.c.what.in_(sorted(whats))
        )
        self._counted: dict[tuple[str, str, str, str], Counted] = {}
        for row in work.connection.execute(query.order_by(badge_step.c.n)):
            self._add(Step(*row))
        known = {badge for badge, *_ in self._counted}
        self._progress = read_progress(work.connection, members=sorted(members), badges=sorted({*badges, *known}))

    def progress(self, badge: str, member: str, period: str) -> Progress:
        """How far a member has got."""
        return self._progress.get((badge, member, period), Progress())

    def has_counted(self, rule: BadgeRule, member: str, period: str, what: str) -> bool:
        """Whether a task counts in this period already; or whether an event or an order ever has, refunded or not."""
        if rule.by == "tasks":
            found = self._counted.get((rule.badge, member, period, what))
            return found is not None and found.amount > 0
        return any((key[0], key[1], key[3]) == (rule.badge, member, what) for key in self._counted)

    def counted(self, member: str, what: str) -> Iterator[Counted]:
        """What of something counts for this member, badge by badge."""
        keys = sorted(key for key in self._counted if (key[1], key[3]) == (member, what))
        return (self._counted[key] for key in keys if self._counted[key].amount > 0)

    def record(  # noqa: PLR0913  a step has these parts
        self, rule: BadgeRule, member: str, period: str, what: str, amount: int, cause: str, at: int
    ) -> Progress:
        """Record what counted at an instant, or with a negative amount what does not any more; what that makes."""
        before = self.progress(rule.badge, member, period)
        latest = max(before.latest, at) if amount > 0 else before.latest
        after = Progress(before.steps + 1, add(before.total, amount), latest)
        step = Step(
            rule.badge, member, period, after.steps, rule.n, what, cause, amount, after.total, latest, self._work.now_ms
        )
        self._work.insert(STEP, step)
        self._progress[rule.badge, member, period] = after
        self._add(step)
        return after

    def _add(self, step: Step) -> None:
        key = (step.badge, step.member, step.period, step.what)
        before = self._counted.get(key)
        amount = step.amount + (before.amount if before else 0)
        cause = before.cause if before and step.amount < 0 else step.cause
        self._counted[key] = Counted(step.badge, step.period, step.revision, amount, cause)


def _longest(awards: Iterable[Award]) -> Award | None:
    """The one of them that lasts longest."""
    return max(awards, key=lambda award: (award.expires_at is None, award.expires_at or 0), default=None)


def read_progress(
    connection: sa.Connection, *, members: Collection[str], badges: Collection[str]
) -> dict[tuple[str, str, str], Progress]:
    """How far members have got, by badge, member and period."""
    rows = connection.execute(LAST_STEPS, {"members": list(members), "badges": list(badges)})
    return {(row.badge, row.member, row.period): Progress(row.n, int(row.total), row.latest) for row in rows}


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
