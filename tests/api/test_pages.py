"""The rules page: in each of the organiser's languages, without a script, and without anything from outside."""

from __future__ import annotations

import re

import pytest

from tests.support.bureau import CARDS, WHEEL
from tests.support.server import Client, code_of


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
