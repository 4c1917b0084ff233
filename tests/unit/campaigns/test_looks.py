"""What a file can get wrong about looks: each mistake at its line, with the way out."""

import pytest

from engage.campaigns import Level
from tests.support.sample_campaign import Mistake, changed, checked, demand_one_finding, mistake, warning

NEAR = '{brand: "#0a3d91", accent: "#0f4bb0"}'
FAINT = '{brand: "#0a3d91", accent: "#8f8f40"}'
FINE = '{brand: "#0a3d91", accent: "#ffd166"}'


def look(text: str) -> tuple[str, str]:
    return "games:\n", f"look:\n  {text}\ngames:\n"


FEW = "points: 10\n"
TABLE = [
    mistake("not_a_choice", "look.theme", "theme", *look("theme: party"), "Known here: `festive`, `calm`, `brand`"),
    mistake("not_a_choice", "look.theme", "theme", *look("theme: calmer"), "Did you mean `calm`?"),
    mistake("unknown_field", "look.colors", "colors", *look(f"colors: {FINE}"), "Did you mean `colours`?"),
    mistake("missing", "look.colours", "look:", *look("theme: brand"), "Add colours"),
    mistake(
        "bad_name", "look.colours.brand", "brand:", *look('colours: {brand: red, accent: "#ffd166"}'), "“red” is not a"
    ),
    mistake(
        "wrong_type", "look.colours.brand", "brand:", *look('colours: {brand: 123456, accent: "#ffd166"}'), "in quotes"
    ),
    warning("unused_colours", "look.colours", "colours:", *look(f"colours: {FINE}"), "Write theme: brand"),
    warning(
        "contrast", "look.colours.accent", "accent:", *look(f"theme: brand\n  colours: {FAINT}"), "is taken instead"
    ),
    mistake(
        "contrast",
        "look.colours.accent",
        "accent:",
        *look(f"theme: brand\n  colours: {NEAR}"),
        "1.3:1; text needs 4.5:1. No shade of it near enough can be read. Take a much lighter accent",
        Level.BLOCK,
    ),
    mistake(
        "not_a_choice", "games[0].prizes[0].art", "art:", "points: 10\n", "points: 10\n        art: coffe\n", "`coffee`"
    ),
    mistake(
        "not_a_choice",
        "games[0].prizes[0].art",
        "art:",
        "points: 10\n",
        "points: 10\n        art: zzz\n",
        "`again`, `apple`",
    ),
    mistake(
        "not_a_choice", "games[0].prizes[0].art", "art:", "points: 10\n", "points: 10\n        art: []\n", "a list"
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_a_mistake_in_a_look_is_said_at_its_line_with_the_way_out(row: Mistake) -> None:
    demand_one_finding(row)


def test_colours_that_can_be_read_are_no_finding() -> None:
    text = changed(*look(f"theme: brand\n  colours: {FINE}"))
    assert [item for item in checked(text).items if item.level is not Level.INFO] == []


def test_the_shade_that_is_offered_is_accepted() -> None:
    (found,) = [
        item for item in checked(changed(*look(f"theme: brand\n  colours: {NEAR}"))).items if item.code == "contrast"
    ]
    offered = found.way_out.split("accent: ")[1][:7]
    again = changed(*look(f'theme: brand\n  colours: {{brand: "#0a3d91", accent: "{offered}"}}'))
    assert "contrast" not in {item.code for item in checked(again).items}
