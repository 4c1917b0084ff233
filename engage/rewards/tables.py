"""Pools of funded units, the grants taken from them, and the codes and claims of what was won.

A pool needs no balance: `units_left` is its cover. Unit number `units − units_left` of a voucher pool is the code of
that ordinal, so no search and no lock on codes is needed.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load, Lock
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text
PRIZE_OF_ITEM = "prz_item"
"""The only pool of an item that points buy."""

pool = sa.Table(
    "pool",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("prize", TEXT, primary_key=True),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("points", BIG),
    sa.Column("units", BIG),
    sa.Column("units_left", BIG),
    sa.CheckConstraint("kind IN ('points', 'voucher', 'goods', 'turns')", name="kind"),
    sa.CheckConstraint("units_left >= 0 AND units_left <= units", name="units_left"),
    sa.CheckConstraint("(units IS NULL) = (units_left IS NULL)", name="endless"),
    sa.CheckConstraint("units IS NOT NULL OR kind = 'turns'", name="covered"),
)

prize_grant = sa.Table(
    "prize_grant",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("cause", TEXT, nullable=False, unique=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("game", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("prize", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("ordinal", BIG, nullable=False),
    sa.Column("won_at", BIG, nullable=False),
    sa.Column("use_by", BIG),
    sa.CheckConstraint("kind IN ('voucher', 'goods')", name="kind"),
    sa.UniqueConstraint("game", "prize", "ordinal"),
    sa.Index("ix_prize_grant_member", "member", "id"),
)

grant_state = sa.Table(
    "grant_state",
    metadata,
    sa.Column("grant", TEXT, sa.ForeignKey("prize_grant.id"), primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("note", TEXT),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint(
        "state IN ('revealed', 'revoked', 'claimed', 'withdrawn', 'shipped', 'delivered', 'declined')", name="state"
    ),
)

voucher_use = sa.Table(
    "voucher_use",
    metadata,
    sa.Column("grant", TEXT, sa.ForeignKey("prize_grant.id"), primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("previous", BIG),
    sa.Column("id", TEXT, unique=True),
    sa.Column("store", TEXT),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False, index=True),
    sa.ForeignKeyConstraint(["grant", "previous"], ["voucher_use.grant", "voucher_use.n"]),
    sa.CheckConstraint("n >= 0 AND (n = 0) = (previous IS NULL) AND coalesce(previous, -1) = n - 1", name="gapless"),
    sa.CheckConstraint("(n % 2 = 0) = (id IS NOT NULL)", name="alternating"),
)
"""Uses of a voucher and their undoing in turn: an even `n` uses it, the odd one after it takes that back.

