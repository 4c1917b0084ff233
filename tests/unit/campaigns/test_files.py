"""A campaign file is kept as it came, loads to one definition, and can be given another schedule."""

from datetime import UTC, datetime

import pytest

from engage.campaigns import with_schedule
from engage.campaigns.files import load
from engage.kernel.refusals import InvalidRequest
from games.definition import DeckGame, OddsGame
from games.section import SECTION, games_of
from tests.support.sample_campaign import TEXT, changed, line_of

OPENS, CLOSES = datetime(2027, 1, 1, 4, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def test_a_file_is_given_back_byte_for_byte() -> None:
    file = load(TEXT, [SECTION])
    again = load(file.text, [SECTION])
    assert file.text == TEXT
    assert (again.definition, again.entries) == (file.definition, file.entries)


def test_games_are_read_as_what_they_are() -> None:
    file = load(TEXT, [SECTION])
    assert [type(game) for game in games_of(file)] == [OddsGame, DeckGame]
    assert file.definition.campaign_id == "cmp_spring"
    assert file.definition.opens_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert file.definition.closes_ms - file.definition.opens_ms == 30 * 86_400_000


def test_a_file_with_faults_is_refused_and_every_fault_is_named() -> None:
    text = changed("minimum: 18", "minimum: old", changed("      n: 100", "      n: 99"))
    with pytest.raises(InvalidRequest, match="has 2 faults; the first is in line") as refused:
        load(text, [SECTION])
    assert refused.value.fields["errors"] == [
        {
            "line": str(line_of("minimum: old", text)),
            "path": "age.minimum",
            "code": "wrong_type",
            "detail": "`age.minimum` must be a whole number, not the text “old”.",
        },
        {
            "line": str(line_of("n: 99", text)),
            "path": "games[1].deck.n",
            "code": "deck_total_differs",
            "detail": "The counts add up to 100, but `n` says 99.",
        },
    ]


def test_another_schedule_changes_two_values_and_nothing_else() -> None:
    text = with_schedule(TEXT, OPENS, CLOSES)
    file = load(text, [SECTION])
    assert (file.definition.opens_at, file.definition.closes_at) == (OPENS, CLOSES)
    differing = [(a, b) for a, b in zip(TEXT.splitlines(), text.splitlines(), strict=True) if a != b]
    assert [new for _, new in differing] == [
        "opens_at: 2027-01-01T04:00:00.000Z  # Sunday",
        "closes_at: 2027-02-01T00:00:00.000Z",
    ]


def test_a_schedule_in_an_unusual_place_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="closes_at"):
        with_schedule(changed("closes_at: 2026", "closes_at:\n  2026"), OPENS, CLOSES)
