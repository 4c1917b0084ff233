"""The program that draws: a poster as JSON on the standard input, a picture on the standard output.

Drawing holds the interpreter for half a second, so servers let this process do it: `engage.posters.workshop`.
"""

import base64
import json
import os
import sys
from io import BytesIO

import resvg_py
from PIL import Image

from engage.posters.scene import SIZES, Poster, compose
from engage.posters.text import SANS, SERIF, font_path

WEBP = "data:image/webp;base64,"
WEBP_QUALITY = 86


def draw(poster: Poster) -> bytes:
    """The poster as PNG or WebP."""
    width, height = SIZES[poster.shape]
    fonts = [str(font_path(family)) for family in (SANS, SERIF)]
    drawn = resvg_py.svg_to_bytes(
        svg_string=compose(poster), skip_system_fonts=True, font_files=fonts, width=width, height=height
    )
    out = BytesIO()
    with Image.open(BytesIO(drawn)) as picture:
        picture.convert("RGB").save(out, poster.kind.upper(), quality=WEBP_QUALITY)
    return out.getvalue()


def read_poster(text: bytes) -> Poster:
    """A poster from JSON; uploaded pictures become PNG, which every SVG renderer reads."""
    fields = json.loads(text)
    fields["art"] = tuple(_as_png(address) for address in fields["art"])
    return Poster(**fields)


def _as_png(address: str) -> str:
    if not address.startswith(WEBP):
        return address
    out = BytesIO()
    with Image.open(BytesIO(base64.b64decode(address.removeprefix(WEBP))), formats=("WEBP",)) as picture:
        picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


if __name__ == "__main__":
    os.nice(10)
    sys.stdout.buffer.write(draw(read_poster(sys.stdin.buffer.read())))
