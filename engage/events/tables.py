"""How far each subscriber has read the log."""

import sqlalchemy as sa

from engage.storage.metadata import metadata

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)
