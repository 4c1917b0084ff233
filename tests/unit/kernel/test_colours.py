"""Whatever two colours an organiser picks, what is written on them and in them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.kernel.colours import at_lightness, carrying, contrast, ink_on, lightness_of, luminance, mixed, readable

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
NOT_SEEN = 3 / 256


@given(colour=COLOURS, ground=COLOURS)
def test_whatever_the_colours_are_text_can_be_read(colour: str, ground: str) -> None:
    carried = carrying(ground).colour
    assert contrast(ink_on(carried), carried) >= 4.5
    assert contrast(readable(colour, ground).colour, ground) >= 4.5


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
    assert carrying(colour.upper()) == carrying(colour)


@given(colour=COLOURS, lightness=st.floats(0.15, 1), chroma=st.floats(0, 0.3))
def test_a_colour_at_another_lightness_is_as_light_as_was_asked_for(
    colour: str, lightness: float, chroma: float
) -> None:
    assert lightness_of(at_lightness(colour, lightness, chroma)) == pytest.approx(lightness, abs=0.05)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert [mixed("#000000", "#ff8000", share) for share in (0, 0.5, 1)] == ["#000000", "#804000", "#ff8000"]


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
