"""Badges as Open Badges 3.0 credentials: an `OpenBadgeCredential` secured as a VC-JWT with RS256 (§8.2). Pure.

A credential names its holder by an id that is made of the award alone, so two of them do not tell that they are one
person's. Whatever is empty is left out. `read_credential` refuses what this deployment would not have issued.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from badges.contexts import ALL, read_context
from engage.kernel.clock import parse, render_ms, to_ms

ALGORITHM = "RS256"
MEDIA_TYPE = "application/vc+jwt"
EXPONENT, BITS = 65537, 2048
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
STATUS = "1EdTechRevocationList"


class CredentialRefused(ValueError):  # noqa: N818  said of what somebody shows
    """A credential that does not hold: it was changed, is not ours, was revoked or has expired."""


class CredentialKey:
    """An RSA key that signs credentials. `kid` is its thumbprint (RFC 7638)."""

    def __init__(self, pem: bytes) -> None:
        self._key = RSAKey.import_key(pem)
        self.kid = self._key.thumbprint()

    def jwk(self) -> dict[str, Any]:
        """The public key as a JWK (RFC 7517)."""
        public = self._key.as_dict(private=False)
        return {name: public[name] for name in ("kty", "n", "e")} | {"alg": ALGORITHM, "kid": self.kid, "use": "sig"}

    def sign(self, credential: Mapping[str, Any], where: str) -> str:
        """The credential as a compact VC-JWT whose header says `where` the key is to be found."""
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": f"{where}/{self.kid}"}
        return jwt.encode(header, _claims(credential), self._key, algorithms=[ALGORITHM])


def make_key() -> bytes:
    """A fresh RSA-2048 key as PEM (PKCS #8)."""
    key = generate_private_key(EXPONENT, BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the profile's address and name, where it stands on the web, and how to reach it."""

    id: str
    name: str
    url: str

    def profile(self) -> dict[str, Any]:
        """The profile as a document of its own (Open Badges 3.0, Profile)."""
        return {"@context": list(ALL)} | self.named()

    def named(self) -> dict[str, Any]:
        """The profile as a credential holds it."""
        return {"id": self.id, "type": ["Profile"], "name": self.name, "url": self.url}


@dataclass(frozen=True, slots=True)
class Achievement:
    """What was achieved, in one language: its address, name and criteria, and the picture of it."""

    id: str
    name: str
    description: str
    narrative: str
    image: str
    language: str

    def document(self) -> dict[str, Any]:
        """As a credential holds it."""
        return {
            "id": self.id,
            "type": ["Achievement"],
            "name": self.name,
            "description": self.description,
            "criteria": {"narrative": self.narrative},
            "image": {"id": self.image, "type": "Image"},
            "inLanguage": self.language,
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind an achievement, in words."""

    name: str
    narrative: str


@dataclass(frozen=True, slots=True)
class Awarded:
    """One achievement of one person. `id` is the credential's address; instants are milliseconds.

    `revocations` is the address of the list that tells whether it was revoked; None says that it can't be.
    """

    id: str
    issuer: Issuer
    achievement: Achievement
    awarded_at: int
    expires_at: int | None
    revocations: str | None
    evidence: tuple[Evidence, ...] = field(default=())

    @property
    def holder(self) -> str:
        """The holder's name in this credential: nothing but the credential's own address is in it."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, self.id)}"

    def document(self) -> dict[str, Any]:
        """The credential before it is signed."""
        document: dict[str, Any] = {
            "@context": list(ALL),
            "id": self.id,
            "type": list(TYPES),
            "name": self.achievement.name,
            "issuer": self.issuer.named(),
            "validFrom": _instant(self.awarded_at),
            "credentialSubject": {
                "id": self.holder,
                "type": ["AchievementSubject"],
                "achievement": self.achievement.document(),
            },
        }
        if self.revocations is not None:
            document["credentialStatus"] = {"id": self.revocations, "type": STATUS}
        if self.expires_at is not None:
            document["validUntil"] = _instant(self.expires_at)
        if self.evidence:
            document["evidence"] = [
                {"type": ["Evidence"], "name": each.name, "narrative": each.narrative} for each in self.evidence
            ]
        return document


def revocation_list(address: str, issuer: str, revoked: Collection[str]) -> dict[str, Any]:
    """The list of what was revoked (1EdTech Revocation List 1.0). It gives no reasons: those are between two people."""
    return {"id": address, "issuer": issuer, "revokedCredential": [{"id": each, "revoked": True} for each in revoked]}


def read_credential(
    token: str, keys: Collection[Mapping[str, Any]], revoked: Collection[str], now_ms: int
) -> dict[str, Any]:
    """The credential in a VC-JWT, if it holds now.

    CredentialRefused, in this order: signed by none of these keys or changed; other types or contexts than ours; claims
    that differ from what the credential says; revoked; not valid yet or any more.
    """
    document = _require_signed(token, keys)
    _require_known(document)
    if any(document.get(name) != value for name, value in _registered(document).items()):
        raise CredentialRefused("What the token claims is not what the credential says.")
    if document["id"] in revoked:
        raise CredentialRefused("This credential was revoked.")
    if document["nbf"] * 1000 > now_ms or ("exp" in document and document["exp"] * 1000 <= now_ms):
        raise CredentialRefused("This credential is not valid now.")
    return document


def _require_signed(token: str, keys: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    for jwk in keys:
        try:
            found = jwt.decode(token, RSAKey.import_key(dict(jwk)), algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            continue
        return dict(found.claims)
    raise CredentialRefused("None of the keys has signed this.")


def _require_known(document: Mapping[str, Any]) -> None:
    contexts = document.get("@context")
    if document.get("type") != list(TYPES) or not isinstance(contexts, list):
        raise CredentialRefused("This is no OpenBadgeCredential.")
    try:
        for address in contexts:
            read_context(address)
    except (ValueError, TypeError) as fault:
        raise CredentialRefused(str(fault)) from fault
    if contexts != list(ALL):
        raise CredentialRefused("The contexts are not those of Open Badges 3.0, in their order.")


def _claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    return {**credential, **_registered(credential)}


def _registered(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The registered claims that a credential has to be given (§8.2.4.1); seconds since 1970."""
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": _seconds(credential["validFrom"]),
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    return claims


def _instant(moment_ms: int) -> str:
    """An instant in whole seconds, as the registered claims have it too."""
    return render_ms(moment_ms // 1000 * 1000).replace(".000Z", "Z")


def _seconds(text: str) -> int:
    return to_ms(parse(text)) // 1000
