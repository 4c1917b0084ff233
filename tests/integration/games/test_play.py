"""A play: what it pays, what it counts, and that a key is one play for ever."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from engage.kernel.refusals import EpochEnded, KeyReused, LimitReached, OutOfTurns, Refusal, SeedMismatch, SoldOut
from engage.members import Description, upsert
from tests.support.world import World, answer_of, prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "prz_p50", "none")])


def test_a_key_is_one_play_and_one_answer(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN))
    first = alice.play("key-1")
    assert alice.play("key-1") == first
    assert first["balances"]["points"] == 50
    assert first["turns"]["left"] == 99


def test_twenty_sends_of_one_key_in_one_batch_are_one_play(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN))
    outcomes = world.services.writer.decide_all([alice.command("key-1") for _ in range(20)])
    assert len({outcome.row.answer for outcome in outcomes}) == 1
    assert [outcome.replayed for outcome in outcomes] == [False] + [True] * 19
    assert count(world, "play") == 1


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN))
    alice.play("key-1")
    with pytest.raises(KeyReused):
        alice.play("key-1", fingerprint="another")


def test_the_last_turn_from_twenty_tabs_is_one_play(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN), turns=1)
    outcomes = world.services.writer.decide_all([alice.command() for _ in range(20)])
    played = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(played) == 1
    assert all(isinstance(outcome, OutOfTurns) for outcome in outcomes if isinstance(outcome, Exception))


def test_a_refused_play_is_played_with_the_same_key_when_the_reason_is_gone(world: World) -> None:
    game = world.publish(PLAIN)
    alice = world.player("alice", game, turns=0)
    with pytest.raises(OutOfTurns):
        alice.play("key-1")
    world.turns(alice.member, game, 1)
    assert alice.play("key-1")["receipt"]["game_seq"] == 1


def test_the_last_unit_goes_once_and_the_others_get_the_chain(world: World) -> None:
    document = rules(
        "gam_w",
        [prize("prz_meal", "voucher", units=1, **{"class": 2}), prize("prz_p50", units=500)],
        [slot("s1", 1, "prz_meal", "prz_p50")],
    )
    game = world.publish(document)
    players = [world.player(f"m{i}", game, turns=1) for i in range(200)]
    outcomes = world.services.writer.decide_all([player.command() for player in players])
    receipts = [answer_of(outcome)["receipt"] for outcome in outcomes]
    assert [receipt["prize"] for receipt in receipts].count("prz_meal") == 1
    rest = [receipt for receipt in receipts if receipt["prize"] != "prz_meal"]
    assert all(receipt["passed"] == [{"prize": "prz_meal", "why": "out"}] for receipt in rest)


def test_a_prize_won_as_often_as_allowed_is_passed_over_for_that_member_only(world: World) -> None:
    document = rules("gam_w", [prize("prz_p50", per_member=1)], [slot("s1", 1, "prz_p50", "none")])
    game = world.publish(document)
    alice, bob = world.player("alice", game), world.player("bob", game)
    assert alice.play()["receipt"]["prize"] == "prz_p50"
    again = alice.play()["receipt"]
    assert (again["prize"], again["passed"]) == ("none", [{"prize": "prz_p50", "why": "limit"}])
    assert bob.play()["receipt"]["prize"] == "prz_p50"


def test_a_member_who_can_win_nothing_more_is_refused_before_the_draw(world: World) -> None:
    document = rules("gam_w", [prize("prz_p50", per_member=1)], [slot("s1", 1, "prz_p50")])
    game = world.publish(document)
    alice = world.player("alice", game)
    alice.play()
    with pytest.raises(LimitReached):
        alice.play()


def test_the_game_ends_when_a_chain_is_exhausted_for_everybody(world: World) -> None:
    document = rules("gam_w", [prize("prz_p50", units=2)], [slot("s1", 1, "prz_p50")])
    game = world.publish(document)
    alice, bob = world.player("alice", game), world.player("bob", game)
    bob.open()
    alice.play()
    alice.play()
    with pytest.raises(EpochEnded):
        bob.play()
    with pytest.raises(SoldOut):
        bob.open()
    assert count(world, "game_stop") == 1


def test_the_guarantee_pays_after_so_many_misses_and_starts_again(world: World) -> None:
    document = rules(
        "gam_w",
        [prize("prz_p50", units=100), prize("prz_turn", "turns", units=None)],
        [slot("s1", 1, "none")],
        [slot("s1", 1, "prz_p50", "prz_turn")],
        guarantee={"class": 1, "misses": 2, "table": 1},
    )
    alice = world.player("alice", world.publish(document, turns={"prz_turn": 1}))
    receipts = [alice.play()["receipt"] for _ in range(6)]
    assert [receipt["table"] for receipt in receipts] == [0, 0, 1, 0, 0, 1]
    assert [receipt["guarantee"]["before"] for receipt in receipts] == [0, 1, 2, 0, 1, 2]
    assert [receipt["guarantee"]["after"] for receipt in receipts] == [1, 2, 0, 1, 2, 0]


def test_a_prize_of_a_lower_class_is_a_miss_and_turns_are_as_many_as_were_published(world: World) -> None:
    document = rules(
        "gam_w",
        [prize("prz_p50", units=100) | {"class": 2}, prize("prz_turn", "turns", units=None)],
        [slot("s1", 1, "prz_turn")],
        [slot("s1", 1, "prz_p50", "prz_turn")],
        guarantee={"class": 2, "misses": 2, "table": 1},
    )
    alice = world.player("alice", world.publish(document, turns={"prz_turn": 3}), 1)
    played = [alice.play() for _ in range(4)]
    assert [each["receipt"]["table"] for each in played] == [0, 0, 1, 0]
    assert [each["turns"]["left"] for each in played] == [3, 5, 4, 6]


def test_free_turns_come_once_a_day_in_the_members_own_time_zone(world: World) -> None:
    game = world.publish(rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "none")], turns={"free_per_day": 2}))
    alice = world.player("alice", game, turns=0, time_zone="Asia/Shanghai")
    assert [alice.play()["turns"]["left"] for _ in range(2)] == [1, 0]
    with pytest.raises(OutOfTurns) as refusal:
        alice.play()
    assert refusal.value.fields["next_at"] == "2026-12-01T16:00:00.000Z"
    world.clock.move(timedelta(hours=12))
    assert alice.play()["turns"]["left"] == 1


def test_flying_west_and_back_gives_no_further_free_turn(world: World) -> None:
    game = world.publish(rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "none")], turns={"free_per_day": 1}))
    alice = world.player("alice", game, turns=0, time_zone="Asia/Shanghai")
    alice.play()
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "Pacific/Pago_Pago"):
        world.services.writer.run(partial(upsert, described=Description("alice", time_zone=zone)))
        with pytest.raises(OutOfTurns):
            alice.play()


def test_changing_zones_at_every_midnight_gives_no_further_free_turns(world: World) -> None:
    document = rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "none")], turns={"free_per_day": 1})
    alice = world.player("alice", world.publish(document), turns=0, time_zone="Pacific/Kiritimati")
    plays = 0
    for hour in range(24 * 7):
        change = Description("alice", time_zone=f"Etc/GMT{hour % 24 - 12:+}")
        world.services.writer.run(partial(upsert, described=change))
        with suppress(OutOfTurns):
            plays += bool(alice.play())
        world.clock.move(timedelta(hours=1))
    assert plays <= 7 + 1


def test_a_day_has_so_many_plays_and_the_campaign_too(world: World) -> None:
    document = rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "none")], limits={"per_day": 2, "per_campaign": 3})
    alice = world.player("alice", world.publish(document))
    alice.play()
    alice.play()
    with pytest.raises(LimitReached) as refusal:
        alice.play()
    assert refusal.value.fields["retry_at"] == "2026-12-01T16:00:00.000Z"
    world.clock.move(timedelta(days=1))
    alice.play()
    with pytest.raises(LimitReached):
        alice.play()


def test_turns_that_have_expired_are_no_turns(world: World) -> None:
    game = world.publish(PLAIN)
    alice = world.player("alice", game, turns=0)
    world.turns(alice.member, game, 5, expires_at=world.clock.now_ms() + 1000)
    alice.play()
    world.clock.move(timedelta(seconds=1))
    with pytest.raises(OutOfTurns):
        alice.play()


def test_a_seed_that_was_not_committed_to_is_refused(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN))
    alice.open()
    with pytest.raises(SeedMismatch):
        alice.play(client_seed="00" * 32)
    with pytest.raises(SeedMismatch):
        alice.play(client_seed=None)
    alice.play()
    assert alice.play(client_seed=None)["receipt"]["nonce"] == 1
    with pytest.raises(SeedMismatch):
        alice.play(client_seed="00" * 32)


def test_receipts_of_a_game_form_one_chain_across_members_and_commits(world: World) -> None:
    game = world.publish(PLAIN)
    players = [world.player(name, game) for name in ("alice", "bob")]
    receipts = [player.play()["receipt"] for _ in range(3) for player in players]
    assert [receipt["game_seq"] for receipt in receipts] == [1, 2, 3, 4, 5, 6]
    assert [receipt["member_seq"] for receipt in receipts] == [1, 1, 2, 2, 3, 3]
    assert len({receipt["prev"] for receipt in receipts}) == 6


def test_a_member_of_one_game_has_no_turns_in_another(world: World) -> None:
    first = world.publish(PLAIN)
    second = world.publish(rules("gam_x", [prize("prz_p50")], [slot("s1", 1, "none")]))
    alice = world.player("alice", first)
    alice.game = second
    with pytest.raises(OutOfTurns):
        alice.play()


def test_a_clock_set_back_refuses_every_write(world: World) -> None:
    alice = world.player("alice", world.publish(PLAIN))
    alice.play()
    world.clock.move(timedelta(seconds=-6))
    with pytest.raises(Refusal) as refusal:
        alice.play()
    assert refusal.value.code == "busy"
    world.clock.move(timedelta(seconds=6))
    alice.play()


def count(world: World, table: str) -> int:
    """Rows of a table."""
    with world.services.reader.connect() as connection:
        number: int = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  tables are named by tests
    return number
