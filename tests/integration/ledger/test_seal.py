"""The seal: what a leaf is, when a head is signed, and that no fact can change without the recomputation telling."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pytest
import rfc8785
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engage.events import Subscriber, SubscriberLoop, read_after
from engage.kernel.clock import render_ms
from engage.ledger import (
    BOOK,
    BOOK_BY_MEMBER,
    EXPIRE_TURN,
    OPEN_LOTS,
    LogSeal,
    LogTree,
    Recomputed,
    find_checkpoint,
    recompute_heads,
    take_turns,
    turn_asset,
)
from engage.ledger.tiles import TileFault
from engage.storage.work import Work
from tests.support.log import GAME, Log, open_log, tamper

ALICE, ORIGIN = "mem_alice", "the log of a test"
KEY, OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32), Ed25519PrivateKey.from_private_bytes(b"o" * 32)
RECEIPT = "ab" * 32
Json: TypeAlias = dict[str, Any]


def receipt_hashes(_connection: sa.Connection, subjects: Sequence[str]) -> Mapping[str, str]:
    """Every play has the same receipt here."""
    return {subject: RECEIPT for subject in subjects if subject.startswith("play:")}


def sign(label: str, payload: bytes) -> str:
    """The signature of FAIRNESS, by the test's key."""
    return urlsafe_b64encode(KEY.sign(label.encode() + b"\0" + payload)).decode().rstrip("=")


def is_signed(payload: bytes, signature: str, key: Ed25519PrivateKey = KEY) -> bool:
    """Whether a checkpoint carries the key's signature."""
    try:
        key.public_key().verify(urlsafe_b64decode(signature + "=="), b"engage checkpoint\0" + payload)
    except InvalidSignature:
        return False
    return True


SEAL = LogSeal(receipt_hashes, lambda: ORIGIN, sign)


@pytest.fixture
def log(migrated_url: str) -> Iterator[Log]:
    with open_log(migrated_url) as opened:
        opened.join(ALICE)
        yield opened


def seal(log: Log) -> int | None:
    """Seal all there is and sign its head."""
    SubscriberLoop(log.writer, log.reader, [Subscriber("seal", 100, SEAL.append)]).catch_up()
    return log.writer.run(SEAL.sign_head)


def recompute(log: Log, key: Ed25519PrivateKey = KEY) -> Recomputed:
    """What the recomputation finds."""
    with log.reader.connect() as connection:
        return recompute_heads(
            connection, receipt_hashes, ORIGIN, lambda payload, signature: is_signed(payload, signature, key)
        )


def live(log: Log) -> None:
    """A log of 603 events, sealed in two steps: Alice is given turns and one of her lots expires."""
    for i in range(3):
        log.give(ALICE, 2, f"turns:trn_{i}")
    log.happen(297)
    seal(log)
    log.writer.run(expire_first_lot)
    log.happen(302)
    seal(log)


def expire_first_lot(work: Work) -> None:
    """Alice's oldest turns leave her."""
    book = work.fetch(BOOK_BY_MEMBER, ALICE)
    assert book is not None
    work.fetch(OPEN_LOTS, (ALICE, turn_asset(GAME)))
    (lot, *_) = work.find_many(OPEN_LOTS, (ALICE, turn_asset(GAME)))
    take_turns(work, EXPIRE_TURN, ALICE, GAME, [lot], 2, cause="expire:turns:trn_0#0")
    work.append("turns.changed", "expire:turns:trn_0#0", member=book, game=GAME)
    work.change(BOOK, book)


def test_a_leaf_is_the_event_with_its_postings_as_documented(log: Log) -> None:
    log.give(ALICE, 2, "turns:trn_0")
    log.writer.run(expire_first_lot)
    seal(log)
    at = render_ms(log.clock.now_ms())
    leaf: Json = {
        "position": 2,
        "name": "turns.changed",
        "subject": "expire:turns:trn_0#0",
        "data": "",
        "member": ALICE,
        "member_position": 2,
        "game": GAME,
        "recorded_at": at,
        "postings": [
            {
                "n": 0,
                "route": 133,
                "asset": "TURN:gam_wheel",
                "debit": "MEMBER",
                "credit": "TURN_EXPIRED",
                "owner": GAME,
                "member": ALICE,
                "amount": 2,
                "lot": "turns:trn_0#0",
                "reverses": None,
                "recorded_at": at,
            }
        ],
        "receipt": None,
    }
    with log.reader.connect() as connection:
        assert LogTree(connection).leaf(1) == hashlib.sha256(b"\0" + rfc8785.dumps(leaf)).digest()


def test_a_plays_leaf_holds_the_hash_of_its_receipt(log: Log) -> None:
    log.writer.run(lambda work: work.append("play.settled", "play:pla_1", game=GAME))
    seal(log)
    leaf: Json = {
        "position": 1,
        "name": "play.settled",
        "subject": "play:pla_1",
        "data": "",
        "member": None,
        "member_position": None,
        "game": GAME,
        "recorded_at": render_ms(log.clock.now_ms()),
        "postings": [],
        "receipt": RECEIPT,
    }
    with log.reader.connect() as connection:
        assert LogTree(connection).leaf(0) == hashlib.sha256(b"\0" + rfc8785.dumps(leaf)).digest()


