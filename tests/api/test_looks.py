"""How a game is shown: the file's look as the pages read it, changed without new rules, and a default for old games."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engage.campaigns import hash_of, publish
from engage.campaigns.pictures import read_picture
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.hostile_pictures import polyglot
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of, open_client

BRAND = changed(
    "games:\n", 'look: {theme: brand, colours: {brand: "#0A3D91", accent: "#ffd166"}}\ngames:\n', PLAYABLE
).replace("points: 10\n", "points: 10\n        art: rice\n")


def game_of(client: Client, game: str = WHEEL) -> Any:
    return client.get(f"/v1/games/{game}").get_json()


def art_of(game: Any) -> dict[str, str]:
    return {slot["prize"]["id"]: slot["prize"]["art"] for slot in game["slots"]}


def signed_in(bureau: Bureau) -> Client:
    return open_client(bureau).member(bureau.adult("alice", WHEEL).member)


def test_a_game_without_a_look_is_festive_and_each_prize_has_the_icon_of_its_kind(bureau: Bureau) -> None:
    bureau.publish_campaign()
    client = signed_in(bureau)
    wheel, cards = game_of(client), game_of(client, CARDS)
    assert wheel["look"] == {"theme": "festive", "colours": None}
    assert art_of(wheel) == {"prz_meal": "coupon", "prz_few": "coins", "none": "leaf"}
    assert art_of(cards) == {"prz_tyre": "gift", "none": "leaf"}


def test_a_game_that_was_published_before_there_were_looks_is_festive(bureau: Bureau) -> None:
    bureau.publish_campaign(BRAND)
    bureau.services.writer.run(lambda work: work.connection.execute(sa.text("DELETE FROM game_look")).close())
    assert game_of(signed_in(bureau))["look"] == {"theme": "festive", "colours": None}


def test_the_look_of_a_file_is_shown(bureau: Bureau) -> None:
    bureau.publish_campaign(BRAND)
    game = game_of(signed_in(bureau))
    assert game["look"] == {"theme": "brand", "colours": {"brand": "#0a3d91", "accent": "#ffd166"}}
    assert art_of(game)["prz_few"] == "rice"


def test_another_look_is_published_without_new_rules(bureau: Bureau) -> None:
    bureau.publish_campaign()
    client = signed_in(bureau)
    before = game_of(client)
    bureau.load(BRAND)
    done = publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert done.revised == ()
    assert {line.rpartition(" ")[2] for line in done.amendments} == {"(look)"}
    after = game_of(client)
    assert after["look"]["theme"] == "brand"
    assert (after["rules_hash"], after["revision"]) == (before["rules_hash"], before["revision"])


def test_a_picture_is_shown_to_anyone_for_good_and_can_do_nothing(bureau: Bureau) -> None:
    text = changed("        address: true\n", "        address: true\n        picture: tyre.png\n", PLAYABLE)
    bureau.publish_campaign(text, {"tyre.png": polyglot()})
    client = signed_in(bureau)
    address = art_of(game_of(client, CARDS))["prz_tyre"]
    made = read_picture(polyglot())
    assert address == f"/media/{hash_of(made.small)}.webp"
    answer = open_client(bureau).get(address)
    assert (answer.status_code, answer.get_data()) == (200, made.small)
    assert {name: answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/webp",
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


def test_what_was_uploaded_is_never_served(bureau: Bureau) -> None:
    text = changed("        address: true\n", "        address: true\n        picture: tyre.png\n", PLAYABLE)
    bureau.publish_campaign(text, {"tyre.png": polyglot()})
    client = open_client(bureau)
    for name in (hash_of(polyglot()), "ab" * 32):
        assert code_of(client.get(f"/media/{name}.webp")) == (404, "not_found")
    for name in ("x", "AB" * 32, "ab" * 33, f"..%2f{'ab' * 30}"):
        assert client.get(f"/media/{name}.webp").status_code in {404, 422}
