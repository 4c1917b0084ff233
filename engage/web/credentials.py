"""Who is asking: a member with a token that Engage minted, or a brand's server with an API key."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy.orm import Session

from engage.kernel.clock import Clock, render_ms
from engage.kernel.entropy import random_bytes
from engage.kernel.ids import new_id
from engage.kernel.refusals import Forbidden, InvalidRequest, Unauthenticated
from engage.storage.work import Work
from engage.web.queries import db, reading
from engage.web.tables import ApiKey, api_key

ISSUER, AUDIENCE = "engage", "engage:member"
MAX_TTL_SECONDS = 3600
MIN_TTL_SECONDS = 60
SECOND_MS = 1000
CACHE_SIZE = 100_000
KEY_STALE_MS = 1000
SCOPES = ("members", "tokens", "turns", "prizes", "support", "vouchers", "events", "badges")
VALID_AT_A_TIME = 2
KEY_PREFIX = "ek_"


def _signing_key(secret: str) -> OctKey:
    return OctKey.import_key(hmac.digest(secret.encode(), b"engage member tokens", "sha256"))


class TokenSigner:
    """Signs what Engage says of a member to itself (JWT, HS256). The first secret signs, all verify."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._keys = [_signing_key(secret) for secret in secret_keys]

    def sign(self, audience: str, claims: Mapping[str, str | int]) -> str:
        """A token of these claims, for one audience."""
        return jwt.encode({"alg": "HS256"}, {"iss": ISSUER, "aud": audience, **claims}, self._keys[0])

    def read(self, audience: str, token: str) -> dict[str, Any] | None:
        """The claims of a token that was signed here for this audience and says whom it is for and when it ends."""
        for key in self._keys:
            try:
                claims = jwt.decode(token, key, algorithms=["HS256"]).claims
            except (JoseError, ValueError):
                continue
            if (
                claims.get("iss") == ISSUER
                and claims.get("aud") == audience
                and isinstance(claims.get("exp"), int)
                and isinstance(claims.get("sub"), str)
            ):
                return claims
        return None


class MemberTokens:
    """Mints and reads member tokens."""

    def __init__(self, secret_keys: Sequence[str], clock: Clock) -> None:
        self.signer, self._clock = TokenSigner(secret_keys), clock
        self._known: dict[str, tuple[int, str]] = {}

    def mint(self, member: str, ttl_seconds: int) -> tuple[str, int]:
        """A token and the instant (milliseconds) at which it expires; 60 ≤ `ttl_seconds` ≤ 3600."""
        issued = self._clock.now_ms() // SECOND_MS
        claims: dict[str, str | int] = {"sub": member, "iat": issued, "exp": issued + ttl_seconds}
        return self.signer.sign(AUDIENCE, claims), (issued + ttl_seconds) * SECOND_MS

    def require(self, authorization: str) -> str:
        """The member of an `Authorization` header. Refuses with Unauthenticated.

        A token that was read is remembered until it expires, so that reading it again costs a look-up.
        """
        return self.require_until(authorization)[0]

    def require_until(self, authorization: str) -> tuple[str, int]:
        """The same, with the instant (milliseconds) at which the token expires."""
        known = self._known.get(authorization)
        if known is None:
            known = self._read(authorization)
            if len(self._known) >= CACHE_SIZE:
                self._known.clear()
            self._known[authorization] = known
        expires, member = known
        if self._clock.now_ms() >= expires:
            self._known.pop(authorization, None)
            raise Unauthenticated("This token has expired. Ask the brand's server for a new one.")
        return member, expires

    def find_known(self, authorization: str) -> str | None:
        """The member, if the header was read before and has not expired."""
        known = self._known.get(authorization)
        return known[1] if known is not None and self._clock.now_ms() < known[0] else None

    def _read(self, authorization: str) -> tuple[int, str]:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send a member's token: Authorization: Bearer …")
        if token.startswith(KEY_PREFIX):
            raise Unauthenticated(
                "This is an API key, and this address wants a member's token: POST /v1/members/{ext}/tokens gives one."
            )
        claims = self.signer.read(AUDIENCE, token)
        if claims is None:
            raise Unauthenticated("This token is not valid here. Ask the brand's server for a new one.")
        return claims["exp"] * SECOND_MS, claims["sub"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A brand's server, by the key that it came with."""

    key: str
    scopes: frozenset[str]


class ApiKeys:
    """Reads API keys; a revoked one is refused within a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[int, Caller | None]] = {}

    def require(self, authorization: str, scope: str) -> Caller:
        """Who sends this `Authorization` header. Refuses with Unauthenticated, then Forbidden for a missing scope."""
        scheme, _, secret = authorization.partition(" ")
        caller = self._find(secret) if scheme.lower() == "bearer" and secret.startswith(KEY_PREFIX) else None
        if caller is None:
            raise Unauthenticated("Send an API key that is valid here: Authorization: Bearer ek_…")
        if scope not in caller.scopes:
            raise Forbidden(f"This key lacks the scope {scope}. Make one with engage keys create.", scope=scope)
        return caller

    def _find(self, secret: str) -> Caller | None:
        hashed, now = hash_key(secret), self._clock.now_ms()
        until, caller = self._known.get(hashed, (0, None))
        if now < until:
            return caller
        with reading():
            key = db.session.scalar(sa.select(ApiKey).filter_by(key_hash=hashed, revoked_at=None))
        caller = Caller(key.id, frozenset(key.scopes.split())) if key is not None else None
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[hashed] = (now + KEY_STALE_MS, caller)
        return caller


def hash_key(secret: str) -> str:
    """What is stored of a key: it has 160 random bits, so a plain hash tells nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_key(work: Work, name: str, scopes: Sequence[str]) -> str:
    """Make a key; the secret, which is shown once. Refuses with InvalidRequest.

    A blank name is refused, unknown scopes, and a third valid key of one name: revoke the oldest first.
    """
    if not name.strip():
        raise InvalidRequest("Name the server that will use the key: engage keys create NAME.")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidRequest(f"Scopes are {', '.join(SCOPES)}; {', '.join(unknown) or 'none'} was asked for.")
    valid = sa.select(sa.func.count()).where(api_key.c.name == name, api_key.c.revoked_at.is_(None))
    if work.connection.execute(valid).scalar_one() >= VALID_AT_A_TIME:
        raise InvalidRequest(f"Two keys named {name} are valid already. Revoke one first: engage keys revoke.")
    secret = KEY_PREFIX + random_bytes(20).hex()
    row = {
        "id": new_id("key", work.now_ms),
        "key_hash": hash_key(secret),
        "name": name,
        "scopes": " ".join(sorted(set(scopes))),
        "created_at": work.now_ms,
    }
    work.connection.execute(api_key.insert().values(row))
    work.append("key.created", f"key:{row['id']}")
    return secret


def revoke_key(work: Work, key_id: str) -> None:
    """Revoke a key. Refuses with InvalidRequest if there is no valid key of this id."""
    statement = api_key.update().where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
    if work.connection.execute(statement.values(revoked_at=work.now_ms)).rowcount != 1:
        raise InvalidRequest(f"There is no valid key {key_id}. See engage keys list.")
    work.append("key.revoked", f"key:{key_id}")


def describe_keys(session: Session) -> list[str]:
    """One line a key, oldest first."""
    return [
        f"{key.id}  {key.name}  {key.scopes}  since {render_ms(key.created_at)}"
        + (f"  revoked {render_ms(key.revoked_at)}" if key.revoked_at else "")
        for key in session.scalars(sa.select(ApiKey).order_by(ApiKey.created_at))
    ]
