"""Epochs, signing keys and sealed decks: facts.

Whether an epoch is still open is told by the rows that its plays change.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

epoch = sa.Table(
    "epoch",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("game", TEXT, nullable=False),
    sa.Column("run", BIG, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("rules_hash", TEXT, nullable=False),
    sa.Column("client_commitment", TEXT, nullable=False, unique=True),
    sa.Column("server_commitment", TEXT, nullable=False),
    sa.Column("sealed_seed", sa.LargeBinary, nullable=False),
    sa.Column("opened_at", BIG, nullable=False),
    sa.Column("signature", TEXT, nullable=False),
    sa.Index("ix_epoch_member_game", "member", "game"),
    sa.Index("ix_epoch_game", "game"),
)

epoch_end = sa.Table(
    "epoch_end",
    metadata,
    sa.Column("epoch", TEXT, sa.ForeignKey("epoch.id"), primary_key=True),
    sa.Column("ended_at", BIG, nullable=False),
    sa.Column("why", TEXT, nullable=False),
)

signing_key = sa.Table(
    "signing_key",
    metadata,
    sa.Column("kid", TEXT, primary_key=True),
    sa.Column("public", TEXT, nullable=False, unique=True),
    sa.Column("sealed_private", sa.LargeBinary, nullable=False),
    sa.Column("created_at", BIG, nullable=False),
)

deck = sa.Table(
    "deck",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("game", TEXT, nullable=False, unique=True),
    sa.Column("n", BIG, nullable=False),
    sa.Column("counts", TEXT, nullable=False),
    sa.Column("seed_commitment", TEXT, nullable=False),
    sa.Column("root", TEXT, nullable=False),
    sa.Column("sealed_seed", sa.LargeBinary, nullable=False),
    sa.Column("built_at", BIG, nullable=False),
)

deck_part = sa.Table(
    "deck_part",
    metadata,
    sa.Column("deck", TEXT, sa.ForeignKey("deck.id"), primary_key=True),
    sa.Column("part", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("part IN ('cards', 'nodes')", name="part"),
)


@dataclass(slots=True)
class Epoch:
    """A pair of seeds of one member and one game; the server's is sealed."""

    id: str
    member: str
    game: str
    run: int
    revision: int
    rules_hash: str
    client_commitment: str
    server_commitment: str
    sealed_seed: bytes
    opened_at: int
    signature: str


@dataclass(slots=True)
class EpochEnd:
    """That an epoch ended before its run did: the member asked, opened another, or used it up."""

    epoch: str
    ended_at: int
    why: str


EPOCH = Hot(epoch, Epoch)
EPOCH_END = Hot(epoch_end, EpochEnd)
EPOCH_BY_ID = Load(EPOCH, ("id",))
EPOCH_BY_COMMITMENT = Load(EPOCH, ("client_commitment",))


def find_epoch(connection: sa.Connection, epoch_id: str) -> Epoch | None:
    """An epoch by its id: a fact, so it may be read outside of any transaction that changes something."""
    row = connection.execute(sa.select(epoch).where(epoch.c.id == epoch_id)).one_or_none()
    return Epoch(*row) if row is not None else None
