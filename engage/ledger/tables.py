"""What the ledger stores. Routes, postings and lot moves are facts; books, accounts and lots carry derived counters.

A member's points are gated by the member's `book`, which also numbers the member's events; a member's turns are gated
by the row of member and game. Other accounts have no running balance, except those in `account`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load, Lock
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

route = sa.Table(
    "route",
    metadata,
    sa.Column("code", BIG, primary_key=True, autoincrement=False),
    sa.Column("name", TEXT, nullable=False, unique=True),
    sa.Column("asset_class", TEXT, nullable=False),
    sa.Column("debit_kind", TEXT, nullable=False),
    sa.Column("credit_kind", TEXT, nullable=False),
    sa.Column("reverses", BIG, sa.ForeignKey("route.code")),
    sa.UniqueConstraint("code", "asset_class", "debit_kind", "credit_kind"),
    sa.CheckConstraint("asset_class IN ('PTS', 'TURN')", name="asset_class"),
    sa.CheckConstraint("NOT (debit_kind = 'MEMBER' AND credit_kind = 'MEMBER')", name="no_transfer"),
    sa.CheckConstraint("(code >= 200) = (reverses IS NOT NULL)", name="reversal"),
    sa.CheckConstraint("credit_kind NOT IN ('POOL') OR code = 103", name="no_revived_pool"),
)

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("cause", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("route", BIG, nullable=False),
    sa.Column("asset_class", TEXT, nullable=False),
    sa.Column("asset", TEXT, nullable=False),
    sa.Column("debit_kind", TEXT, nullable=False),
    sa.Column("credit_kind", TEXT, nullable=False),
    sa.Column("owner", TEXT, nullable=False),
    sa.Column("member", TEXT),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("lot", TEXT),
    sa.Column("reverses_cause", TEXT),
    sa.Column("reverses_n", BIG),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(
        ["route", "asset_class", "debit_kind", "credit_kind"],
        ["route.code", "route.asset_class", "route.debit_kind", "route.credit_kind"],
    ),
    sa.ForeignKeyConstraint(["reverses_cause", "reverses_n"], ["posting.cause", "posting.n"]),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.CheckConstraint("(debit_kind = 'MEMBER' OR credit_kind = 'MEMBER') = (member IS NOT NULL)", name="member"),
    sa.CheckConstraint("(route >= 200) = (reverses_cause IS NOT NULL)", name="reversal"),
    sa.CheckConstraint("(asset_class = 'PTS') = (asset = 'PTS')", name="asset"),
    sa.Index("ix_posting_member_recorded_at", "member", "recorded_at"),
)

book = sa.Table(
    "book",
    metadata,
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("position", BIG, nullable=False),
    sa.Column("credits", BIG, nullable=False),
    sa.Column("debits", BIG, nullable=False),
    sa.Column("held", BIG, nullable=False),
    sa.Column("under_review", BIG, nullable=False),
    sa.Column("last_paid_at", BIG),
    sa.CheckConstraint("credits >= debits + held AND held >= 0 AND debits >= 0", name="covered"),
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("kind", TEXT, primary_key=True),
    sa.Column("owner", TEXT, primary_key=True),
    sa.Column("overdraft", BIG, nullable=False),
    sa.Column("credits", BIG, nullable=False),
    sa.Column("debits", BIG, nullable=False),
    sa.Column("held", BIG, nullable=False),
    sa.CheckConstraint("kind IN ('FUNDING', 'BUDGET', 'EARN_POOL')", name="gated"),
    sa.CheckConstraint("overdraft = 0 OR kind = 'FUNDING'", name="overdraft"),
    sa.CheckConstraint("credits + overdraft >= debits + held AND held >= 0 AND debits >= 0", name="covered"),
)

funding_order = sa.Table(
    "funding_order",
    metadata,
    sa.Column("cause", TEXT, primary_key=True),
    sa.Column("campaign", TEXT, nullable=False),
    sa.Column("points", BIG, nullable=False),
    sa.Column("money_fen", BIG, nullable=False),
    sa.Column("basis", TEXT, nullable=False),
    sa.Column("requested_by", TEXT, nullable=False),
    sa.Column("approved_by", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("requested_by <> approved_by", name="two_people"),
    sa.CheckConstraint("points >= 0 AND money_fen >= 0", name="amounts"),
)

lot = sa.Table(
    "lot",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("asset", TEXT, nullable=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("remaining", BIG, nullable=False),
    sa.Column("held", BIG, nullable=False),
    sa.Column("earned_at", BIG, nullable=False),
    sa.Column("expires_at", BIG),
    sa.CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="remaining"),
    sa.CheckConstraint("held >= 0 AND held <= remaining", name="held"),
)
sa.Index(
    "ix_lot_open", lot.c.member, lot.c.asset, sqlite_where=lot.c.remaining > 0, postgresql_where=lot.c.remaining > 0
)
sa.Index(
    "ix_lot_expiring",
    lot.c.expires_at,
    sqlite_where=sa.and_(lot.c.remaining > 0, lot.c.asset == "PTS"),
    postgresql_where=sa.and_(lot.c.remaining > 0, lot.c.asset == "PTS"),
)

expiry_notice = sa.Table(
    "expiry_notice",
    metadata,
    sa.Column("lot", TEXT, sa.ForeignKey("lot.id"), primary_key=True),
    sa.Column("days", BIG, primary_key=True, autoincrement=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("points", BIG, nullable=False),
    sa.Column("expires_at", BIG, nullable=False),
    sa.Column("notice", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("days IN (30, 7, 1) AND points > 0", name="reminder"),
)
"""That a member was reminded of points which expire, so many days before; `notice` is the subject of that event."""

lot_move = sa.Table(
    "lot_move",
    metadata,
    sa.Column("cause", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("lot", TEXT, sa.ForeignKey("lot.id"), primary_key=True),
    sa.Column("amount", BIG, nullable=False),
    sa.ForeignKeyConstraint(["cause", "n"], ["posting.cause", "posting.n"]),
    sa.CheckConstraint("amount > 0", name="positive"),
)

hold = sa.Table(
    "hold",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("until", BIG),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.Index("ix_hold_member", "member"),
    sa.Index("ix_hold_until", "until"),
)

hold_part = sa.Table(
    "hold_part",
    metadata,
    sa.Column("hold", TEXT, sa.ForeignKey("hold.id"), primary_key=True),
    sa.Column("lot", TEXT, sa.ForeignKey("lot.id"), primary_key=True),
    sa.Column("amount", BIG, nullable=False),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.Index("ix_hold_part_lot", "lot"),
)

hold_end = sa.Table(
    "hold_end",
    metadata,
    sa.Column("hold", TEXT, sa.ForeignKey("hold.id"), primary_key=True),
    sa.Column("outcome", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("outcome IN ('captured', 'released', 'expired')", name="outcome"),
)
"""A hold ends once: its primary key says so."""

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("kind", TEXT, primary_key=True),
    sa.Column("subject", TEXT, primary_key=True),
    sa.Column("recorded_at", BIG, primary_key=True, autoincrement=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("lifted_at", BIG),
    sa.Column("lifted_by", TEXT),
    sa.Column("approved_by", TEXT),
    sa.CheckConstraint("kind IN ('member', 'game')", name="kind"),
    sa.CheckConstraint(
        "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_by IS NULL) = (approved_by IS NULL) "
        "AND (lifted_by IS NULL OR lifted_by <> approved_by)",
        name="two_people",
    ),
)

log_tile = sa.Table(
    "log_tile",
    metadata,
    sa.Column("level", BIG, primary_key=True, autoincrement=False),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)

checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("size", BIG, primary_key=True, autoincrement=False),
    sa.Column("head", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.Column("signature", TEXT, nullable=False),
)


@dataclass(slots=True)
class Posting:
    """One immutable movement of one asset. `lot` is the lot it made, or the only one it took from."""

    cause: str
    n: int
    route: int
    asset_class: str
    asset: str
    debit_kind: str
    credit_kind: str
    owner: str
    member: str | None
    amount: int
    lot: str | None
    reverses_cause: str | None
    reverses_n: int | None
    recorded_at: int


@dataclass(slots=True)
class Book:
    """A member's points and the number of the member's last event. `under_review` is 0 or 1.

    `last_paid_at` is when the last order of the member was paid that is known (milliseconds; None: none is).
    """

    member: str
    position: int
    credits: int
    debits: int
    held: int
    under_review: int
    last_paid_at: int | None = None

    @property
    def points(self) -> int:
        """What the member owns, held points included."""
        return self.credits - self.debits


@dataclass(slots=True)
class Account:
    """A house account whose balance gates a decision. `overdraft` is FUNDING's limit: the approved plans."""

    kind: str
    owner: str
    overdraft: int
    credits: int
    debits: int
    held: int

    @property
    def available(self) -> int:
        """What may still be debited."""
        return self.credits + self.overdraft - self.debits - self.held


