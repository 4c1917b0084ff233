"""What campaigns have published, as facts: each entry in its revisions, of which the last one is in force."""

import sqlalchemy as sa

from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

catalogue_entry = sa.Table(
    "catalogue_entry",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("n", BIG, primary_key=True, autoincrement=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("campaign", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("opens_at", BIG, nullable=False),
    sa.Column("closes_at", BIG, nullable=False),
    sa.Column("document", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("state IN ('live', 'paused', 'ended')", name="state"),
    sa.CheckConstraint("n > 0", name="n"),
    sa.Index("ix_catalogue_entry_kind", "kind", "id", "n"),
    sa.Index("ix_catalogue_entry_campaign", "campaign", "id", "n"),
)
