"""Pictures of prizes: loaded with their campaign, kept as they came, shown as they were drawn, bound by the rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from engage import campaigns
from engage.campaigns import address_of, export, find_picture, reader_of
from engage.campaigns.lifecycle import export_pictures
from engage.campaigns.pictures import read_picture
from engage.kernel.refusals import Conflict, InvalidRequest
from games.look import read_look
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, Bureau
from tests.support.hostile_pictures import REFUSED, drawn, photo_with_secrets, saved
from tests.support.sample_campaign import changed, line_of

PATH = "pictures/tyre.png"
NAMED = changed("        address: true\n", f"        address: true\n        picture: {PATH}\n", PLAYABLE)
RED, BLUE = saved(drawn()), saved(drawn().rotate(90, expand=True))


def publish(bureau: Bureau) -> campaigns.Published:
    return campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")


def bound(bureau: Bureau, revision: int = 1) -> dict[str, str]:
    """The pictures that the cards' rules bind."""
    query = "SELECT policy FROM game_revision WHERE game = :game AND revision = :revision"
    pictures: dict[str, str] = orjson.loads(bureau.one(query, game=CARDS, revision=revision))["texts"]["prize_pictures"]
    return pictures


def test_a_picture_is_kept_shown_and_bound_by_the_rules(bureau: Bureau) -> None:
    bureau.publish_campaign(NAMED, {PATH: RED})
    made = read_picture(RED)
    assert bound(bureau) == {"prz_tyre": made.hashes["large"]}
    with bureau.services.reader.connect() as connection:
        assert find_picture(connection, made.hashes["small"]) == made.small
        assert find_picture(connection, made.hashes["large"]) == made.large
        assert find_picture(connection, made.hashes["file"]) is None
        assert read_look(connection, CARDS).pictures["prz_tyre"] == made.hashes
    assert export_pictures(bureau.office, CAMPAIGN) == {PATH: RED}


def test_a_picture_that_is_not_there_or_not_taken_is_a_fault_at_its_line(bureau: Bureau) -> None:
    for pictures, code in (({}, "no_picture"), *(({PATH: data}, code) for data, code in REFUSED.values())):
        with pytest.raises(InvalidRequest) as refused:
            bureau.load(NAMED, pictures)
        errors = refused.value.fields["errors"]
        assert isinstance(errors, list)
        (error,) = errors
        assert (error["code"], error["path"]) == (code, "games[1].prizes[0].picture")
        assert error["line"] == str(line_of("picture:", NAMED))
    assert bureau.rows("SELECT * FROM picture_file") == bureau.rows("SELECT * FROM campaign") == []


def test_the_same_picture_is_kept_once_however_often_it_comes(bureau: Bureau) -> None:
    bureau.load(NAMED, {PATH: RED})
    bureau.load(NAMED, {PATH: RED})
    bureau.load(NAMED.replace(PATH, "other.png"), {"other.png": RED + b"\x00"})
    counts = bureau.one("SELECT count(*) FROM picture_file"), bureau.one("SELECT count(*) FROM picture")
    assert counts == (2, 2)


def test_a_picture_that_was_drawn_before_keeps_its_drawings(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.publish_campaign(NAMED, {PATH: RED})
    monkeypatch.setattr("engage.campaigns.album.read_picture", lambda data: replace(read_picture(BLUE), file=data))
    before = bound(bureau)
    bureau.load(changed("per_day: 3", "per_day: 4", NAMED), {PATH: RED})
    publish(bureau)
    assert bound(bureau) == before


def test_a_first_picture_may_come_while_the_campaign_runs_and_makes_new_rules(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(NAMED, {PATH: RED})
    done = publish(bureau)
    assert done.revised == (CARDS,)
    assert [line.partition(":")[0] for line in done.amendments] == ["games[1].prizes[0].picture"]
    assert bound(bureau, 2) == {"prz_tyre": read_picture(RED).hashes["large"]}


@pytest.mark.parametrize(
    ("text", "pictures"),
    [(NAMED, {PATH: BLUE}), (PLAYABLE, {}), (NAMED.replace(PATH, "b.png"), {"b.png": BLUE})],
    ids=["another at the same path", "none any more", "another at another path"],
)
def test_a_picture_that_was_shown_stays(bureau: Bureau, text: str, pictures: dict[str, bytes]) -> None:
    bureau.publish_campaign(NAMED, {PATH: RED})
    bureau.load(text, pictures)
    with pytest.raises(Conflict, match="members were shown what they can win"):
        publish(bureau)
    assert export_pictures(bureau.office, CAMPAIGN) == {PATH: RED}


def test_the_same_picture_under_another_name_or_saved_anew_is_no_change(bureau: Bureau) -> None:
    bureau.publish_campaign(NAMED, {PATH: RED})
    bureau.load(NAMED.replace(PATH, "b.png"), {"b.png": RED + b"\x00"})
    assert campaigns.compare_draft(bureau.office, CAMPAIGN) == []


def test_an_export_can_be_loaded_again(bureau: Bureau, tmp_path: Path) -> None:
    photo = photo_with_secrets()
    bureau.publish_campaign(NAMED, {PATH: photo})
    exported, pictures = export(bureau.office, CAMPAIGN), export_pictures(bureau.office, CAMPAIGN)
    assert (exported, pictures) == (NAMED, {PATH: photo})
    bureau.load(exported, pictures)
    assert campaigns.compare_draft(bureau.office, CAMPAIGN) == []
    assert export_pictures(bureau.office, CAMPAIGN, draft=True) == pictures


def test_a_draft_whose_picture_changed_meanwhile_is_not_published(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.load(NAMED, {PATH: RED})
    bureau.import_codes()
    monkeypatch.setattr(bureau.office.publisher, "prepare", lambda _file: bureau.load(NAMED, {PATH: BLUE}))
    with pytest.raises(Conflict, match="Somebody else changed"):
        publish(bureau)


def test_pictures_are_read_below_the_folder_of_their_file_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "pictures").mkdir(parents=True)
    (home / "pictures" / "a.png").write_bytes(RED)
    (tmp_path / "secret.png").write_bytes(BLUE)
    (home / "link.png").symlink_to(tmp_path / "secret.png")
    read = reader_of(home)
    assert read("pictures/a.png") == RED
    for path in ("../secret.png", "link.png", "pictures", "none.png", str(tmp_path / "secret.png")):
        assert read(path) is None


def test_addresses_are_made_of_hashes() -> None:
    assert address_of("ab" * 32) == f"/media/{'ab' * 32}.webp"
