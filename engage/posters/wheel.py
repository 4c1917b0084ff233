"""The wheel and the card of a poster, as SVG around the point 0 0. They show what can be won, and never an outcome."""

import math
from collections.abc import Sequence

from engage.kernel.colours import mixed
from engage.posters.paint import Paint

RIM, RING, SLICES = 200.0, 187.0, 166.0
BULBS = 24
_ARCS = 144
_FULL = 360
_MANY = 10


def wheel(paint: Paint, art: Sequence[str], hub_art: str) -> str:
    """A wheel of radius 200 with these addresses of art on its slices, the first under the pointer."""
    return (
        '<g><circle cy="22" r="226" fill="url(#shadow)"/>'
        f"{_rim(paint)}"
        f'<circle r="{RING}" fill="{paint.ring}"/><circle r="{RING}" fill="url(#ring)"/>'
        f"{_bulbs(paint)}{_slices(paint, art)}"
        f'<circle r="{SLICES}" fill="url(#gloss)"/>'
        f'<circle r="{SLICES}" fill="none" stroke="{paint.slice_line}" stroke-width="3"/>'
        f"{_hub(paint, hub_art)}{_pointer(paint)}</g>"
    )


def _rim(paint: Paint) -> str:
    """Polished metal: light and dark come and go around the rim."""
    light, middle, low, dark = paint.rim
    tones = (light, middle, low, dark, middle, light, low, dark, middle, light, dark, middle)
    arcs = []
    for number in range(_ARCS):
        at = number / _ARCS * len(tones)
        colour = mixed(tones[int(at)], tones[(int(at) + 1) % len(tones)], at % 1)
        start, end = (_FULL * (number + by) / _ARCS for by in (0, 1.2))
        arcs.append(f'<path d="M0 0L{_point(start, RIM)}A{RIM} {RIM} 0 0 1 {_point(end, RIM)}Z" fill="{colour}"/>')
    return "".join(arcs) + f'<circle r="{RIM}" fill="none" stroke="{dark}" stroke-width="1.5" opacity=".6"/>'


def _bulbs(paint: Paint) -> str:
    if paint.bulbs is None:
        return ""
    on, glow = paint.bulbs
    radius = (RING + SLICES) / 2
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="9" fill="{glow}" opacity=".35"/><circle cx="{x}" cy="{y}" r="4.6" fill="{on}"/>'
        for x, y in (_point(_FULL * number / BULBS, radius).split() for number in range(BULBS))
    )


def _slices(paint: Paint, art: Sequence[str]) -> str:
    count = max(1, len(art))
    angle = _FULL / count
    size = min(64.0, 1.55 * math.radians(angle) * 62) if count > 1 else 84.0
    radius = SLICES * (0.68 if count <= _MANY else 0.76)
    parts = []
    for number, address in enumerate(art):
        middle = number * angle
        parts.append(
            f'<path d="{_slice(middle - angle / 2, middle + angle / 2)}" fill="{_colour(paint, count, number)}"/>'
            f'<g transform="rotate({middle:.3f}) translate(0 {-radius:.2f})">{_picture(address, size)}</g>'
        )
    spokes = "".join(f"M0 0L{_point((number - 0.5) * angle, SLICES)}" for number in range(count)) if count > 1 else ""
    pegs = (_point((number - 0.5) * angle, SLICES - 7).split() for number in range(count))
    return (
        "".join(parts)
        + f'<path d="{spokes}" stroke="{paint.slice_line}" stroke-width="1.6" fill="none"/>'
        + "".join(f'<circle cx="{x}" cy="{y}" r="3.4" fill="{paint.rim[0]}"/>' for x, y in pegs)
    )


def _slice(start: float, end: float) -> str:
    if end - start >= _FULL:
        return f"M0 {-SLICES}A{SLICES} {SLICES} 0 1 1 0 {SLICES}A{SLICES} {SLICES} 0 1 1 0 {-SLICES}Z"
    return f"M0 0L{_point(start, SLICES)}A{SLICES} {SLICES} 0 {int(end - start > _FULL / 2)} 1 {_point(end, SLICES)}Z"


