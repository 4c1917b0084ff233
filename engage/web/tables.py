"""Who may ask: the API keys of the brand's servers, codes that hand members over, and sessions of hosted pages.

Of each secret only a hash is stored. Keys are settings, so they have a model; the others come and go with statements.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from engage.storage.metadata import metadata
from engage.web.queries import Model

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


class ApiKey(Model):
    """A key of a brand's server, as people made and revoked it. Instants are milliseconds; `scopes` are words."""

    __table__ = api_key

    id: Mapped[str]
    key_hash: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[str]
    created_at: Mapped[int]
    revoked_at: Mapped[int | None]


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