def test_nothing_is_signed_before_anything_happened(log: Log) -> None:
    assert seal(log) is None
    with log.reader.connect() as connection:
        assert find_checkpoint(connection) is None


def test_a_head_is_signed_once_for_each_size_and_signing_makes_nothing_happen(log: Log) -> None:
    log.happen(5)
    assert seal(log) == 5
    assert seal(log) is None
    log.happen(2)
    assert seal(log) == 7
    with log.reader.connect() as connection:
        last, first = find_checkpoint(connection), find_checkpoint(connection, 5)
        assert last is not None
        assert first is not None
        assert find_checkpoint(connection, 6) is None
        tree = LogTree(connection)
        assert (last.size, last.head) == (7, tree.head(7).hex())
        assert (first.size, first.head) == (5, tree.head(5).hex())
    payload: Json = {"origin": ORIGIN, "size": 7, "head": last.head, "time": render_ms(last.recorded_at)}
    assert is_signed(rfc8785.dumps(payload), last.signature)


def test_leaves_are_not_appended_out_of_their_place(log: Log) -> None:
    log.happen(3)
    with log.reader.connect() as connection:
        events = read_after(connection, 1, 1)
    with pytest.raises(TileFault):
        log.writer.run(lambda work: SEAL.append(work, events))


def test_facts_that_nobody_touched_give_every_leaf_tile_and_signed_head_again(log: Log) -> None:
    live(log)
    log.happen(4)
    found = recompute(log)
    assert found.violations == []
    assert (found.leaves, found.checkpoints, found.unsealed, found.violation_count) == (603, 2, 4, 0)
    assert found.tiles == 4, "three of leaves and one above"


TAMPERINGS = {
    "an amount": ("UPDATE posting SET amount = 3 WHERE cause = 'turns:trn_1'", "turns:trn_1"),
    "whose lot it was": ("UPDATE posting SET lot = 'turns:trn_1#0' WHERE cause = 'expire:turns:trn_0#0'", "event 301"),
    "when it was": ("UPDATE posting SET recorded_at = 7 WHERE cause = 'turns:trn_2'", "event 3 "),
    "a posting that is gone": ("DELETE FROM posting WHERE cause = 'turns:trn_1'", "event 2 "),
    "an event's words": ("UPDATE event SET data = '{}' WHERE position = 400", "event 400 "),
    "an event's member": ("UPDATE event SET member = NULL WHERE position = 1", "event 1 "),
    "an event that is gone": ("DELETE FROM event WHERE position = 17", "events 1 to 256: 255 are there"),
    "a tile above the leaves": (
        "UPDATE log_tile SET hashes = (SELECT hashes FROM log_tile WHERE level = 0 AND n = 2) WHERE level = 1",
        "tile 0 of level 1",
    ),
    "a signed head": ("UPDATE checkpoint SET head = replace(head, '1', '2') WHERE size = 603", "at size 603"),
    "a signature": ("UPDATE checkpoint SET signature = 'AAAA' WHERE size = 300", "size 300 is not signed"),
    "a checkpoint of more than there is": ("UPDATE checkpoint SET size = 999 WHERE size = 603", "not there"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_recomputation_tells_what_was_changed(log: Log, migrated_url: str, what: str) -> None:
    statement, told = TAMPERINGS[what]
    live(log)
    tamper(migrated_url, statement)
    found = recompute(log)
    assert any(told in violation for violation in found.violations), found.violations


def test_a_posting_that_no_event_accounts_for_is_told(log: Log, migrated_url: str) -> None:
    live(log)
    tamper(
        migrated_url,
        "INSERT INTO posting SELECT 'out of thin air', 0, route, asset_class, asset, debit_kind, credit_kind, owner, "
        "member, amount, lot, reverses_cause, reverses_n, recorded_at FROM posting WHERE cause = 'turns:trn_1'",
    )
    assert recompute(log).violations == ["1 postings belong to no event, so no seal covers them"]


def test_a_log_that_was_cut_short_is_told(log: Log, migrated_url: str) -> None:
    live(log)
    tamper(migrated_url, "DELETE FROM event WHERE position > 600", "UPDATE log_head SET n = 600")
    told = " ".join(recompute(log).violations)
    assert "603 events are sealed, but the log has only 600" in told
    assert "the checkpoint of size 603 covers events that are not there" in told


def test_a_head_that_another_key_signed_is_told(log: Log) -> None:
    live(log)
    assert recompute(log, OTHER_KEY).violations == [
        "the checkpoint of size 300 is not signed by this deployment",
        "the checkpoint of size 603 is not signed by this deployment",
    ]


def test_many_changes_are_counted_and_the_first_hundred_told(log: Log, migrated_url: str) -> None:
    live(log)
    tamper(migrated_url, "UPDATE event SET game = 'gam_other' WHERE position <= 200")
    found = recompute(log)
    assert len(found.violations) == 100
    assert found.violation_count == 203, "200 leaves, the tile above them and two heads"
