"""An organiser's two colours, and the shades of them that people can read: WCAG contrast, moved in OKLab lightness.

Whatever is written on a colour, or in it, has at least 4.5:1. A colour is moved as little as that takes, hue and chroma
kept; how far it had to move is told, so that the organiser can pick a better one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

TEXT_CONTRAST = 4.5
MOST_MOVED = 0.25
"""How far, in OKLab lightness from 0 to 1, a colour may be moved and still be taken for the organiser's."""

WHITE, DARK = "#ffffff", "#14110f"
_STEPS, _FADES = 256, 20
_DARKEST_CURVED, _DARKEST_CURVED_LINEAR = 0.04045, 0.0031308
"""Where sRGB's curve begins, encoded and linear; below it is a straight line (IEC 61966-2-1)."""
_SLIP = 0.001
_LMS = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_LAB = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
_LMS_BACK = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728),
             (1.0, -0.0894841775, -1.2914855480))  # fmt: skip
_RGB_BACK = ((4.0767416621, -3.3077115913, 0.2309699292), (-1.2684380046, 2.6097574011, -0.3413193965),
             (-0.0041960863, -0.7034186147, 1.7076147010))  # fmt: skip

Triple: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour that can be read, and how far in lightness it is from the one that was asked for."""

    colour: str
    moved: float


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`, 0 to 1."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: str) -> str:
    """White or the dark ink, whichever reads better on this ground."""
    return max((WHITE, DARK), key=lambda ink: contrast(ink, ground))


def carrying(colour: str) -> Shade:
    """The nearest shade on which an ink can be read; only in a narrow band of lightness is it another than `colour`."""
    return _nearest(colour, lambda shade: contrast(ink_on(shade), shade) >= TEXT_CONTRAST)


def readable(colour: str, ground: str) -> Shade:
    """The nearest shade of a colour that can be read on a ground."""
    return _nearest(colour, lambda shade: contrast(shade, ground) >= TEXT_CONTRAST)


def at_lightness(colour: str, lightness: float, most_chroma: float = 1.0) -> str:
    """The colour at another OKLab lightness (0 black, 1 white), hue kept, chroma at most so much."""
    _, a, b = _lab(_linear(colour))
    chroma = max((a * a + b * b) ** 0.5, _SLIP)
    kept = min(1.0, most_chroma / chroma)
    return _spell(_rgb((min(1.0, max(0.0, lightness)), a * kept, b * kept)))


def lightness_of(colour: str) -> float:
    """A colour's OKLab lightness, 0 to 1."""
    return _lab(_linear(colour))[0]


def mixed(one: str, other: str, share: float) -> str:
    """The colour on the straight way from one (0) to the other (1), as gradients have it."""
    parts = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _nearest(colour: str, suits: Callable[[str], bool]) -> Shade:
    """The shade nearest to a colour that suits; black or white always does, for what is asked here."""
    lightness, a, b = _lab(_linear(colour))
    if suits(colour.lower()):
        return Shade(colour.lower(), 0.0)
    for step in range(1, _STEPS + 1):
        for target in _within(lightness - step / _STEPS, lightness + step / _STEPS):
            shade = _spell(_rgb((target, a, b)))
            if suits(shade):
                return Shade(shade, step / _STEPS)
    raise AssertionError(f"neither black nor white suits where {colour} was asked for")


def _within(*lightnesses: float) -> Iterable[float]:
    return (min(1.0, max(0.0, each)) for each in lightnesses if -1 / _STEPS < each < 1 + 1 / _STEPS)


def _linear(colour: str) -> Triple:
    red, green, blue = (_to_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _to_linear(part: float) -> float:
    return part / 12.92 if part <= _DARKEST_CURVED else ((part + 0.055) / 1.055) ** 2.4


def _from_linear(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= _DARKEST_CURVED_LINEAR else 1.055 * part ** (1 / 2.4) - 0.055


def _lab(rgb: Triple) -> Triple:
    long, middle, short = (part ** (1 / 3) for part in _times(_LMS, rgb))
    return _times(_LAB, (long, middle, short))


def _rgb(lab: Triple) -> Triple:
    """Back to linear RGB. What the screen can't show at this lightness loses chroma, so black and white are reached."""
    lightness, a, b = lab
    fading = (_rgb_unbound((lightness, a * kept / _FADES, b * kept / _FADES)) for kept in range(_FADES, 0, -1))
    shown = (rgb for rgb in fading if all(-_SLIP <= part <= 1 + _SLIP for part in rgb))
    return next(shown, _rgb_unbound((lightness, 0, 0)))


def _rgb_unbound(lab: Triple) -> Triple:
    long, middle, short = (part**3 for part in _times(_LMS_BACK, lab))
    return _times(_RGB_BACK, (long, middle, short))


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    one, two, three = (sum(factor * part for factor, part in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _spell(rgb: Triple) -> str:
    return "#" + "".join(f"{round(255 * _from_linear(part)):02x}" for part in rgb)
