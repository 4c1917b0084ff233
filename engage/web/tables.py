"""Who may ask: the API keys of the brand's servers, codes that hand members over, and sessions of hosted pages.

Of each secret only a hash is stored.
"""

import sqlalchemy as sa

from engage.storage.metadata import metadata

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
)

handover = sa.Table(
    "handover",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("state_hash", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False, index=True),
)

page_session = sa.Table(
    "page_session",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
)
