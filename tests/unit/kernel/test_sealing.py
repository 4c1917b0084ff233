"""What is sealed opens for its purpose under a known key, and for nothing else."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from engage.kernel.sealing import SealBroken, Sealer

OLD = "an old secret of a deployment, 32+"
NEW = "a new secret of a deployment, 32+"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_again(plain: bytes, purpose: str) -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal(plain, purpose)
    assert len(sealed) == len(plain) + 33
    assert sealer.open(sealed, purpose) == Sealer([NEW]).open(sealed, purpose) == plain


def test_the_same_plain_text_is_never_sealed_alike() -> None:
    sealer = Sealer([NEW])
    assert len({sealer.seal(b"seed", "epoch seed") for _ in range(100)}) == 100


def test_the_first_key_seals_and_every_key_opens() -> None:
    before, after = Sealer([OLD]), Sealer([NEW, OLD])
    assert after.open(before.seal(b"seed", "epoch seed"), "epoch seed") == b"seed"
    assert Sealer([NEW]).open(after.seal(b"seed", "epoch seed"), "epoch seed") == b"seed"
    with pytest.raises(SealBroken, match="under a key that is known"):
        before.open(after.seal(b"seed", "epoch seed"), "epoch seed")


def test_a_secret_listed_twice_is_one_key() -> None:
    assert Sealer([NEW]).open(Sealer([NEW, NEW]).seal(b"seed", "epoch seed"), "epoch seed") == b"seed"


def test_what_was_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealer = Sealer([NEW])
    with pytest.raises(SealBroken, match="'deck seed'"):
        sealer.open(sealer.seal(b"seed", "epoch seed"), "deck seed")


@given(st.binary(max_size=40), st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_breaks_the_seal(plain: bytes, place: int, change: int) -> None:
    sealer = Sealer([NEW, OLD])
    sealed = bytearray(sealer.seal(plain, "epoch seed"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        sealer.open(bytes(sealed), "epoch seed")


def test_a_part_of_what_was_sealed_opens_to_nothing() -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal(b"seed", "epoch seed")
    for end in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer.open(sealed[:end], "epoch seed")


def test_the_bytes_are_as_written_down() -> None:
    sealed = Sealer([NEW]).seal(b"seed", "epoch seed")
    key = HKDF(SHA256(), 32, salt=None, info=b"engage seal/1\x00epoch seed").derive(NEW.encode())
    assert sealed[:1] == b"\x01"
    assert sealed[1:5] == sha256(key).digest()[:4]
    assert AESGCM(key).decrypt(sealed[5:17], sealed[17:], b"epoch seed") == b"seed"


def test_sealing_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a secret"):
        Sealer([])


def test_no_secret_shows_when_a_sealer_is_logged() -> None:
    assert NEW not in repr(Sealer([NEW]))


def test_a_fingerprint_is_found_again_and_tells_nothing_to_whoever_lacks_the_key() -> None:
    old, new = "o" * 32, "n" * 32
    before, after = Sealer([old]), Sealer([new, old])
    assert before.fingerprints(b"A1", "voucher code")[0] in after.fingerprints(b"A1", "voucher code")
    assert after.fingerprints(b"A1", "voucher code")[0] not in before.fingerprints(b"A1", "voucher code")
    assert before.fingerprints(b"A1", "voucher code") != before.fingerprints(b"A1", "address")
    assert before.fingerprints(b"A1", "voucher code") != before.fingerprints(b"A2", "voucher code")
