"""Who the members are. `member.id` is random and is all that ledger, receipts and log know of a person.

Erasing someone empties this row and nothing else has to change.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load, Lock
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

member = sa.Table(
    "member",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("external_id", TEXT, unique=True),
    sa.Column("nickname", TEXT),
    sa.Column("locale", TEXT, nullable=False),
    sa.Column("time_zone", TEXT, nullable=False),
    sa.Column("birth_date", TEXT),
    sa.Column("insider", BIG, nullable=False),
    sa.Column("attributes", TEXT, nullable=False),
    sa.Column("plays_per_day", BIG),
    sa.Column("looser_plays_per_day", BIG),
    sa.Column("looser_from", BIG),
    sa.Column("personalisation", BIG, nullable=False),
    sa.Column("large_text", BIG, nullable=False),
    sa.Column("created_at", BIG, nullable=False),
    sa.Column("updated_at", BIG, nullable=False),
    sa.CheckConstraint("insider IN (0, 1) AND personalisation IN (0, 1) AND large_text IN (0, 1)", name="flags"),
    sa.CheckConstraint(
        "(plays_per_day IS NULL OR plays_per_day >= 0) AND (looser_plays_per_day IS NULL OR looser_plays_per_day >= 0)",
        name="own_limit",
    ),
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False, index=True),
    sa.Column("purpose", TEXT, nullable=False),
    sa.Column("granted", BIG, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
)


@dataclass(slots=True)
class Member:
    """A person as the brand described them. Flags are 0 or 1.

    `plays_per_day` is the member's own limit; from `looser_from` (milliseconds) on it is `looser_plays_per_day`, which
    the member has asked for.
    """

    id: str
    external_id: str | None
    nickname: str | None
    locale: str
    time_zone: str
    birth_date: str | None
    insider: int
    attributes: str
    plays_per_day: int | None
    looser_plays_per_day: int | None
    looser_from: int | None
    personalisation: int
    large_text: int
    created_at: int
    updated_at: int

    @property
    def is_erased(self) -> bool:
        """Whether nobody stands behind this id any more."""
        return self.external_id is None

    def own_limit(self, now_ms: int) -> int | None:
        """How often a day the member wants to play each game at most; None: as often as the rules allow."""
        is_looser = self.looser_from is not None and now_ms >= self.looser_from
        return self.looser_plays_per_day if is_looser else self.plays_per_day


@dataclass(slots=True)
class Consent:
    """A purpose that a member allowed (1) or no longer allows (0); the last one counts."""

    id: str
    member: str
    purpose: str
    granted: int
    recorded_at: int


MEMBER = Hot(
    member,
    Member,
    (
        "external_id",
        "nickname",
        "locale",
        "time_zone",
        "birth_date",
        "insider",
        "attributes",
        "plays_per_day",
        "looser_plays_per_day",
        "looser_from",
        "personalisation",
        "large_text",
        "updated_at",
    ),
)
CONSENT = Hot(consent, Consent)
MEMBER_BY_ID = Load(MEMBER, ("id",))
# Locked, since a change writes the whole row, and the brand and the member may be changing different columns at once.
MEMBER_BY_EXTERNAL_ID = Load(MEMBER, ("external_id",), lock=Lock(0))
MEMBER_TO_CHANGE = Load(MEMBER, ("id",), lock=Lock(0))
