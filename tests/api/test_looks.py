"""How a game is shown: the file's look as the pages read it, changed without new rules, and a default for old games."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engage.campaigns import palette_of, publish
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, open_client

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
    assert game["look"] == {"theme": "brand", "colours": palette_of("#0a3d91", "#ffd166").by_name()}
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
