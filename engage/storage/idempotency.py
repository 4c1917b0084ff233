"""A request that is sent twice has one effect and one answer.

A play keeps its key, fingerprint and answer on its own row; every other request keeps them here. Only what committed
stores its key, so a refused request may be tried again with the same one. Keys never expire.
"""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from engage.kernel.refusals import KeyReused
from engage.storage.hot import Hot, Load
from engage.storage.metadata import metadata

answered_request = sa.Table(
    "answered_request",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("status", sa.BigInteger, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
)


@dataclass(slots=True)
class AnsweredRequest:
    """A request that was carried out: `owner` is the member or API key that sent it."""

    owner: str
    key: str
    fingerprint: str
    status: int
    answer: str
    recorded_at: int


ANSWERED = Hot(answered_request, AnsweredRequest)
ANSWERED_BY_KEY = Load(ANSWERED, ("owner", "key"))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: a hash of method, path and body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()[:32]


def require_same(known: str, sent: str) -> None:
    """Refuses with KeyReused if a key that was used comes with another request."""
    if known != sent:
        raise KeyReused("This Idempotency-Key was used for another request. Use a new key for a new request.")
