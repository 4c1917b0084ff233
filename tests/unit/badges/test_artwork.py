"""Medals are the same each time, can be drawn by whoever draws SVG, and hold nothing that could do anything."""

from __future__ import annotations

from itertools import product
from xml.etree import ElementTree as ET

import pytest
import resvg_py

from badges.artwork import GROUNDS, METALS, Medal, draw, metal_of
from badges.glyphs import GLYPHS, ICONS
from engage.kernel.colours import TEXT_CONTRAST, carrying, contrast, ink_on

GOLD = Medal("bdg_green", "gold", 2, 3, "leaf", "Green <hand>", "#0a3d91", "#ffd166")
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "circle", "path"}


def test_each_icon_has_a_glyph_and_each_is_drawn() -> None:
    assert set(ICONS) == set(GLYPHS)
    for icon, tier in product(ICONS, ("", *METALS)):
        drawing = ET.fromstring(draw(Medal(f"bdg_{icon}", tier, 0, 1, icon, "A badge")))  # noqa: S314  our own
        assert {element.tag.removeprefix(SVG) for element in drawing.iter()} <= HARMLESS


def test_the_same_badge_is_drawn_the_same_and_says_its_name() -> None:
    assert draw(GOLD) == draw(GOLD)
    assert "<title>Green &lt;hand&gt;</title>" in draw(GOLD)
    assert resvg_py.svg_to_bytes(svg_string=draw(GOLD), skip_system_fonts=True)[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("tier", "rank", "tiers", "metal"),
    [
        ("silver", 0, 1, "silver"),
        ("", 0, 1, "gold"),
        ("a", 0, 3, "bronze"),
        ("c", 2, 3, "gold"),
        ("g", 7, 8, "diamond"),
    ],
)
def test_a_tier_is_told_by_its_metal(tier: str, rank: int, tiers: int, metal: str) -> None:
    assert metal_of(Medal("bdg_x", tier, rank, tiers, "star", "X")) == metal


@pytest.mark.parametrize("ground", [*GROUNDS, "#ffffff", "#777777", "#000000"])
def test_the_icon_can_be_seen_on_every_ground(ground: str) -> None:
    shown = carrying(ground).colour
    assert contrast(ink_on(shown), shown) >= TEXT_CONTRAST
