"""Signatures: the vectors of RFC 8032, its edge cases, and another implementation of the same equation."""

from hashlib import sha256, sha512

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from engage.fairness import verifier as v
from engage.fairness.verifier import PublicKey

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
]
SMALL_ORDER = [
    bytes.fromhex(point)
    for point in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
]
NOT_CANONICAL = {
    "y = p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y = p + 1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y = 2^255 - 1": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "x = 0 called odd, y = 1": "0100000000000000000000000000000000000000000000000000000000000080",
    "x = 0 called odd, y = -1": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "no point of the curve": "0200000000000000000000000000000000000000000000000000000000000000",
    "31 bytes": "01" + 30 * "00",
    "33 bytes": "01" + 32 * "00",
}
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIVATE = Ed25519PrivateKey.from_private_bytes(sha256(b"a key for tests").digest())
PUBLIC = PRIVATE.public_key().public_bytes_raw()


def other_says(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def scalar_of(private: Ed25519PrivateKey) -> int:
    number = int.from_bytes(sha512(private.private_bytes_raw()).digest()[:32], "little")
    return number & ((1 << 254) - 8) | (1 << 254)


def plus(one: bytes, other: bytes) -> bytes:
    x, y = v._decode_point(one)
    return v._encode_point(v._add((x, y, 1, x * y % v._P), v._prepare(*v._decode_point(other))))


def times_base(scalar: int) -> bytes:
    return v._encode_point(v._add_multiples(v._NEUTRAL, v._base_table(), scalar))


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % ORDER


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_verify(public: str, message: str, signature: str) -> None:
    key, data = PublicKey(bytes.fromhex(public)), bytes.fromhex(message)
    assert key.verify(data, bytes.fromhex(signature))
    assert not key.verify(data + b"!", bytes.fromhex(signature))


@given(st.binary(max_size=200), st.integers(0, 511))
def test_every_bit_of_a_signature_counts(message: bytes, bit: int) -> None:
    key, signature = PublicKey(PUBLIC), PRIVATE.sign(message)
    assert key.verify(message, signature)
    flipped = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert not key.verify(message, flipped)


def test_a_second_s_for_the_same_signature_is_refused() -> None:
    signature = PRIVATE.sign(b"once")
    s = int.from_bytes(signature[32:], "little")
    for other in (s + ORDER, s + 2 * ORDER, ORDER, 2**256 - 1):
        assert not PublicKey(PUBLIC).verify(b"once", signature[:32] + other.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 128])
def test_a_signature_has_64_bytes(length: int) -> None:
    assert not PublicKey(PUBLIC).verify(b"once", PRIVATE.sign(b"once").ljust(length, b"\x00")[:length])


@pytest.mark.parametrize("encoded", NOT_CANONICAL.values(), ids=NOT_CANONICAL.keys())
def test_a_key_has_one_encoding(encoded: str) -> None:
    with pytest.raises(ValueError, match="canonical"):
        PublicKey(bytes.fromhex(encoded))


@pytest.mark.parametrize("public", SMALL_ORDER, ids=bytes.hex)
def test_keys_of_small_order_follow_the_equation_without_cofactor(public: bytes) -> None:
    verdicts = set()
    for r in SMALL_ORDER:
        for n in range(12):
            signature = r + bytes(32)
            verdicts.add(found := PublicKey(public).verify(bytes([n]), signature))
            assert found == other_says(public, signature, bytes([n]))
    assert True in verdicts


def test_a_point_r_that_is_encoded_in_another_way_is_refused() -> None:
    """With S = 0 and the neutral point as the key, R must be the neutral point, and in its one encoding."""
    neutral = PublicKey(SMALL_ORDER[0])
    assert neutral.verify(b"", SMALL_ORDER[0] + bytes(32))
    for name in ("y = p + 1", "x = 0 called odd, y = 1"):
        assert not neutral.verify(b"", bytes.fromhex(NOT_CANONICAL[name]) + bytes(32))


@pytest.mark.parametrize("torsion", SMALL_ORDER[1:], ids=bytes.hex)
def test_a_key_with_a_part_of_small_order_follows_the_equation_without_cofactor(torsion: bytes) -> None:
    """With the cofactor all of these would pass: S = r + k·a, but A has a part of order 2, 4 or 8 besides a·B."""
    public, a, verdicts = plus(PUBLIC, torsion), scalar_of(PRIVATE), set()
    for n in range(1, 25):
        message, r = n.to_bytes(2, "big"), times_base(n)
        s = (n + challenge(r, public, message) * a) % ORDER
        signature = r + s.to_bytes(32, "little")
        verdicts.add(found := PublicKey(public).verify(message, signature))
        assert found == other_says(public, signature, message)
    assert verdicts == {True, False}


@pytest.mark.parametrize("torsion", SMALL_ORDER[1:], ids=bytes.hex)
def test_an_r_with_a_part_of_small_order_is_refused(torsion: bytes) -> None:
    r, a = plus(times_base(7), torsion), scalar_of(PRIVATE)
    signature = r + ((7 + challenge(r, PUBLIC, b"m") * a) % ORDER).to_bytes(32, "little")
    assert not PublicKey(PUBLIC).verify(b"m", signature)
    assert not other_says(PUBLIC, signature, b"m")


def test_the_fingerprint_is_the_hash_of_the_key() -> None:
    assert PublicKey(PUBLIC).fingerprint == sha256(PUBLIC).hexdigest()
