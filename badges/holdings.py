"""What members hold: their awards with what became of them, how far they have got, and what they have completed.

Inside a transaction it knows what that adds; the members' books are locked by then.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from badges.documents import BADGE_KIND, COLLECTION_KIND
from badges.rules import BadgeRule, rule_from
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
from engage.catalogue import Entry, find_entry, read_entries
from engage.storage.work import Work

WITH_REVOCATION = sa.select(badge_award, badge_revocation.c.recorded_at.label("revoked_at")).outerjoin(
    badge_revocation, badge_revocation.c.award == badge_award.c.id
)
PROGRESS = (
    sa.select(
        badge_step.c.badge,
        badge_step.c.member,
        badge_step.c.period,
        sa.func.max(badge_step.c.n),
        sa.func.max(badge_step.c.total),
    )
    .where(badge_step.c.member.in_(sa.bindparam("members", expanding=True)))
    .where(badge_step.c.badge.in_(sa.bindparam("badges", expanding=True)))
    .group_by(badge_step.c.badge, badge_step.c.member, badge_step.c.period)
)


@dataclass(slots=True)
class Held:
    """An award, and when it was revoked, if it was."""

    award: Award
    revoked_at: int | None = None

    def holds(self, now_ms: int) -> bool:
        """Whether it is held now: neither revoked nor expired."""
        expires_at = self.award.expires_at
        return self.revoked_at is None and (expires_at is None or expires_at > now_ms)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member has got with a badge in a period: after how many steps, and the total."""

    steps: int = 0
    total: int = 0


class Holdings:
    """What some members hold."""

    def __init__(self, connection: sa.Connection, members: Iterable[str]) -> None:
        self._connection, self.members = connection, sorted(set(members))
        query = WITH_REVOCATION.where(badge_award.c.member.in_(self.members)).order_by(badge_award.c.id)
        self.held: dict[str, list[Held]] = {member: [] for member in self.members}
        for *award, revoked_at in connection.execute(query):
            row = Award(*award)
            self.held[row.member].append(Held(row, revoked_at))
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
        holding = [each.award for each in self.of(member, badge) if each.holds(now_ms)]
        return max(holding, key=lambda award: (award.expires_at is None, award.expires_at or 0), default=None)

    def had(self, member: str, badge: str, tier: str, period: str) -> bool:
        """Whether a member was ever given a tier in a period, be it held still or not."""
        return any((each.award.tier, each.award.period) == (tier, period) for each in self.of(member, badge))

    def add(self, award: Award) -> None:
        """Take in an award that this transaction makes."""
        self.held[award.member].append(Held(award))


class Steps:
    """How far members have got with badges, and what already counted for them, with what this transaction adds."""

    def __init__(self, work: Work, members: Collection[str], badges: Collection[str], whats: Collection[str]) -> None:
        self._work = work
        wanted = {"members": sorted(members), "badges": sorted(badges)}
        self._progress = read_progress(work.connection, **wanted)
        query = sa.select(badge_step.c.badge, badge_step.c.member, badge_step.c.period, badge_step.c.what).where(
            badge_step.c.badge.in_(wanted["badges"]),
            badge_step.c.member.in_(wanted["members"]),
            badge_step.c.what.in_(sorted(whats)),
        )
        self._counted = {tuple(row) for row in work.connection.execute(query)}

    def progress(self, badge: str, member: str, period: str) -> Progress:
        """How far a member has got."""
        return self._progress.get((badge, member, period), Progress())

    def has_counted(self, badge: str, member: str, period: str, what: str) -> bool:
        """Whether this counted in this period before."""
        return (badge, member, period, what) in self._counted

    def record(self, rule: BadgeRule, member: str, period: str, what: str, amount: int, total: int) -> None:  # noqa: PLR0913  a step has these parts
        """Record what counted, and the total that it makes."""
        key = (rule.badge, member, period)
        n = self.progress(*key).steps + 1
        self._work.insert(STEP, Step(*key, n, rule.n, what, amount, total, self._work.now_ms))
        self._progress[key] = Progress(n, total)
        self._counted.add((*key, what))


def read_progress(
    connection: sa.Connection, *, members: Collection[str], badges: Collection[str]
) -> dict[tuple[str, str, str], Progress]:
    """How far members have got, by badge, member and period."""
    rows = connection.execute(PROGRESS, {"members": list(members), "badges": list(badges)})
    return {(badge, member, period): Progress(n, int(total)) for badge, member, period, n, total in rows}


def read_rules(connection: sa.Connection) -> dict[str, BadgeRule]:
    """The rules of all badges that have not ended, by badge."""
    entries = (entry for entry in read_entries(connection, BADGE_KIND) if entry.state != "ended")
    return {entry.id: rule_of(entry) for entry in entries}


def rule_of(entry: Entry) -> BadgeRule:
    """The rule of a revision of a badge."""
    return rule_from(entry.id, entry.n, entry.campaign, (entry.opens_at, entry.closes_at), entry.document)


def find_badge(connection: sa.Connection, badge: str, n: int | None = None) -> Entry | None:
    """A revision of a badge; the last one if none is named."""
    entry = find_entry(connection, badge, n)
    return entry if entry is not None and entry.kind == BADGE_KIND else None


def read_collections(connection: sa.Connection) -> list[Entry]:
    """The collections that have not ended."""
    return [entry for entry in read_entries(connection, COLLECTION_KIND) if entry.state != "ended"]


def find_held(connection: sa.Connection, award: str) -> Held | None:
    """An award by its id."""
    row = connection.execute(WITH_REVOCATION.where(badge_award.c.id == award)).one_or_none()
    return None if row is None else Held(Award(*row[:-1]), row.revoked_at)
