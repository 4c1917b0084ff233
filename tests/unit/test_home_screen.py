"""A phone puts the hub on its home screen by pictures that are there, in the size that is said."""

from pathlib import Path

import pytest
from PIL import Image

from engage.api.hub import ICONS

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "static" / "img"
APPLE = "icon-apple-180.png"
PICTURES = [(name, sizes, more["purpose"]) for name, sizes, more in ICONS if sizes != "any"]


@pytest.mark.parametrize(("name", "sizes", "purpose"), [*PICTURES, (APPLE, "180x180", "maskable")])
def test_an_icon_has_its_size_and_no_holes_where_a_phone_cuts_it(name: str, sizes: str, purpose: str) -> None:
    with Image.open(IMAGES / name) as picture:
        assert picture.format == "PNG"
        assert f"{picture.width}x{picture.height}" == sizes
        least, _ = picture.convert("RGBA").getchannel("A").getextrema()
    assert (least == 255) == (purpose == "maskable")


def test_phones_of_either_kind_find_theirs() -> None:
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= {each[1:] for each in PICTURES}
    assert f"img/{APPLE}" in (ROOT / "templates" / "hub" / "hub.html").read_text(encoding="utf-8")
