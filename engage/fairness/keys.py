"""The deployment's signing keys: Ed25519 over a label and a payload, published as a JWK set. Pure.

The label says what is signed, so no signature can be passed off as one over something else.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engage.fairness.verifier import signed_message


class SigningKey:
    """An Ed25519 key (RFC 8032), made from its 32-byte seed.

    `public`: the 32 bytes of the public key. `kid`: its JWK thumbprint (RFC 7638, RFC 8037 §2). `fingerprint`: the
    SHA-256 of `public` in hex, by which people compare keys.
    """

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()
        self.fingerprint = sha256(self.public).hexdigest()
        self.kid = _thumbprint(self.public)

    def sign(self, label: str, payload: bytes) -> str:
        """The signature over tag(label) ‖ payload, in base64url without padding: `sign(t, x)` of the rules."""
        return _base64url(self._private.sign(signed_message(label, payload)))

    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 8037 §2)."""
        return _jwk(self.public)


def jwks(publics: Iterable[bytes]) -> dict[str, list[dict[str, str]]]:
    """Public keys (32 bytes each) as a JWK set (RFC 7517 §5, RFC 8037 §2), in this order."""
    return {"keys": [_jwk(public) for public in publics]}


def _jwk(public: bytes) -> dict[str, str]:
    return {**_members(public), "kid": _thumbprint(public)}


def _members(public: bytes) -> dict[str, str]:
    """What a JWK of this key must hold, in the order in which a thumbprint takes it."""
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}


def _thumbprint(public: bytes) -> str:
    return _base64url(sha256(json.dumps(_members(public), separators=(",", ":")).encode()).digest())


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
