"""The pages about a game: its rules, in each of the organiser's languages and without a script, and how it went."""

from __future__ import annotations

import html
import json
import re

import pytest
import sqlalchemy as sa

from engage import campaigns
from engage.events import SubscriberLoop
from engage.kernel.clock import render_ms
from engage.storage.work import Work
from games.statistics import statistics_subscriber
from games.tables import game_monitor
from tests.support.bureau import ADULT, CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of, open_client, page_of


@pytest.mark.parametrize("game", [WHEEL, CARDS])
@pytest.mark.parametrize(("language", "says"), [("zh-CN", "春天"), ("en", "Spring")])
def test_rules_are_a_page_that_runs_nothing_and_loads_nothing_from_outside(
    house: Client, game: str, language: str, says: str
) -> None:
    answer = house.get(f"/g/{game}/rules?language={language}")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype, answer.headers["Content-Language"]) == (200, "text/html", language)
    assert says in page
    assert not re.findall(r"<script|\son\w+=|javascript:|<iframe|<object|<embed|@import", page, re.IGNORECASE)
    for target in re.findall(r'(?:src|href|action|poster)\s*=\s*"([^"]*)"', page):
        assert target.startswith(("#", "/")), target
        assert not target.startswith("//"), target
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    for path in re.findall(r'<link[^>]* href="([^"]+)"', page):
        style = house.get(path)
        assert style.status_code == 200
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//|@import", style.get_data(as_text=True))


def test_the_language_is_the_browsers_unless_another_is_asked_for(house: Client) -> None:
    path = f"/g/{WHEEL}/rules"
    assert house.get(path, {"Accept-Language": "en-GB,en;q=0.9"}).headers["Content-Language"] == "en"
    assert house.get(path, {"Accept-Language": "fr"}).headers["Content-Language"] == "zh-CN"
    assert house.get(f"{path}?language=fr", {"Accept-Language": "en"}).headers["Content-Language"] == "en"


def test_rules_of_a_game_that_is_not_there_are_not_found(house: Client) -> None:
    assert code_of(house.get("/g/gam_none/rules")) == (404, "not_found")


FAIRNESS = f"/g/{WHEEL}/fairness"
ENGLISH = {"Accept-Language": "en"}


def fairness(house: Client, path: str = FAIRNESS) -> str:
    """The page about how a game went, in English, as people read it."""
    page = house.get(path, ENGLISH).get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.unescape(page.partition("<body>")[2])))


def count_plays(bureau: Bureau) -> None:
    """Let the statistics read what was played."""
    loop = SubscriberLoop(bureau.services.writer, bureau.services.reader, [statistics_subscriber()])
    loop.catch_up()


def test_how_a_game_went_is_told_in_one_sentence_then_in_counts_beside_odds(house: Client, bureau: Bureau) -> None:
    assert "Nobody has played yet." in fairness(house)
    alice = page_of(house, "alice", WHEEL, turns=2, **ADULT)
    alice.play()
    assert "Plays that are counted above so far 0" in fairness(house)
    alice.play()
    bob = page_of(house, "bob", WHEEL, turns=0, **ADULT)
    bob.play()
    bob.send_play()
    alice.open()
    count_plays(bureau)
    told = fairness(house)
    assert "3 plays so far, and nothing in them speaks against the published odds." in told
    assert "counted above so far" not in told
    assert "Plays 3 " in told
    assert "Plays that were refused 1 " in told
    assert "Rounds that nobody played in 1 " in told
    assert "No turn left 1" in told
    assert sum(int(n) for n in re.findall(r"<strong>(\d+)</strong>", house.get(FAIRNESS).get_data(as_text=True))) == 3


def test_an_alarm_is_told_first(house: Client, bureau: Bureau) -> None:
    alice = page_of(house, "alice", WHEEL, turns=1, **ADULT)
    alice.play()
    count_plays(bureau)
    when = bureau.clock.now_ms()

    def alarm(work: Work) -> None:
        work.connection.execute(sa.update(game_monitor).values(alarmed_at=when))

    bureau.services.writer.run(alarm)
    assert "the draws speak strongly against the published odds" in fairness(house)
    document = house.get(f"/v1/games/{WHEEL}/fairness").get_json()
    assert document["monitor"] == [{"revision": 1, "draws": 1, "alarmed_at": render_ms(when)}]


def test_every_stop_is_told_with_its_time_and_reason(house: Client, bureau: Bureau) -> None:
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    bureau.load(changed("per_day: 3", "per_day: 4", PLAYABLE))
    campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    campaigns.end(bureau.office, CAMPAIGN, "Carol", "Dan")
    told = fairness(house)
    assert re.findall(r"M (Paused|Resumed|New rules|Ended)\b", told) == ["Paused", "Resumed", "New rules", "Ended"]
    assert "Rules no. 2: What came, beside its odds" in told


def test_a_deck_is_told_by_its_cards_and_shown_to_programs_once_it_is_over(house: Client, bureau: Bureau) -> None:
    path = f"/g/{CARDS}/fairness"
    page_of(house, "alice", CARDS, turns=1, **ADULT).play()
    told = fairness(house, path)
    assert "1 of 100 cards is drawn. All of them were sealed before the first one." in told
    assert "every sale" not in told
    campaigns.end(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert "The deck with its seed and every sale, for programs" in fairness(house, path)


def test_an_organisers_texts_make_no_marks_on_the_page_about_a_game(bureau: Bureau) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    text = changed(
        "en: Wheel}", f"en: 'Wheel {nasty}'}}", changed("en: Meal voucher}", f"en: 'Meal {nasty}'}}", PLAYABLE)
    )
    bureau.publish_campaign(text)
    page = open_client(bureau).get(FAIRNESS, ENGLISH).get_data(as_text=True)
    assert nasty not in page
    assert f"Wheel {html.escape(nasty)}" in page
    assert f"Meal {html.escape(nasty)}" in page


def test_how_a_game_went_that_is_not_there_is_not_found(house: Client) -> None:
    assert code_of(house.get("/g/gam_none/fairness")) == (404, "not_found")


def test_the_page_that_checks_knows_the_sites_keys_and_nothing_else(house: Client) -> None:
    page = house.get("/verify").get_data(as_text=True)
    data = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page)
    assert data
    told = json.loads(data[1])
    assert told.pop("worker").startswith("/static/dist/assets/")
    assert told == {"keys": house.get("/.well-known/jwks.json").get_json(), "signed_in": False}