@dataclass(slots=True)
class Lot:
    """Points or turns that were received together with one expiry (None: lifetime)."""

    id: str
    member: str
    asset: str
    amount: int
    remaining: int
    held: int
    earned_at: int
    expires_at: int | None


@dataclass(slots=True)
class LotMove:
    """What a posting took from a lot, when it touched more than one."""

    cause: str
    n: int
    lot: str
    amount: int


@dataclass(slots=True)
class Hold:
    """Points of a member that are set aside until it ends; past `until` (milliseconds; None: never) it may end."""

    id: str
    member: str
    amount: int
    reason: str
    until: int | None
    recorded_at: int


@dataclass(slots=True)
class HoldPart:
    """Out of which lot how much is held."""

    hold: str
    lot: str
    amount: int


@dataclass(slots=True)
class HoldEnd:
    """How a hold ended: `captured`, `released` or `expired`."""

    hold: str
    outcome: str
    recorded_at: int


POSTING = Hot(posting, Posting)
BOOK = Hot(book, Book, ("position", "credits", "debits", "held", "under_review", "last_paid_at"))
ACCOUNT = Hot(account, Account, ("overdraft", "credits", "debits", "held"))
LOT = Hot(lot, Lot, ("remaining", "held", "expires_at"))
LOT_MOVE = Hot(lot_move, LotMove)
HOLD = Hot(hold, Hold)
HOLD_PART = Hot(hold_part, HoldPart)
HOLD_END = Hot(hold_end, HoldEnd)

