"""The deployment's keys as they are kept: the newest signs, all stay published so that old signatures verify."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engage.fairness.keys import SigningKey, jwks
from engage.fairness.tables import signing_key
from engage.fairness.verifier import PublicKey, signed_message
from engage.kernel.entropy import random_bytes
from engage.kernel.sealing import Sealer
from engage.storage.log import log_head
from engage.storage.work import Work

PURPOSE = "signing key"
SEED_BYTES = 32

ALL_KEYS = sa.select(signing_key).order_by(signing_key.c.created_at, signing_key.c.kid)
COUNT_KEYS = sa.select(sa.func.count()).select_from(signing_key)
# Two processes that start at once must not make a key each: the log's head is the one row that is always there.
WAIT_FOR_TURN = sa.select(log_head.c.n).with_for_update()


class Keyring:
    """The keys of this deployment, oldest first. The newest one's seed is unsealed at its first use and kept."""

    def __init__(self, reader: sa.Engine, sealer: Sealer) -> None:
        self._reader, self._sealer = reader, sealer

    @cached_property
    def current(self) -> SigningKey:
        """The key that signs. SealBroken if it was sealed under a secret that is not known here."""
        return SigningKey(self._sealer.open(self._rows()[-1].sealed_private, PURPOSE))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key that signs, in hex: what people compare."""
        return self.current.fingerprint

    @cached_property
    def origin(self) -> str:
        """The name of this deployment's log: the fingerprint of its first key, which stays when others follow."""
        return sha256(urlsafe_b64decode(self._rows()[0].public + "=")).hexdigest()

    def has_signed(self, label: str, payload: bytes, signature: str) -> bool:
        """Whether this is a signature (base64url without padding) by one of the deployment's keys."""
        try:
            raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        except ValueError:
            return False
        message = signed_message(label, payload)
        return any(key.verify(message, raw) for key in self._public_keys)

    @cached_property
    def _public_keys(self) -> list[PublicKey]:
        return [PublicKey(urlsafe_b64decode(row.public + "=")) for row in self._rows()]

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """All public keys as a JWK set (RFC 7517 §5, RFC 8037 §2), oldest first."""
        return jwks(urlsafe_b64decode(row.public + "=") for row in self._rows())

    def _rows(self) -> Sequence[sa.Row[Any]]:
        with self._reader.connect() as connection:
            rows = connection.execute(ALL_KEYS).all()
        assert rows, "ensure_signing_key runs before anything is signed"
        return rows


def ensure_signing_key(work: Work, sealer: Sealer) -> None:
    """Make the deployment's first key, if it has none."""
    connection = work.connection
    connection.execute(WAIT_FOR_TURN)
    if connection.execute(COUNT_KEYS).scalar_one():
        return
    seed = random_bytes(SEED_BYTES)
    key = SigningKey(seed)
    connection.execute(
        signing_key.insert().values(
            kid=key.kid, public=key.jwk()["x"], sealed_private=sealer.seal(seed, PURPOSE), created_at=work.now_ms
        )
    )
