"""The signed bundle over HTTP: for anyone, only after the end, written once and sent from there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gevent
import pytest
from gevent.event import Event
from werkzeug.test import TestResponse

from engage import campaigns
from engage.app import create_app
from engage.fairness.verifier import verify_export
from tests.support.bureau import ADULT, AFTER, CAMPAIGN, CARDS, WHEEL, Bureau
from tests.support.features import FEATURES
from tests.support.server import Client, code_of, open_client, page_of

BUNDLE = f"/v1/games/{WHEEL}/bundle"
LINK = "The campaign’s bundle"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where bundles are kept."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "bundles"


@pytest.fixture
def played(folder: Path, bureau: Bureau) -> Client:
    """The application after Alice and Bob have played both games."""
    bureau.publish_campaign()
    house = open_client(bureau)
    for name, game in (("alice", WHEEL), ("bob", CARDS)):
        page = page_of(house, name, game, turns=2, **ADULT)
        page.play()
        page.play()
    return house


def end(bureau: Bureau) -> None:
    bureau.go_to(AFTER)
    campaigns.end(bureau.office, CAMPAIGN, "Carol")


def unsealed(bureau: Bureau) -> int:
    """How often seeds were unsealed for a bundle."""
    return int(bureau.one("SELECT count(*) FROM event WHERE name = 'seeds.unsealed'"))


def shows_link(house: Client) -> bool:
    return LINK in house.get(f"/g/{WHEEL}/fairness", {"Accept-Language": "en"}).get_data(as_text=True)


def test_while_the_campaign_goes_on_the_refusal_tells_until_when(played: Client, bureau: Bureau, folder: Path) -> None:
    answer = played.get(BUNDLE)
    assert code_of(answer) == (409, "conflict")
    carol = played.member(bureau.member("carol"))
    assert answer.get_json()["closes_at"] == carol.get(f"/v1/games/{WHEEL}").get_json()["closes_at"]
    assert not shows_link(played)
    bureau.go_to(AFTER)
    assert code_of(played.get(BUNDLE)) == (409, "conflict")
    assert (unsealed(bureau), folder.exists()) == (0, False)


def test_after_the_end_anyone_gets_everything_and_it_checks_out(played: Client, bureau: Bureau) -> None:
    end(bureau)
    answer = played.get(BUNDLE)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={CAMPAIGN}-bundle.json"
    document = answer.get_json()
    report = verify_export(document)
    assert (report.failed, len(report.results)) == ([], 4)
    assert [close["game"] for close in document["closes"]] == [CARDS, WHEEL]
    assert shows_link(played)


def test_a_bundle_is_written_once_and_may_be_kept(played: Client, bureau: Bureau, folder: Path) -> None:
    end(bureau)
    first = played.get(BUNDLE)
    again = played.get(f"/v1/games/{CARDS}/bundle")
    assert (again.get_data(), again.headers["ETag"]) == (first.get_data(), first.headers["ETag"])
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    assert played.get(BUNDLE, {"If-None-Match": first.headers["ETag"]}).status_code == 304
    part = played.get(BUNDLE, {"Range": "bytes=2-7"})
    assert (part.status_code, part.get_data()) == (206, first.get_data()[2:8])
    assert (unsealed(bureau), len(list(folder.rglob("*.*")))) == (1, 1)


def test_many_who_ask_at_once_wait_for_the_same_file(played: Client, bureau: Bureau) -> None:
    end(bureau)
    asking = [gevent.spawn(played.get, BUNDLE) for _ in range(5)]
    assert len({one.get().get_data() for one in asking}) == 1
    assert unsealed(bureau) == 1


def test_what_breaks_off_leaves_nothing_and_is_written_anew(
    played: Client, bureau: Bureau, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(bureau)
    with monkeypatch.context() as broken:
        broken.setattr("games.bundles.os.fsync", _disk_full)
        assert code_of(played.get(BUNDLE)) == (500, "fault")
    assert not list(folder.rglob("*.*"))
    assert played.get(BUNDLE).status_code == 200


def test_whoever_waits_too_long_is_told_to_come_again(
    played: Client, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(bureau)
    written = Event()
    monkeypatch.setattr("games.bundles.os.fsync", lambda _file: written.wait())
    impatient = bureau.services.settings.model_copy(update={"wait_seconds": 0.01})
    hurried = Client(bureau, create_app(replace(bureau.services, settings=impatient), FEATURES))
    assert code_of(hurried.get(BUNDLE)) == (503, "busy")
    written.set()
    assert _answered(hurried).status_code == 200
    assert unsealed(bureau) == 1


def test_a_bundle_of_no_game_is_not_found(played: Client) -> None:
    assert code_of(played.get("/v1/games/gam_none/bundle")) == (404, "not_found")


def _answered(client: Client) -> TestResponse:
    """Ask until the bundle is there, as a client does that is told to come again."""
    while (answer := client.get(BUNDLE)).status_code == 503:
        assert answer.headers["Retry-After"] == "1"
    return answer


def _disk_full(_file: int) -> None:
    raise OSError(28, "No space left on device")
