"""Campaigns as they were loaded, published and stopped. The file's text is kept as it came, byte for byte.

`paused_at` is the instant up to which earlier pauses have been added to the turns' expiry. While a resumption is under
way, `resuming_at` is the instant that it counts to and `extended_lot` the last lot that it has moved. `pictures` are
JSON: what each picture that the text names is known by. A `picture` is what is shown, a `picture_file` what that was
drawn from; both are named by their hashes.
"""

import sqlalchemy as sa

from engage.storage.metadata import metadata

campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("published", sa.Text),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("loaded_at", sa.BigInteger, nullable=False),
    sa.Column("paused_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("resuming_at", sa.BigInteger),
    sa.Column("extended_lot", sa.Text),
    sa.Column("draft_pictures", sa.Text, nullable=False),
    sa.Column("published_pictures", sa.Text),
    sa.CheckConstraint("state IN ('draft', 'live', 'paused', 'ended')", name="state"),
)

campaign_change = sa.Table(
    "campaign_change",
    metadata,
    sa.Column("campaign", sa.Text, sa.ForeignKey("campaign.id"), primary_key=True),
    sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("text_hash", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.CheckConstraint("approved_by IS NULL OR approved_by <> by", name="two_people"),
)

picture = sa.Table(
    "picture",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("kept_at", sa.BigInteger, nullable=False),
)

picture_file = sa.Table(
    "picture_file",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("small", sa.Text, sa.ForeignKey("picture.hash"), nullable=False),
    sa.Column("large", sa.Text, sa.ForeignKey("picture.hash"), nullable=False),
    sa.Column("kept_at", sa.BigInteger, nullable=False),
)
