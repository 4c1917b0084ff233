"""The keyring: one key is made, sealed, and signs; every key that ever signed stays published."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engage.fairness import Keyring, SigningKey, ensure_signing_key
from engage.fairness.keyring import PURPOSE
from engage.fairness.keys import jwks
from engage.fairness.tables import signing_key
from engage.fairness.verifier import signed_message
from engage.kernel.sealing import SealBroken, Sealer
from engage.storage.work import Work
from tests.support.log import Log, open_log

SEALER = Sealer(["a secret that only this test knows of"])
PROCESSES = 4


@pytest.fixture
def log(migrated_url: str) -> Iterator[Log]:
    with open_log(migrated_url) as opened:
        yield opened


def ensure(log: Log) -> None:
    """What a process does when it starts."""
    log.writer.run(lambda work: ensure_signing_key(work, SEALER))


def test_the_first_start_makes_a_key_and_later_ones_keep_it(log: Log) -> None:
    ensure(log)
    first = Keyring(log.reader, SEALER).current
    ensure(log)
    assert Keyring(log.reader, SEALER).current.public == first.public


def test_processes_that_start_at_once_make_one_key(log: Log, migrated_url: str) -> None:
    def start(_process: int) -> None:
        with open_log(migrated_url, log.clock) as mine:
            ensure(mine)

    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(start, range(PROCESSES)))
    assert len(Keyring(log.reader, SEALER).jwks()["keys"]) == 1


def test_a_signature_verifies_with_the_published_key(log: Log) -> None:
    ensure(log)
    keyring = Keyring(log.reader, SEALER)
    signature = keyring.current.sign("engage epoch", b"payload")
    (jwk,) = keyring.jwks()["keys"]
    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(jwk["x"] + "="))
    public.verify(urlsafe_b64decode(signature + "=="), signed_message("engage epoch", b"payload"))


def test_the_keyring_knows_the_signatures_of_all_its_keys_and_no_others(log: Log) -> None:
    ensure(log)
    keyring = Keyring(log.reader, SEALER)
    signature = keyring.current.sign("engage epoch", b"payload")
    assert keyring.has_signed("engage epoch", b"payload", signature)
    assert not keyring.has_signed("engage close", b"payload", signature)
    assert not keyring.has_signed("engage epoch", b"another", signature)
    assert not keyring.has_signed("engage epoch", b"payload", SigningKey(b"2" * 32).sign("engage epoch", b"payload"))
    assert not keyring.has_signed("engage epoch", b"payload", "A")


def test_the_newest_key_signs_the_first_names_the_log_and_both_are_published(log: Log) -> None:
    ensure(log)
    before = Keyring(log.reader, SEALER)
    assert before.fingerprint == before.origin
    log.clock.move(timedelta(days=365))
    second = SigningKey(b"2" * 32)

    def replace(work: Work) -> None:
        values = {"kid": second.kid, "public": second.jwk()["x"], "created_at": work.now_ms}
        work.connection.execute(signing_key.insert().values(sealed_private=SEALER.seal(b"2" * 32, PURPOSE), **values))

    log.writer.run(replace)
    after = Keyring(log.reader, SEALER)
    assert after.fingerprint == second.fingerprint != before.fingerprint
    assert after.origin == before.origin == before.current.fingerprint
    assert after.jwks() == jwks([before.current.public, second.public])


def test_the_private_key_is_not_readable_without_the_secret(log: Log) -> None:
    ensure(log)
    with pytest.raises(SealBroken):
        _ = Keyring(log.reader, Sealer(["another secret than the one it was sealed with"])).current
    with log.reader.connect() as connection:
        sealed = connection.execute(sa.select(signing_key.c.sealed_private)).scalar_one()
    assert SEALER.open(sealed, PURPOSE) not in sealed
