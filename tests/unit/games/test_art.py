"""The icons that a campaign file may name are those that the pages can draw."""

import json
from pathlib import Path

from engage.campaigns import ART_OF_KIND, BLANK_ART, ICONS

FACES = Path(__file__).resolve().parents[3] / "static/src/faces"


def test_a_file_may_name_just_the_icons_that_pages_draw() -> None:
    assert list(ICONS) == json.loads((FACES / "icons.json").read_text(encoding="utf-8"))


def test_what_is_drawn_by_default_is_there() -> None:
    assert {*ART_OF_KIND.values(), BLANK_ART} <= set(ICONS)
