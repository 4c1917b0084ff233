"""Exports and bundles: what is shown when, and that the one-file verifier agrees with all of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from engage import campaigns
from engage.fairness.verifier import verify_export
from engage.kernel.refusals import Conflict, NotFound
from games.exports import bundle, epoch_export, member_export
from tests.support.bureau import AFTER, CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed

DAY = timedelta(days=1)


def export_of(bureau: Bureau, member: str, games: list[str] | None = None) -> dict[str, Any]:
    with bureau.services.reader.connect() as connection:
        return parsed(member_export(connection, bureau.services, member, games))


def bundle_of(bureau: Bureau) -> dict[str, Any]:
    with bureau.services.reader.connect() as connection:
        return parsed(bundle(connection, bureau.services, CAMPAIGN))


def parsed(pieces: Iterable[bytes]) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(b"".join(pieces))
    return document


def verdicts(export: dict[str, Any]) -> dict[str, str]:
    """The verdict of each subject; fails if anything does not agree."""
    report = verify_export(export)
    assert report.failed == [], report.failed
    return {subject: verdict for subject, verdict, *_ in report.results}


def end(bureau: Bureau) -> None:
    bureau.go_to(AFTER)
    campaigns.end(bureau.office, CAMPAIGN, "Carol")


def test_a_running_epoch_keeps_its_seed_and_an_ended_one_shows_it_with_all_its_receipts(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    first, second = alice.play()["play"], alice.play()["play"]
    bureau.clock.move(timedelta(seconds=1))
    alice.open()
    third = alice.play()["play"]
    export = export_of(bureau, alice.member)
    assert [epoch["server_seed"] is None for epoch in export["epochs"]] == [False, True]
    assert verdicts(export) == {first: "proven", second: "proven", third: "not yet revealed"}


def test_the_seed_of_an_open_epoch_is_never_unsealed_by_an_export(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()

    def refuse(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(bureau.services.sealer, "open", refuse)
    assert [epoch["server_seed"] for epoch in export_of(bureau, alice.member)["epochs"]] == [None]


@pytest.mark.parametrize("ended_by", ["the member", "another epoch", "a pause", "a new revision", "its age", "the end"])
def test_an_epoch_that_has_ended_is_revealed(bureau: Bureau, ended_by: str) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    epoch, seed = alice.epoch, alice.seed.hex()
    with bureau.services.reader.connect() as connection, pytest.raises(Conflict, match="still open"):
        epoch_export(connection, bureau.services, alice.member, epoch)
    match ended_by:
        case "the member":
            alice.reveal()
        case "another epoch":
            alice.open()
        case "a pause":
            campaigns.pause(bureau.office, CAMPAIGN, "Carol")
        case "a new revision":
            bureau.load(changed("per_day: 3", "per_day: 4", PLAYABLE))
            campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
        case "its age":
            bureau.clock.move(30 * DAY + timedelta(minutes=1))
        case _:
            end(bureau)
    with bureau.services.reader.connect() as connection:
        shown = epoch_export(connection, bureau.services, alice.member, epoch)
    assert (shown["client_seed"], shown["answer"]["epoch"]) == (seed, epoch)
    assert [receipt["nonce"] for receipt in shown["receipts"]] == [0]
    assert set(verdicts(export_of(bureau, alice.member)).values()) <= {"proven"}


def test_an_epoch_is_shown_to_its_member_only(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    alice_s, bob = alice.epoch, bureau.adult("bob", WHEEL)
    alice.reveal()
    with bureau.services.reader.connect() as connection, pytest.raises(NotFound):
        epoch_export(connection, bureau.services, bob.member, alice_s)


def test_plays_that_happen_during_an_export_do_not_tear_it(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    alice.open()
    pieces = []
    with bureau.services.reader.connect() as connection:
        for piece in member_export(connection, bureau.services, alice.member):
            pieces.append(piece)
            if piece.endswith(b'"receipts":['):
                alice.play()
    assert list(verdicts(parsed(pieces)).values()) == ["proven"]
    assert len(verdicts(export_of(bureau, alice.member))) == 2


def test_an_export_of_some_games_holds_those_only(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    bureau.turns(alice.member, CARDS, 1)
    alice.game, alice.epoch = CARDS, ""
    alice.play()
    export = export_of(bureau, alice.member, [CARDS])
    assert {receipt["game"] for receipt in export["receipts"]} == {CARDS}
    assert [rules["game"] for rules in export["rules"]] == [CARDS]
    assert set(verdicts(export).values()) == {"card proven"}
    assert len(verdicts(export_of(bureau, alice.member))) == 2


def test_a_campaign_without_a_play_has_a_bundle_that_verifies(bureau: Bureau) -> None:
    bureau.publish_campaign()
    end(bureau)
    document = bundle_of(bureau)
    assert verdicts(document) == {}
    assert [(close["game"], close["plays"], close["epochs"], close["head"]) for close in document["closes"]] == [
        (CARDS, 0, 0, "00" * 32),
        (WHEEL, 0, 0, "00" * 32),
    ]


def test_a_bundle_proves_every_play_across_pauses_and_revisions(bureau: Bureau) -> None:
    bureau.publish_campaign()
    players = [bureau.adult(name, game) for name, game in (("alice", WHEEL), ("bob", CARDS))]
    play_all(players)
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    bureau.clock.move(DAY)
    campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    play_all(players)
    text = changed("per_day: 3", "per_day: 4", PLAYABLE)
    bureau.load(changed("closes_at: 2026-12-01", "closes_at: 2026-12-02", text))
    campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    bureau.clock.move(DAY)
    play_all(players)
    players[0].open()
    bureau.go_to(AFTER + DAY)
    campaigns.end(bureau.office, CAMPAIGN, "Carol")
    document = bundle_of(bureau)
    assert set(verdicts(document).values()) == {"proven"}
    assert {close["game"]: (close["plays"], close["epochs"], len(close["rules"])) for close in document["closes"]} == {
        CARDS: (6, 3, 2),
        WHEEL: (6, 4, 2),
    }
    assert [len(deck["sales"]) for deck in document["decks"]] == [6]
    for player in players:
        report = verify_export(export_of(bureau, player.member), bundle=document)
        assert (report.failed, {verdict for _, verdict, *_ in report.results}) == ([], {"proven"})


def play_all(players: Iterable[Any]) -> None:
    """Two plays each in an epoch of their own."""
    for player in players:
        player.open()
        player.play()
        player.play()


def test_a_bundle_is_for_campaigns_that_are_over(bureau: Bureau) -> None:
    with bureau.services.reader.connect() as connection, pytest.raises(NotFound):
        bundle(connection, bureau.services, CAMPAIGN)
    bureau.publish_campaign()
    with bureau.services.reader.connect() as connection, pytest.raises(Conflict, match="not over yet"):
        bundle(connection, bureau.services, CAMPAIGN)
    assert bureau.one("SELECT count(*) FROM event WHERE name = 'seeds.unsealed'") == 0


def test_unsealing_for_a_bundle_is_an_event_of_the_log(bureau: Bureau) -> None:
    bureau.publish_campaign()
    end(bureau)
    bundle_of(bureau)
    assert bureau.event("seeds.unsealed") == {"campaign": CAMPAIGN, "games": [CARDS, WHEEL], "why": "bundle"}


def test_a_bundle_comes_in_small_pieces(bureau: Bureau) -> None:
    bureau.publish_campaign(changed("per_day: 2\n", "per_day: null\n", PLAYABLE))
    alice = bureau.adult("alice", CARDS, turns=100)
    for _ in range(50):
        alice.play()
    end(bureau)
    with bureau.services.reader.connect() as connection:
        sizes = [len(piece) for piece in bundle(connection, bureau.services, CAMPAIGN)]
    assert max(sizes) < 10_000
    assert sum(sizes) > 50_000