So between two uses of one code there always stands the undoing of the first: the database has no room for another.
"""

voucher_code = sa.Table(
    "voucher_code",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("prize", TEXT, primary_key=True),
    sa.Column("ordinal", BIG, primary_key=True, autoincrement=False),
    sa.Column("code_hash", TEXT, nullable=False, unique=True),
    sa.Column("sealed_code", sa.LargeBinary, nullable=False),
    sa.Column("imported_at", BIG, nullable=False),
    sa.Column("folded_hash", TEXT, index=True),
)
"""`folded_hash`: the fingerprint of the code as it may be typed; null of codes that came before there was one."""

reward_given = sa.Table(
    "reward_given",
    metadata,
    sa.Column("cause", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("owner", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("prize", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("ordinal", BIG),
    sa.Column("amount", BIG, nullable=False),
    sa.Column("grant", TEXT, sa.ForeignKey("prize_grant.id")),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("kind IN ('points', 'turns', 'voucher', 'badge')", name="kind"),
    sa.CheckConstraint("(kind = 'voucher') = (\"grant\" IS NOT NULL)", name="granted"),
    sa.CheckConstraint("kind NOT IN ('points', 'voucher') OR ordinal IS NOT NULL", name="unit"),
    sa.CheckConstraint("amount > 0", name="positive"),
    sa.UniqueConstraint("owner", "prize", "ordinal"),
    sa.Index("ix_reward_given_member", "member"),
)
"""That a member was given a reward outside of games, by `cause`: which unit of which pool."""

redemption = sa.Table(
    "redemption",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("item", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("quantity", BIG, nullable=False),
    sa.Column("points", BIG, nullable=False),
    sa.Column("until", BIG),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(["item", "revision"], ["catalogue_entry.id", "catalogue_entry.n"]),
    sa.CheckConstraint("quantity > 0 AND points > 0", name="positive"),
    sa.Index("ix_redemption_member", "member", "item"),
    sa.Index("ix_redemption_item", "item"),
)
"""That a member spent points on an item. Up to `until` it may be taken back; without, it could not be."""

redemption_end = sa.Table(
    "redemption_end",
    metadata,
    sa.Column("redemption", TEXT, sa.ForeignKey("redemption.id"), primary_key=True),
    sa.Column("outcome", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("outcome IN ('captured', 'cancelled')", name="outcome"),
)
"""A redemption ends once: its primary key says so."""

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("grant", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("sealed_address", sa.LargeBinary),
    sa.Column("consent", TEXT, sa.ForeignKey("consent.id"), nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.ForeignKeyConstraint(["grant", "n"], ["grant_state.grant", "grant_state.n"]),
)


@dataclass(slots=True)
class Pool:
    """Identical funded units of one prize of a game, or of whatever else gives some, by its id.

    `units` None: without end (turns only).
    """

    game: str
    prize: str
    kind: str
    points: int | None
    units: int | None
    units_left: int | None


@dataclass(slots=True)
class Grant:
    """That a member was given a voucher or goods, by `cause`; its code is the one with this ordinal."""

    id: str
    cause: str
    member: str
    game: str
    revision: int
    prize: str
    kind: str
    ordinal: int
    won_at: int
    use_by: int | None

    @property
    def redemption(self) -> str | None:
        """The redemption that it is a unit of; None of what was won or given."""
        kind, _, rest = self.cause.partition(":")
        return rest.partition("#")[0] if kind == "redemption" else None

    @property
    def returned(self) -> str:
        """The cause of the posting that gives back what it cost."""
        return f"returned:{self.id}"


@dataclass(slots=True)
class Claim:
    """That goods were claimed, by the grant's state number `n`: the sealed address and the consent to use it."""

    grant: str
    n: int
    sealed_address: bytes | None
    consent: str
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Redemption:
    """That a member spends `points` on so many units of an item, as its `revision` says. Instants in milliseconds."""

    id: str
    member: str
    item: str
    revision: int
    quantity: int
    points: int
    until: int | None
    recorded_at: int

    @property
    def cause(self) -> str:
        """The cause of its posting, and the id of the hold before that."""
        return f"redemption:{self.id}"

    @property
    def price(self) -> int:
        """The points for one unit."""
        return self.points // self.quantity

    def causes_of_grants(self) -> list[str]:
        """One for each unit."""
        return [f"{self.cause}#{n}" for n in range(self.quantity)]


@dataclass(slots=True)
class RewardGiven:
    """That a member was given a reward outside of games. `amount`: points or turns; 1 of all else."""

    cause: str
    member: str
    owner: str
    revision: int
    prize: str
    kind: str
    ordinal: int | None
    amount: int
    grant: str | None
    recorded_at: int


POOL = Hot(pool, Pool, ("units", "units_left"))
GRANT = Hot(prize_grant, Grant)
CLAIM = Hot(claim, Claim)
REWARD_GIVEN = Hot(reward_given, RewardGiven)
POOLS_BY_GAME = Load(POOL, ("game",), many=True, order="t.prize")
POOL_BY_KEY = Load(POOL, ("game", "prize"), lock=Lock(3))
"""One pool that no game's row guards, locked."""
POOLS_TO_CHANGE = Load(POOL, ("game",), many=True, lock=Lock(3))
GIVEN_BY_CAUSE = Load(REWARD_GIVEN, ("cause",))


def read_pools(connection: sa.Connection, game: str) -> list[Pool]:
    """The pools of a game."""
    return [Pool(*row) for row in connection.execute(sa.select(pool).where(pool.c.game == game).order_by(pool.c.prize))]
