"""Badges as facts: what counted for one, that a member has it, that it was taken back, and complete collections.

How far a member has got is the `total` of the last step, each of which says what came to it or was taken off again, so
nothing is counted twice. Only what a member shows of an award may change.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

badge_step = sa.Table(
    "badge_step",
    metadata,
    sa.Column("badge", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("period", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("what", TEXT, nullable=False),
    sa.Column("cause", TEXT, nullable=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("total", BIG, nullable=False),
    sa.Column("at", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.UniqueConstraint("badge", "member", "period", "cause"),
    sa.CheckConstraint("n > 0 AND amount <> 0 AND total >= 0", name="counts"),
    sa.Index("ix_badge_step_what", "member", "what"),
)
"""What counted: an event, an order or a task (`what`), by an event of the log (`cause`).

A negative amount takes off again what a refund, or a task that is not completed any more, leaves of it. `at` is
when it happened.
"""

badge_refund = sa.Table(
    "badge_refund",
    metadata,
    sa.Column("event", TEXT, primary_key=True),
    sa.Column("order_id", TEXT, nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.Index("ix_badge_refund_order", "order_id", "member"),
)
"""That money went back for an order, which may be told of later than its refund."""

badge_award = sa.Table(
    "badge_award",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("badge", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("tier", TEXT, nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("period", TEXT, nullable=False),
    sa.Column("cause", TEXT, nullable=False),
    sa.Column("earned_at", BIG, nullable=False),
    sa.Column("awarded_at", BIG, nullable=False),
    sa.Column("expires_at", BIG),
    sa.UniqueConstraint("badge", "tier", "member", "period"),
    sa.UniqueConstraint("cause", "badge", "tier"),
    sa.Index("ix_badge_award_member", "member", "id"),
)
"""That a member has a tier of a badge. `period` also tells awards apart that were made again by hand."""

badge_gift = sa.Table(
    "badge_gift",
    metadata,
    sa.Column("award", TEXT, sa.ForeignKey("badge_award.id"), primary_key=True),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)
"""That an award was made by hand, by whom and why."""

badge_revocation = sa.Table(
    "badge_revocation",
    metadata,
    sa.Column("award", TEXT, sa.ForeignKey("badge_award.id"), primary_key=True),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)

badge_sharing = sa.Table(
    "badge_sharing",
    metadata,
    sa.Column("award", TEXT, sa.ForeignKey("badge_award.id"), primary_key=True),
    sa.Column("public", BIG, nullable=False),
    sa.Column("name", BIG, nullable=False),
    sa.Column("changed_at", BIG, nullable=False),
    sa.CheckConstraint("public IN (0, 1) AND name IN (0, 1)", name="flags"),
)
"""Whether anybody may see an award, and with it the nickname of whose it is."""

badge_key = sa.Table(
    "badge_key",
    metadata,
    sa.Column("kid", TEXT, primary_key=True),
    sa.Column("public", TEXT, nullable=False),
    sa.Column("sealed_private", sa.LargeBinary, nullable=False),
    sa.Column("created_at", BIG, nullable=False),
)
"""The keys of credentials. The newest signs; `public` is a JWK."""

collection_completion = sa.Table(
    "collection_completion",
    metadata,
    sa.Column("collection", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("awards", TEXT, nullable=False),
    sa.Column("completed_at", BIG, nullable=False),
    sa.Index("ix_collection_completion_member", "member"),
)
"""That a member first held all badges of a collection at that instant; `awards` is JSON, one of each in their order."""

collection_claim = sa.Table(
    "collection_claim",
    metadata,
    sa.Column("collection", TEXT, primary_key=True),
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("id", TEXT, nullable=False, unique=True),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("prize", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("claimed_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(
        ["collection", "member"], ["collection_completion.collection", "collection_completion.member"]
    ),
    sa.Index("ix_collection_claim_member", "member"),
)
"""That the grand prize of a collection was given; `claim:` and its id is the cause of what was given."""


@dataclass(slots=True)
class Step:
    """Something that counted for a badge, or was taken off again."""

    badge: str
    member: str
    period: str
    n: int
    revision: int
    what: str
    cause: str
    amount: int
    total: int
    at: int
    recorded_at: int


@dataclass(slots=True)
class Refund:
    """That money went back for an order."""

    event: str
    order_id: str
    member: str
    recorded_at: int


@dataclass(slots=True)
class Award:
    """That a member has a tier of a badge, by `cause`. Instants are milliseconds since 1970.

    It was earned when what earned it happened, however late that was told or read.
    """

    id: str
    badge: str
    revision: int
    tier: str
    member: str
    period: str
    cause: str
    earned_at: int
    awarded_at: int
    expires_at: int | None

    def holds(self, at: int) -> bool:
        """Whether it is held at an instant, if nobody has taken it back."""
        return self.earned_at <= at and (self.expires_at is None or at < self.expires_at)


@dataclass(slots=True)
class ByHand:
    """That somebody gave or took back an award, and why."""

    award: str
    reason: str
    actor: str
    recorded_at: int


@dataclass(slots=True)
class Completion:
    """That a member held all badges of a collection."""

    collection: str
    member: str
    revision: int
    awards: str
    completed_at: int


@dataclass(slots=True)
class Claim:
    """That a member was given the grand prize of a collection."""

    collection: str
    member: str
    id: str
    revision: int
    prize: str
    kind: str
    claimed_at: int


STEP = Hot(badge_step, Step)
REFUND = Hot(badge_refund, Refund)
AWARD = Hot(badge_award, Award)
GIFT = Hot(badge_gift, ByHand)
REVOCATION = Hot(badge_revocation, ByHand)
COMPLETION = Hot(collection_completion, Completion)
CLAIM = Hot(collection_claim, Claim)
BADGE_HOTS = (STEP, REFUND, AWARD, GIFT, REVOCATION, COMPLETION, CLAIM)
