"""Whatever two colours an organiser picks, what is written on them and in them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.campaigns import palette_of
from engage.campaigns.colours import DARK_GROUND, LIGHT_GROUND, carrying, contrast, ink_on, luminance, readable

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
NOT_SEEN = 3 / 256


@given(brand=COLOURS, accent=COLOURS)
def test_every_palette_can_be_read(brand: str, accent: str) -> None:
    palette = palette_of(brand, accent)
    for ink, ground in (
        (palette.brand_ink, palette.brand),
        (palette.accent_ink, palette.accent),
        (palette.accent_on_brand, palette.brand),
        (palette.brand_on_light, LIGHT_GROUND),
        (palette.brand_on_light, "#ffffff"),
        (palette.brand_on_dark, DARK_GROUND),
        (palette.brand_on_dark, "#000000"),
    ):
        assert contrast(ink, ground) >= 4.5, (palette, ink, ground)


@given(colour=COLOURS)
def test_a_ground_is_the_organiser_s_colour_or_one_that_no_eye_tells_from_it(colour: str) -> None:
    assert carrying(colour).moved <= NOT_SEEN


@given(colour=COLOURS, ground=COLOURS)
def test_a_colour_is_moved_only_where_it_could_not_be_read(colour: str, ground: str) -> None:
    shade = readable(colour, ground)
    assert (shade.moved == 0) == (contrast(colour, ground) >= 4.5)
    assert (shade.colour == colour) or shade.moved > 0


@given(colour=COLOURS)
def test_capital_letters_are_the_same_colour(colour: str) -> None:
    assert palette_of(colour.upper().replace("X", "x"), "#FFD166") == palette_of(colour, "#ffd166")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0b5fff", "#ffffff", 5.13),
        ("#abcdef", "#abcdef", 1),
    ],
)
def test_contrast_is_wcag_s(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_luminance_goes_from_black_to_white() -> None:
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)


def test_ink_is_white_on_dark_and_dark_on_light() -> None:
    assert (ink_on("#0b1f4b"), ink_on("#ffe600")) == ("#ffffff", "#14110f")
