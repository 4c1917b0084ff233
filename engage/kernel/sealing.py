"""Sealing of secrets at rest: AES-256-GCM under keys derived from the deployment's secrets, one for each purpose.

A sealed secret is version ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag; the purpose is authenticated with it.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engage.kernel.entropy import random_bytes

VERSION = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
_NONCE_AT = len(VERSION) + KEY_ID_BYTES
_CIPHERTEXT_AT = _NONCE_AT + NONCE_BYTES


class SealBroken(Exception):  # noqa: N818  what is broken is the seal
    """The bytes were not sealed for this purpose under any of the known keys, or were changed since."""


@dataclass(frozen=True, slots=True)
class _Ring:
    """The ciphers of one purpose: the one that seals, and all of them by version and key id."""

    newest: bytes
    ciphers: Mapping[bytes, AESGCM]
    associated: bytes


class Sealer:
    """Seals with the first of `secret_keys`, opens with any of them; so a secret is replaced by putting one before it.

    Each secret is a text of much entropy (32 characters or more), not a password. A key should seal no more than
    2^32 secrets, since nonces are random (NIST SP 800-38D §8.3).
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        if not secret_keys:
            raise ValueError("sealing needs a secret")
        self._secrets = tuple(secret_keys)
        self._rings: dict[str, _Ring] = {}

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """`plain` sealed under the first key; 33 bytes longer."""
        ring = self._ring(purpose)
        nonce = random_bytes(NONCE_BYTES)
        return ring.newest + nonce + ring.ciphers[ring.newest].encrypt(nonce, plain, ring.associated)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """What was sealed for this purpose. SealBroken if it was changed, or sealed for another or under a lost key."""
        ring = self._ring(purpose)
        cipher = ring.ciphers.get(sealed[:_NONCE_AT])
        if cipher is None or len(sealed) < _CIPHERTEXT_AT + TAG_BYTES:
            raise SealBroken(f"This was not sealed as {purpose!r} under a key that is known here.")
        try:
            return cipher.decrypt(sealed[_NONCE_AT:_CIPHERTEXT_AT], sealed[_CIPHERTEXT_AT:], ring.associated)
        except InvalidTag:
            raise SealBroken(f"What was sealed as {purpose!r} has been changed.") from None

    def fingerprints(self, plain: bytes, purpose: str) -> list[str]:
        """What `plain` can be found by without being shown: an HMAC-SHA256 under each key, hex, the newest first.

        A short code can't be guessed from one, as it could be from a plain hash.
        """
        return [
            hmac.digest(_derive(secret, f"fingerprint of {purpose}"), plain, "sha256").hex() for secret in self._secrets
        ]

    def _ring(self, purpose: str) -> _Ring:
        ring = self._rings.get(purpose)
        if ring is None:
            ring = self._rings[purpose] = _make_ring(self._secrets, purpose)
        return ring


def _make_ring(secrets: Sequence[str], purpose: str) -> _Ring:
    ciphers: dict[bytes, AESGCM] = {}
    for secret in secrets:
        key = _derive(secret, purpose)
        ciphers.setdefault(VERSION + sha256(key).digest()[:KEY_ID_BYTES], AESGCM(key))
    return _Ring(next(iter(ciphers)), ciphers, purpose.encode())


def _derive(secret: str, purpose: str) -> bytes:
    """HKDF-SHA256 (RFC 5869) without salt; the purpose is its info."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"engage seal/1\x00" + purpose.encode()).derive(secret.encode())
