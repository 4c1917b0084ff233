"""Signatures of the deployment, against RFC 8032, RFC 8037 and the published vectors."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engage.fairness.keys import SigningKey, jwks
from engage.kernel.canonical import canonical

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "fairness.json").read_text(encoding="utf-8"))
SETS: list[dict[str, Any]] = VECTORS["sets"]
RFC_8037_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


def from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unsigned(document: dict[str, Any]) -> bytes:
    return canonical({name: value for name, value in document.items() if name != "signature"})


def test_the_key_of_rfc_8037_has_its_public_key_and_its_thumbprint() -> None:
    key = SigningKey(RFC_8037_SEED)
    assert key.jwk() == {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }


@pytest.mark.parametrize("vectors", SETS, ids=lambda vectors: vectors["name"])
def test_every_epoch_and_close_of_the_vectors_is_signed_alike(vectors: dict[str, Any]) -> None:
    key, export = SigningKey(bytes.fromhex(vectors["signing_key"])), vectors["export"]
    assert [key.jwk()["x"]] == [each["x"] for each in export["keys"]["keys"]]
    signed = [("engage epoch", epoch["answer"]) for epoch in export["epochs"]]
    signed += [("engage close", close) for close in export["closes"]]
    assert len(signed) > 2
    for label, document in signed:
        assert key.sign(label, unsigned(document)) == document["signature"]


def test_a_signature_holds_for_its_label_and_its_payload_only() -> None:
    key = SigningKey(RFC_8037_SEED)
    signature = from_base64url(key.sign("engage receipts", b"payload"))
    public = Ed25519PublicKey.from_public_bytes(key.public)
    public.verify(signature, b"engage receipts\x00payload")
    for other in (b"engage receiptspayload", b"engage epoch\x00payload", b"engage receipts\x00payloaD"):
        with pytest.raises(InvalidSignature):
            public.verify(signature, other)


def test_the_fingerprint_is_the_hash_of_the_32_public_bytes() -> None:
    key = SigningKey(RFC_8037_SEED)
    assert key.fingerprint == sha256(from_base64url(key.jwk()["x"])).hexdigest()


def test_a_key_set_holds_the_public_keys_in_order_and_nothing_secret() -> None:
    keys = [SigningKey(bytes([number]) * 32) for number in (2, 1)]
    assert jwks(key.public for key in keys) == {"keys": [keys[0].jwk(), keys[1].jwk()]}
    assert all(each.keys() == {"kty", "crv", "kid", "x"} for each in jwks(key.public for key in keys)["keys"])


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        SigningKey(RFC_8037_SEED[:31])
