"""The keys of credentials as they are kept: sealed, the newest signs, all stay published so that old ones verify.

The first one is made when the first credential is asked for.
"""

from typing import Any

import orjson
import sqlalchemy as sa

from badges.credentials import CredentialKey, make_key
from badges.tables import badge_key
from engage.kernel.sealing import Sealer
from engage.storage.log import log_head
from engage.storage.work import Work
from engage.storage.writer import Writer

PURPOSE = "credential key"
ALL_KEYS = sa.select(badge_key).order_by(badge_key.c.created_at, badge_key.c.kid)
# Two processes that are asked at once must not make a key each: the log's head is the one row that is always there.
WAIT_FOR_TURN = sa.select(log_head.c.n).with_for_update()


class CredentialKeys:
    """The keys of this deployment. The one that signs is unsealed at its first use and kept."""

    def __init__(self, writer: Writer, reader: sa.Engine, sealer: Sealer) -> None:
        self._writer, self._reader, self._sealer = writer, reader, sealer
        self._current: CredentialKey | None = None

    def current(self) -> CredentialKey:
        """The key that signs; made if there is none. SealBroken if it was sealed under a secret that is not known."""
        if self._current is None:
            with self._reader.connect() as connection:
                is_there = connection.execute(ALL_KEYS.limit(1)).first() is not None
            if not is_there:
                self._writer.run(lambda work: ensure_key(work, self._sealer))
            with self._reader.connect() as connection:
                newest = connection.execute(ALL_KEYS).all()[-1]
            self._current = CredentialKey(self._sealer.open(newest.sealed_private, PURPOSE))
        return self._current


def ensure_key(work: Work, sealer: Sealer) -> None:
    """Make the deployment's first key, if it has none."""
    work.connection.execute(WAIT_FOR_TURN)
    if work.connection.execute(ALL_KEYS.limit(1)).first() is not None:
        return
    pem = make_key()
    key = CredentialKey(pem)
    values = {
        "kid": key.kid,
        "public": orjson.dumps(key.jwk()).decode(),
        "sealed_private": sealer.seal(pem, PURPOSE),
        "created_at": work.now_ms,
    }
    work.connection.execute(sa.insert(badge_key).values(**values))


def read_keys(connection: sa.Connection) -> list[dict[str, Any]]:
    """All public keys as JWKs, the oldest first."""
    return [orjson.loads(row.public) for row in connection.execute(ALL_KEYS)]
