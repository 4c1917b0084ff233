"""Whatever is written on a poster can be read, in each theme and in any two colours of a brand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.kernel.colours import contrast
from engage.posters import paint_of
from engage.posters.paint import Paint

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def demand_readable(paint: Paint) -> None:
    for _, ground in paint.stage:
        for ink in (paint.ink, paint.soft):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
        for _, ink in paint.title:
            assert contrast(ink, ground) >= 3, (ink, ground)
    assert contrast(paint.action_ink, paint.action) >= 4.5
    assert contrast(paint.paper_ink, paint.paper) >= 4.5


@pytest.mark.parametrize("theme", ["festive", "calm"])
def test_the_house_s_themes_can_be_read(theme: str) -> None:
    demand_readable(paint_of(theme, "#000000", "#000000"))


@given(brand=COLOURS, accent=COLOURS)
def test_a_brand_s_theme_can_be_read_whatever_its_colours_are(brand: str, accent: str) -> None:
    demand_readable(paint_of("brand", brand, accent))


def test_a_brand_s_own_colours_are_kept_where_they_can_be_read() -> None:
    paint = paint_of("brand", "#0a4bb5", "#ffc838")
    assert paint.slices[1:] == ("#0a4bb5", "#ffc838")
    assert paint.action == "#ffc838"
