"""The server speaks the language of whoever asks, with numbers, days and plurals as that language has them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from engage.web import (
    format_date,
    format_datetime,
    format_number,
    gettext,
    language,
    match_language,
    ngettext,
)

MOMENT = datetime(2026, 11, 5, 16, 30, tzinfo=UTC)


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("zh-CN", "zh-CN"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("en-GB,zh;q=0.9", "en"),
        ("fr,zh;q=0.5", "zh-CN"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("en-US@posix", "en"),
    ],
)
def test_the_browser_s_languages_are_taken_in_their_order(app: Flask, accepted: str, spoken: str) -> None:
    with app.test_request_context(headers={"Accept-Language": accepted}):
        assert language() == spoken


def test_outside_of_a_request_it_is_english() -> None:
    assert language() == "en"
    assert gettext("Spin") == "Spin"


def test_placeholders_are_filled_once_and_stay_when_there_is_nothing_to_fill_in(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("{who} has {n} of {what}", who="{n} & <b>", n=1234) == "{n} & <b> has 1,234 of {what}"


def test_a_number_chooses_the_form(app: Flask) -> None:
    with app.test_request_context():
        assert [ngettext("{n} turn", "{n} turns", n) for n in (0, 1, 1000)] == ["0 turns", "1 turn", "1,000 turns"]


def test_days_moments_and_numbers_are_written_as_the_language_writes_them(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert format_date(MOMENT, "Asia/Shanghai") == "2026年11月6日"
        assert format_datetime(MOMENT, "Asia/Shanghai") == "2026年11月6日 00:30"
        assert format_number(1234.5) == "1,234.5"
    with app.test_request_context():
        assert format_date(date(2026, 11, 5)) == "November 5, 2026"
        assert " ".join(format_datetime(MOMENT).split()) == "Nov 5, 2026, 4:30 PM"


def test_the_nearest_language_of_ours_is_found() -> None:
    assert [match_language(tag) for tag in ("zh", "ZH_cn", "en-AU", "fr", "")] == ["zh-CN", "zh-CN", "en", None, None]
