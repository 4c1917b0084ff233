"""Pictures to share: a poster of a game, composed as SVG and drawn in a child process."""

from engage.posters.paint import paint_of
from engage.posters.scene import SIZES, Kind, Poster, Shape
from engage.posters.text import SANS, SERIF, Block, drawable, fit, font_path
from engage.posters.workshop import PosterNotDrawn, Workshop, version_of

__all__ = [
    "SANS",
    "SERIF",
    "SIZES",
    "Block",
    "Kind",
    "Poster",
    "PosterNotDrawn",
    "Shape",
    "Workshop",
    "drawable",
    "fit",
    "font_path",
    "paint_of",
    "version_of",
]
