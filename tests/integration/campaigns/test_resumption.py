"""A pause stops the clock of the turns: what would have expired during it is alive after it."""

from datetime import timedelta

import pytest

from engage import campaigns
from engage.campaigns.resumption import MARGIN_MS
from engage.kernel.refusals import Conflict, OutOfTurns
from tests.support.bureau import CAMPAIGN, OTHER, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed

HOUR_MS = 3_600_000
WITHOUT_FREE_TURNS = changed("free_per_day: 1", "free_per_day: 0", PLAYABLE)


def give(bureau: Bureau, name: str, *expiries_ms: int | None) -> str:
    """A member with one turn for each of these instants, counted from now; None lasts for ever."""
    member = bureau.member(name, birth_date="1990-05-04")
    for expiry in expiries_ms:
        bureau.turns(member, WHEEL, 1, None if expiry is None else bureau.clock.now_ms() + expiry)
    return member


def expiries(bureau: Bureau) -> list[int | None]:
    """When the lots of turns expire, the earliest first."""
    return [at for (at,) in bureau.rows("SELECT expires_at FROM lot ORDER BY expires_at IS NULL, expires_at")]


def pause_for(bureau: Bureau, **length: int) -> None:
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(timedelta(**length))
    campaigns.resume(bureau.office, CAMPAIGN, "Carol")


def test_turns_last_longer_by_the_length_of_the_pause(bureau: Bureau) -> None:
    bureau.publish_campaign()
    began = bureau.clock.now_ms()
    give(bureau, "alice", 1, HOUR_MS, 5 * HOUR_MS, None)
    pause_for(bureau, hours=3)
    longer = 3 * HOUR_MS + MARGIN_MS
    assert expiries(bureau) == [began + 1 + longer, began + HOUR_MS + longer, began + 5 * HOUR_MS + longer, None]


def test_a_turn_that_would_have_expired_during_the_pause_can_be_played_after_it(bureau: Bureau) -> None:
    bureau.publish_campaign(WITHOUT_FREE_TURNS)
    alice = bureau.adult("alice", WHEEL, turns=0)
    bureau.turns(alice.member, WHEEL, 1, bureau.clock.now_ms() + 1_000)
    pause_for(bureau, hours=3)
    assert alice.play()["turns"]["left"] == 0


def test_a_turn_that_had_expired_before_the_pause_stays_expired(bureau: Bureau) -> None:
    bureau.publish_campaign(WITHOUT_FREE_TURNS)
    alice = bureau.adult("alice", WHEEL, turns=0)
    bureau.turns(alice.member, WHEEL, 1, bureau.clock.now_ms() + 1_000)
    before = expiries(bureau)
    bureau.clock.move(timedelta(seconds=1))
    pause_for(bureau, hours=3)
    assert expiries(bureau) == before
    with pytest.raises(OutOfTurns):
        alice.play()


def test_a_turn_given_during_the_pause_gains_from_its_own_beginning(bureau: Bureau) -> None:
    bureau.publish_campaign()
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(timedelta(hours=2))
    given = bureau.clock.now_ms()
    give(bureau, "alice", HOUR_MS)
    bureau.clock.move(timedelta(hours=1))
    campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    assert expiries(bureau) == [given + HOUR_MS + HOUR_MS + MARGIN_MS]


def test_a_second_pause_adds_to_the_first(bureau: Bureau) -> None:
    bureau.publish_campaign()
    began = bureau.clock.now_ms()
    give(bureau, "alice", HOUR_MS)
    pause_for(bureau, hours=1)
    pause_for(bureau, hours=2)
    assert expiries(bureau) == [began + 4 * HOUR_MS + 2 * MARGIN_MS]


def test_turns_of_other_campaigns_are_left_alone(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(OTHER)
    campaigns.publish(bureau.office, "cmp_autumn", "Carol", "Dan")
    member = give(bureau, "alice", HOUR_MS)
    elsewhere = bureau.clock.now_ms() + 1
    bureau.turns(member, "gam_wheel2", 1, elsewhere)
    pause_for(bureau, hours=1)
    assert bureau.one("SELECT expires_at FROM lot WHERE asset = 'TURN:gam_wheel2'") == elsewhere


@pytest.mark.parametrize(("lots_a_time", "crashes_in"), [(1, "_finish"), (2, "_finish"), (3, "_extend")])
def test_a_resumption_that_is_cut_short_is_taken_up_where_it_stood(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, lots_a_time: int, crashes_in: str
) -> None:
    monkeypatch.setattr("engage.ledger.extension.MAX_LOTS", lots_a_time)
    bureau.publish_campaign()
    began = bureau.clock.now_ms()
    give(bureau, "alice", HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS)
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(timedelta(hours=1))

    def crash(*_: object, **__: object) -> None:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(f"engage.campaigns.resumption.{crashes_in}", crash)
        with pytest.raises(SystemError):
            campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    assert bureau.state() == "paused"
    campaigns.resume(bureau.office, CAMPAIGN, "Dan")
    longer = HOUR_MS + MARGIN_MS
    assert expiries(bureau) == [began + n * HOUR_MS + longer for n in (1, 2, 3)]


def test_what_a_slow_resumption_misses_is_added_in_another_round(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish_campaign()
    began = bureau.clock.now_ms()
    give(bureau, "alice", HOUR_MS)
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    slow = [timedelta(hours=1), timedelta(0)]
    find = bureau.office.publisher.assets

    def find_slowly(*arguments: object) -> list[str]:
        if slow:
            bureau.clock.move(slow.pop(0))
        return find(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(bureau.office.publisher, "assets", find_slowly)
    campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    assert bureau.state() == "live"
    (expires_at,) = expiries(bureau)
    assert expires_at == began + 2 * HOUR_MS + 2 * MARGIN_MS


def test_two_resumptions_at_once_do_not_both_count(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.publish_campaign()
    began = bureau.clock.now_ms()
    give(bureau, "alice", HOUR_MS)
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    find = bureau.office.publisher.assets

    def let_dan_be_quicker(*arguments: object) -> list[str]:
        monkeypatch.setattr(bureau.office.publisher, "assets", find)
        campaigns.resume(bureau.office, CAMPAIGN, "Dan")
        return find(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(bureau.office.publisher, "assets", let_dan_be_quicker)
    with pytest.raises(Conflict):
        campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    assert (bureau.state(), expiries(bureau)) == ("live", [began + HOUR_MS + MARGIN_MS])