LOT_BY_ID = Load(LOT, ("id",))
HOLD_BY_ID = Load(HOLD, ("id",))
END_BY_HOLD = Load(HOLD_END, ("hold",))
PARTS_BY_HOLD = Load(HOLD_PART, ("hold",), many=True, order="t.lot")
PARTS_BY_LOT = Load(HOLD_PART, ("lot",), many=True, order="t.hold")
POSTING_BY_ID = Load(POSTING, ("cause", "n"))
MOVES_BY_POSTING = Load(LOT_MOVE, ("cause", "n"), many=True, order="t.lot")
BOOK_BY_MEMBER = Load(BOOK, ("member",), lock=Lock(1))
ACCOUNT_BY_OWNER = Load(ACCOUNT, ("kind", "owner"), lock=Lock(4))
OPEN_LOTS = Load(
    LOT,
    ("member", "asset"),
    many=True,
    where="t.remaining > 0 AND t.remaining > t.held",
    order="coalesce(t.expires_at, 9223372036854775807), t.earned_at, t.id",
)


def read_open_lots(connection: sa.Connection, member: str, asset: str) -> list[Lot]:
    """A member's lots of one asset that hold something free, earliest expiry first, expired ones included."""
    query = (
        sa.select(lot)
        .where(lot.c.member == member, lot.c.asset == asset, lot.c.remaining > 0, lot.c.remaining > lot.c.held)
        .order_by(sa.func.coalesce(lot.c.expires_at, 2**63 - 1), lot.c.earned_at, lot.c.id)
    )
    return [Lot(*row) for row in connection.execute(query)]


def read_books(connection: sa.Connection, members: Sequence[str]) -> dict[str, Book]:
    """The books of these members as they stand; an empty one for a member who has none."""
    rows = connection.execute(sa.select(book).where(book.c.member.in_(members)))
    return {member: Book(member, 0, 0, 0, 0, 0) for member in members} | {row.member: Book(*row) for row in rows}


def find_book(connection: sa.Connection, member: str) -> Book:
    """A member's book as it stands; an empty one if the member has none."""
    row = connection.execute(sa.select(book).where(book.c.member == member)).one_or_none()
    return Book(*row) if row is not None else Book(member, 0, 0, 0, 0, 0)
