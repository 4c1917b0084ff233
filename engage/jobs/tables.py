"""Which process may run a job now: one row a job, and it alone decides, whatever the processes' tickers do."""

import sqlalchemy as sa

from engage.storage.metadata import metadata

job_lease = sa.Table(
    "job_lease",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
)