def _colour(paint: Paint, count: int, number: int) -> str:
    """No two neighbours wear the same."""
    if count % 2 and count > 1 and number == count - 1:
        return paint.slices[2]
    return paint.slices[number % 2]


def _picture(address: str, size: float) -> str:
    """A piece of art, standing up at this point. An uploaded picture, which is no SVG, is cut to a circle."""
    half = size / 2
    clip = "" if address.startswith("data:image/svg+xml") else ' clip-path="url(#disc)"'
    image = f'<image href="{address}" x="-50" y="-50" width="100" height="100"{clip}/>'
    return f'<g transform="scale({half / 50:.4f})">{image}</g>'


def _hub(paint: Paint, art: str) -> str:
    return (
        f'<circle cy="4" r="41" fill="{paint.shade}" opacity=".35" filter="url(#near)"/>'
        f'<circle r="38" fill="url(#hub)" stroke="{paint.rim[2]}" stroke-width="2"/>'
        f'<image href="{art}" x="-25" y="-25" width="50" height="50"/>'
    )


def _pointer(paint: Paint) -> str:
    body, line, gem = paint.pointer
    shape = "M0 -146C-12 -162 -24 -180 -24 -196A24 24 0 0 1 24 -196C24 -180 12 -162 0 -146Z"
    return (
        f'<path d="{shape}" fill="{paint.shade}" opacity=".4" transform="translate(0 5)" filter="url(#near)"/>'
        f'<path d="{shape}" fill="{body}" stroke="{line}" stroke-width="3" stroke-linejoin="round"/>'
        f'<circle cy="-197" r="9.500" fill="{gem}"/>'
    )


def card(paint: Paint, art: Sequence[str]) -> str:
    """A scratch card 400 wide and 500 high, with some foil rubbed off: paper below, and nothing on it."""
    shown = list(dict.fromkeys(art))[:4]
    row = "".join(
        f'<g transform="translate({(number - (len(shown) - 1) / 2) * 84:.1f} 186)">{_picture(address, 66)}</g>'
        for number, address in enumerate(shown)
    )
    notch = "M-200 96a16 16 0 0 1 0 32M200 96a16 16 0 0 0 0 32"
    body = (
        "M-176 -250H176A24 24 0 0 1 200 -226V96A16 16 0 0 0 200 128V226A24 24 0 0 1 176 250H-176"
        "A24 24 0 0 1 -200 226V128A16 16 0 0 0 -200 96V-226A24 24 0 0 1 -176 -250Z"
    )
    return (
        f'<g><path d="{body}" fill="{paint.shade}" opacity=".5" transform="translate(0 20)" filter="url(#soft)"/>'
        f'<path d="{body}" fill="{paint.paper}" stroke="{paint.paper_line}" stroke-width="2"/>'
        f'<path d="{notch}" fill="none" stroke="{paint.paper_line}" stroke-width="2"/>'
        f'<path d="M-184 112H184" stroke="{paint.paper_line}" stroke-width="2" stroke-dasharray="2 9" '
        'stroke-linecap="round"/>'
        f'<rect x="-164" y="-214" width="328" height="290" rx="18" fill="{paint.slices[0]}"/>'
        '<rect x="-164" y="-214" width="328" height="290" rx="18" fill="url(#paper)" opacity=".5"/>'
        '<g mask="url(#rubbed)"><rect x="-164" y="-214" width="328" height="290" rx="18" fill="url(#foil)"/>'
        '<rect x="-164" y="-214" width="328" height="290" rx="18" fill="url(#sparks)" opacity=".55"/></g>'
        f"{row}</g>"
    )


def _point(angle: float, radius: float) -> str:
    radians = math.radians(angle)
    return f"{radius * math.sin(radians):.3f} {-radius * math.cos(radians):.3f}"
