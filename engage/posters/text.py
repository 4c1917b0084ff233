"""Text on a poster: which characters can be drawn, where lines break, and how large they may be."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
_FILES = {SANS: "NotoSansSC-Regular.otf", SERIF: "NotoSerifSC-Regular.otf"}
_MEASURED_AT = 100
_NO_GLYPH = "\uffff"
_CLOSING = "，。、！？；：）》」』】’”…,.!?;:)]}%"  # noqa: RUF001  what no line begins with
_SPACES = " \u00a0"
_BLANKS = re.compile(r"[^\S\u00a0]+")
_PIECES = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|(?:\u00a0|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])+|[^\S\u00a0]+"
)
ELLIPSIS = "…"
SMALLER_FOR_FEWER_LINES = 0.75


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, and the width of the widest."""

    lines: tuple[str, ...]
    size: float
    width: float


@cache
def font_path(family: str) -> Path:
    """The file of a font family."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None and spec.origin is not None, "the package is one of the dependencies"  # noqa: PT018  one fact
    return Path(spec.origin).parent / _FILES[family]


@cache
def _font(family: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(family)), _MEASURED_AT)


@cache
def _has_glyph(family: str, char: str) -> bool:
    font = _font(family)
    return bytes(font.getmask(char)) != bytes(font.getmask(_NO_GLYPH))


def drawable(text: str, family: str = SANS) -> str:
    """The text on one line, without what the fonts can't draw: control characters, emoji, scripts of elsewhere."""
    flat = _BLANKS.sub(" ", unicodedata.normalize("NFC", text))
    shown = (char for char in flat if char in _SPACES or _can_be_seen(char, family))
    return _BLANKS.sub(" ", "".join(shown)).strip()


def _can_be_seen(char: str, family: str) -> bool:
    return unicodedata.category(char)[0] != "C" and _has_glyph(family, char)


def width_of(text: str, size: float, family: str = SANS) -> float:
    """How wide a line is."""
    return _font(family).getlength(text) * size / _MEASURED_AT


def fit(text: str, width: float, sizes: tuple[int, ...], most_lines: int, family: str = SANS) -> Block:
    """The text in as large a size as fits, with no word broken; fewer lines count more than a little size.

    `sizes` fall. What fits in none of them is set in the last one and cut off with an ellipsis.
    """
    for count in range(1, most_lines + 1):
        for size in sizes:
            if count < most_lines and size < sizes[0] * SMALLER_FOR_FEWER_LINES:
                break
            if len(_wrap(text, width, size, family)) <= count and _widest_word(text, size, family) <= width:
                return _block(_balance(text, width, size, family, count), size, family)
    size = sizes[-1]
    lines = _wrap(text, width, size, family)
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _cut_off(lines[most_lines - 1], width, size, family)]
    return _block(lines, size, family)


def _cut_off(line: str, width: float, size: float, family: str) -> str:
    while line and width_of(line + ELLIPSIS, size, family) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def _widest_word(text: str, size: float, family: str) -> float:
    return max((width_of(piece.rstrip(), size, family) for piece in _pieces(text)), default=0)


def _block(lines: list[str], size: float, family: str) -> Block:
    return Block(tuple(lines), size, max((width_of(line, size, family) for line in lines), default=0))


def _balance(text: str, width: float, size: float, family: str, count: int) -> list[str]:
    """The lines made as even as they can be without becoming more."""
    low, high = _widest_word(text, size, family), width
    while high - low > 1:
        middle = (low + high) / 2
        if len(_wrap(text, middle, size, family)) <= count:
            high = middle
        else:
            low = middle
    return _wrap(text, high, size, family)


def _wrap(text: str, width: float, size: float, family: str) -> list[str]:
    """Lines no wider than `width`, unless a single word is: such a word is broken anywhere."""
    lines = [""]
    for piece in _pieces(text):
        for part in _parts(piece, width, size, family):
            if width_of((lines[-1] + part).rstrip(), size, family) <= width or not lines[-1]:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """What stays on one line: a word, or one Chinese character with the punctuation that closes it."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and piece[0] in _CLOSING:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _parts(piece: str, width: float, size: float, family: str) -> list[str]:
    if width_of(piece, size, family) <= width:
        return [piece]
    return list(piece)
