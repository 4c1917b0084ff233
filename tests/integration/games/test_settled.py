"""Receipts read back for the seal: the hash of a play is the leaf that the next receipt of its game names."""

from functools import partial

import pytest

from engage.events import SubscriberLoop
from engage.jobs import checkpoint_job, make_seal, seal_subscriber
from engage.ledger import recompute_heads
from games.settled import read_receipt_hashes, read_receipts
from tests.support.log import tamper
from tests.support.world import World, prize, rules, slot

GAME_RULES = rules("gam_w", [prize("prz_p50", units=1000)], [slot("s1", 1, "prz_p50", "none")])


def test_the_hash_of_a_receipt_is_what_the_next_one_calls_its_predecessor(world: World) -> None:
    alice = world.player("alice", world.publish(GAME_RULES))
    first, second = (alice.play()["receipt"] for _ in range(2))
    subjects = [f"play:{receipt['play']}" for receipt in (first, second)]
    sealed = dict(zip(subjects, (first, second), strict=True))
    unsealed = {subject: {k: v for k, v in one.items() if k != "seal"} for subject, one in sealed.items()}
    with world.services.reader.connect() as connection:
        assert read_receipts(connection, subjects) == unsealed
        assert read_receipt_hashes(connection, subjects)[subjects[0]] == second["prev"]


def test_what_is_no_play_has_no_receipt(world: World) -> None:
    with world.services.reader.connect() as connection:
        assert read_receipt_hashes(connection, ["turns:trn_1", "play:pla_nobody", "publish:cmp_1#1"]) == {}


def seal(world: World) -> None:
    """Seal all plays so far and sign the head."""
    services = world.services
    log_seal = make_seal(services.keyring, read_receipt_hashes)
    SubscriberLoop(services.writer, services.reader, [seal_subscriber(log_seal)]).catch_up()
    checkpoint_job(log_seal, services.settings.seal_seconds).run(services)


def violations(world: World) -> list[str]:
    """What the recomputation of the sealed log from its facts finds."""
    keyring = world.services.keyring
    with world.services.reader.connect() as connection:
        return recompute_heads(
            connection, read_receipt_hashes, keyring.origin, partial(keyring.has_signed, "engage checkpoint")
        ).violations


def test_plays_that_nobody_touched_are_what_was_sealed(world: World) -> None:
    alice = world.player("alice", world.publish(GAME_RULES))
    for _ in range(3):
        alice.play()
        seal(world)
    assert violations(world) == []


@pytest.mark.unproven(reason="a receipt is changed")
def test_a_receipt_that_was_changed_after_the_seal_is_told(world: World) -> None:
    alice = world.player("alice", world.publish(GAME_RULES))
    play = alice.play()["play"]
    seal(world)
    tamper(world.url, "UPDATE play SET answer = replace(answer, 'prz_p50', 'none')")
    (leaf, head) = violations(world)
    assert f"(play:{play}) is not what was sealed" in leaf
    assert "the facts do not have the head that was signed" in head
