"""The program that draws cards: one as JSON on the standard input, a PNG on the standard output."""

import json
import os
import sys

import resvg_py

from badges.card import HEIGHT, WIDTH, BadgeCard, compose
from engage.posters import SANS, SERIF, font_path


def draw(card: BadgeCard) -> bytes:
    """The card as PNG."""
    fonts = [str(font_path(family)) for family in (SANS, SERIF)]
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=compose(card), skip_system_fonts=True, font_files=fonts, width=WIDTH, height=HEIGHT
    )
    return drawn


if __name__ == "__main__":
    os.nice(10)
    sys.stdout.buffer.write(draw(BadgeCard(**json.loads(sys.stdin.buffer.read()))))
