"""The winners wall: prizes above the limit only, masked names, and never before the winner saw the card."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engage.events import SubscriberLoop
from games.seen import HOLD_MS
from games.statistics import statistics_subscriber
from games.winners import MAX_DELAY_MS, MIN_DELAY_MS, mask
from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import prize, rules, slot

LIMIT = 50_000
GRAND = rules(
    "gam_w",
    [prize("prz_grand", "goods", units=30, market_value_fen=LIMIT + 1), prize("prz_small", market_value_fen=LIMIT)],
    [slot("s1", 1, "prz_grand", "prz_small")],
)
SMALL = rules("gam_s", [prize("prz_small", market_value_fen=LIMIT)], [slot("s1", 1, "prz_small", "none")])


def publish(client: Client, document: dict[str, Any]) -> str:
    names = {"prizes": {"prz_grand": {"zh-CN": "大奖", "en": "Grand prize"}}}
    return client.world.publish(document, winners_above_fen=LIMIT, texts=names)


def read_the_log(client: Client) -> None:
    services = client.world.services
    SubscriberLoop(services.writer, services.reader, [statistics_subscriber()]).catch_up()


def play_and_see(page: Page) -> None:
    play = page.play()["play"]
    assert page.client.post(f"/v1/plays/{play}/seen").status_code == 200


def wall(client: Client, query: str = "", game: str = "gam_w") -> dict[str, Any]:
    answer = client.get(f"/v1/games/{game}/winners{query}")
    document: dict[str, Any] = answer.get_json()
    assert answer.status_code == 200, document
    return document


def move(client: Client, milliseconds: int) -> None:
    client.world.clock.move(timedelta(milliseconds=milliseconds))


def test_a_winner_is_shown_masked_some_seconds_after_the_card_was_seen(client: Client) -> None:
    alice = page_of(client, "alice", publish(client, GRAND), nickname="张三丰")
    play_and_see(alice)
    read_the_log(client)
    move(client, MIN_DELAY_MS - 1)
    assert wall(client) == {"items": [], "next": None}
    move(client, MAX_DELAY_MS - MIN_DELAY_MS + 1)
    (shown,) = wall(client)["items"]
    assert shown["name"] == "张**"
    assert shown["prize"] == {
        "id": "prz_grand",
        "kind": "goods",
        "names": {"zh-CN": "大奖", "en": "Grand prize"},
        "value_fen": LIMIT + 1,
    }
    assert shown["at"].endswith(":00.000Z")
    assert "pla_" not in str(shown)
    assert "mem_" not in str(shown)


def test_the_delay_is_not_always_the_same(client: Client) -> None:
    alice = page_of(client, "alice", publish(client, GRAND))
    for _ in range(12):
        play_and_see(alice)
    read_the_log(client)
    counts = set()
    for _ in range(13):
        move(client, 1_000)
        counts.add(len(wall(client)["items"]))
    assert len(counts) > 2
    assert max(counts) == 12


def test_what_was_not_seen_is_not_on_the_wall_until_it_can_be_seen_by_all(client: Client) -> None:
    alice = page_of(client, "alice", publish(client, GRAND))
    alice.play()
    read_the_log(client)
    move(client, HOLD_MS)
    read_the_log(client)
    assert wall(client)["items"] == []
    move(client, MAX_DELAY_MS)
    assert len(wall(client)["items"]) == 1


def test_prizes_up_to_the_limit_are_nobodys_business(client: Client) -> None:
    alice = page_of(client, "alice", publish(client, SMALL))
    play_and_see(alice)
    read_the_log(client)
    move(client, MAX_DELAY_MS)
    assert wall(client, game="gam_s")["items"] == []


def test_the_wall_is_read_a_page_at_a_time_newest_first(client: Client) -> None:
    alice = page_of(client, "alice", publish(client, GRAND))
    for _ in range(5):
        play_and_see(alice)
        read_the_log(client)
        move(client, MAX_DELAY_MS + 60_000)
    whole = [item["id"] for item in wall(client)["items"]]
    assert whole == sorted(whole, reverse=True)
    assert len(whole) == 5
    paged, query = [], "?limit=2"
    while query:
        page = wall(client, query)
        paged += [item["id"] for item in page["items"]]
        query = page["next"] and f"?limit=2&cursor={page['next']}"
    assert paged == whole


def test_the_wall_of_no_game_and_other_cursors_are_refused(client: Client) -> None:
    assert code_of(client.get("/v1/games/gam_x/winners")) == (404, "not_found")
    publish(client, GRAND)
    assert code_of(client.get("/v1/games/gam_w/winners?cursor=pla_1")) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("nickname", "masked"),
    [
        ("张三", "张**"),
        ("欧阳修", "欧**"),
        ("Alice Chen", "A**"),
        ("é́lodie", "é**"),
        ("  bob", "b**"),
        ("Ω", "Ω**"),
        ("محمد", "م**"),
        ("13812345678", "**"),
        ("🎉party", "**"),
        ("<script>", "**"),
        ("   ", "**"),
        (None, None),
    ],
)
def test_of_a_name_its_first_letter_is_shown_and_never_its_length(nickname: str | None, masked: str | None) -> None:
    assert mask(nickname) == masked
