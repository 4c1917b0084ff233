"""Credentials, checked by somebody else's verifier and by ours: what was changed, revoked or is unknown is refused."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.verifier import OB3Verifier
from PIL import Image

from badges.baking import SIGNATURE, bake, unbake
from badges.contexts import ALL, OPEN_BADGES, UnknownContext, read_context, terms
from badges.credentials import (
    Achievement,
    Awarded,
    CredentialKey,
    CredentialRefused,
    Evidence,
    Issuer,
    make_key,
    read_credential,
    revocation_list,
)
from engage.kernel.clock import DAY_MS, SystemClock

BASE = "https://play.example"
KEYS = f"{BASE}/badges/keys"
NOW = SystemClock().now_ms()  # the other verifier reads the clock of the machine
KEY, OTHER_KEY = CredentialKey(make_key()), CredentialKey(make_key())
PINE = Issuer(f"{BASE}/badges/issuers/cmp_spring", "松间 Pine Lane", BASE)
GREEN = Achievement(
    f"{BASE}/badges/bdg_green", "绿手指", "Brought back cups", "Five cups", f"{BASE}/green.svg", "zh-CN"
)


def awarded(expires_at: int | None = NOW + DAY_MS, *evidence: Evidence) -> Awarded:
    """A badge of an hour ago."""
    address = f"{BASE}/v1/badges/awd_1/credential"
    return Awarded(address, PINE, GREEN, NOW - 3_600_000, expires_at, f"{BASE}/badges/revocations.json", evidence)


def verify(token: str, key: CredentialKey = KEY) -> Any:
    """What the independent verifier (openbadgeslib, on PyJWT) makes of it, with the key out of its JWK."""
    n, e = (int.from_bytes(urlsafe_b64decode(key.jwk()[name] + "==")) for name in "ne")
    pem = RSAPublicNumbers(e, n).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return OB3Verifier(pem).verify(token)


def read(token: str, revoked: tuple[str, ...] = (), now_ms: int = NOW, *keys: CredentialKey) -> dict[str, Any]:
    """What we make of it."""
    return read_credential(token, [each.jwk() for each in keys or (OTHER_KEY, KEY)], revoked, now_ms)


def test_another_verifier_accepts_what_we_issue() -> None:
    token = KEY.sign(awarded(NOW + DAY_MS, Evidence("A year", "31 cups")).document(), KEYS)
    found = verify(token)
    assert (found.issuer.name, found.achievement.name) == (PINE.name, GREEN.name)
    assert found.achievement.criteria_narrative == "Five cups"
    assert found.recipient_id == awarded().holder == read(token)["sub"]
    assert found.credential_status == [{"id": f"{BASE}/badges/revocations.json", "type": "1EdTechRevocationList"}]


def test_everything_that_a_credential_says_is_a_term_of_its_contexts() -> None:
    known = terms(ALL)
    documents = [awarded(NOW, Evidence("A", "B")).document(), PINE.profile()]
    said = {term for document in documents for term in terms_in(document)}
    assert said <= known, said - known


def terms_in(part: Any) -> set[str]:
    """The properties and types of a document."""
    if isinstance(part, list):
        return {term for each in part for term in terms_in(each)}
    if not isinstance(part, dict):
        return set()
    types = part.get("type", [])
    own = {name for name in part if not name.startswith("@")} | set([types] if isinstance(types, str) else types)
    return own | {term for value in part.values() for term in terms_in(value)}


@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_byte_is_refused_by_both(data: st.DataObject) -> None:
    token = KEY.sign(awarded().document(), KEYS)
    at = data.draw(st.integers(0, len(token) - 2).filter(lambda place: token[place] != "."))
    letter = data.draw(st.sampled_from("ABCxyz059-_").filter(lambda each: each != token[at]))
    changed = token[:at] + letter + token[at + 1 :]
    for check in (read, verify):
        with pytest.raises((CredentialRefused, LibOpenBadgesException)):
            check(changed)


def test_another_key_has_not_signed_it() -> None:
    token = KEY.sign(awarded().document(), KEYS)
    with pytest.raises(CredentialRefused, match="None of the keys"):
        read(token, (), NOW, OTHER_KEY)
    with pytest.raises(LibOpenBadgesException):
        verify(token, OTHER_KEY)


def test_what_was_revoked_or_has_expired_or_has_not_begun_is_refused() -> None:
    token = KEY.sign(awarded().document(), KEYS)
    revoked = revocation_list(f"{BASE}/badges/revocations.json", PINE.id, [awarded().id])["revokedCredential"]
    with pytest.raises(CredentialRefused, match="revoked"):
        read(token, tuple(each["id"] for each in revoked))
    for moment in (NOW + 2 * DAY_MS, NOW - DAY_MS):
        with pytest.raises(CredentialRefused, match="not valid now"):
            read(token, (), moment)
    with pytest.raises(LibOpenBadgesException, match="expired"):
        verify(KEY.sign(awarded(NOW - 1_800_000).document(), KEYS))


@pytest.mark.parametrize(
    "contexts",
    [[*ALL, "https://elsewhere.example/context.json"], [OPEN_BADGES], [*ALL, {"name": "https://x.example/"}], "none"],
)
def test_an_unknown_context_is_refused_though_it_was_signed(contexts: Any) -> None:
    with pytest.raises(CredentialRefused):
        read(KEY.sign(awarded().document() | {"@context": contexts}, KEYS))


def test_what_the_claims_and_the_credential_say_has_to_agree() -> None:
    document = awarded().document()
    moved = document | {"validFrom": "2020-01-01T00:00:00Z", "iss": "https://somebody.example"}
    token = CredentialKey.sign(KEY, moved, KEYS)
    assert read(token)["iss"] == PINE.id
    with pytest.raises(CredentialRefused, match="no OpenBadgeCredential"):
        read(KEY.sign(document | {"type": ["VerifiableCredential"]}, KEYS))


def test_contexts_are_the_pinned_bytes_and_nothing_else_is_ever_read() -> None:
    assert all(read_context(address) for address in ALL)
    with pytest.raises(UnknownContext):
        read_context("https://purl.imsglobal.org/spec/ob/v3p0/context.json")


def picture() -> bytes:
    """A small PNG."""
    out = BytesIO()
    Image.new("RGBA", (8, 8), "#0f6b5c").save(out, "PNG")
    return out.getvalue()


def test_a_baked_picture_holds_the_credential_once_and_is_still_a_picture() -> None:
    token = KEY.sign(awarded().document(), KEYS)
    baked = bake(bake(picture(), "an older one"), token)
    assert unbake(baked) == token
    extracted = baking.extract_png(baked, keyword=b"openbadgecredential")
    assert extracted in (token, token.encode())
    with Image.open(BytesIO(baked)) as opened:
        assert opened.getpixel((3, 3)) == (15, 107, 92, 255)
    verify(unbake(baked))


@pytest.mark.parametrize("broken", [b"", b"GIF89a", SIGNATURE, picture()[:-6], picture().replace(b"IDAT", b"IDAX")])
def test_what_is_no_whole_png_is_not_baked(broken: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        bake(broken, "a credential")
    with pytest.raises(ValueError, match="credentials"):
        unbake(picture())
