"""A poster as SVG: what it says and shows, laid out in one of three shapes, in the paint of its theme.

Every text is cut to what the fonts can draw and escaped here; addresses are data, so nothing is loaded from anywhere.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import segno

from engage.posters.paint import Paint, Stops, paint_of
from engage.posters.text import SANS, SERIF, Block, drawable, fit
from engage.posters.wheel import card, wheel

Shape = Literal["wide", "tall", "bare"]
Kind = Literal["png", "webp"]
SIZES: dict[str, tuple[int, int]] = {"wide": (1200, 630), "tall": (1080, 1620), "bare": (960, 720)}
TICKET_GAP = 18
QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says and shows, and as which kind of picture.

    `address` is where its QR code leads; `art`, `hub_art`, `motif` and `crest` (empty: none) are data addresses.
    """

    shape: Shape
    kind: Kind
    theme: str
    brand: str
    accent: str
    mechanic: str
    title: str
    subtitle: str
    organiser: str
    call: str
    promise: str
    period: str
    address: str
    art: tuple[str, ...]
    hub_art: str
    motif: str
    crest: str


def compose(poster: Poster) -> str:
    """The poster's SVG."""
    paint = paint_of(poster.theme, poster.brand, poster.accent)
    width, height = SIZES[poster.shape]
    body = "".join(LAYOUTS[poster.shape](poster, paint))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<defs>{''.join(_definitions(poster, paint))}</defs>{body}</svg>"
    )


def _wide(poster: Poster, paint: Paint) -> Iterator[str]:
    width, height = SIZES["wide"]
    yield _stage(poster, paint, (width, height), (0.72, 0.5))
    x, room = 72, 540
    organiser = fit(drawable(poster.organiser), room, (28, 25, 22, 20), 1)
    title = _headline(poster, paint, room, (96, 88, 80, 72, 64, 56, 50), 3)
    subtitle = fit(drawable(poster.subtitle), room, (34, 30, 26), 2)
    promise = fit(drawable(poster.promise), room, (26, 24, 22), 2)
    call = fit(drawable(poster.call), room - 72, (34, 30, 26), 1)
    heights = [_height(title, 1.16), _height(subtitle, 1.35) + 18, 118, _height(promise, 1.4)]
    y = (height - sum(heights)) / 2 + 22
    yield _lines(organiser, x, 84, paint.soft, weight=0.018)
    yield _lines(title, x, y + title.size * 0.92, "url(#title)", 1.16, _family(paint), 0.03)
    y += heights[0] + 18
    yield _lines(subtitle, x, y + subtitle.size * 0.9, paint.ink, 1.35)
    y += heights[1] - 18 + 30
    pill = call.width + 72
    yield f'<rect x="{x}" y="{y}" width="{pill}" height="64" rx="32" fill="{paint.action}"/>'
    yield _lines(call, x + 36, y + 32 + call.size * 0.36, paint.action_ink, weight=0.024)
    y += 64 + 24
    yield _lines(promise, x, y + promise.size * 0.9, paint.soft, 1.4)
    yield _game(poster, paint, 908, 330, 1.43)


def _tall(poster: Poster, paint: Paint) -> Iterator[str]:
    width, height = SIZES["tall"]
    yield _stage(poster, paint, (width, height), (0.5, 0.44))
    middle, room = width / 2, width - 144
    organiser = fit(drawable(poster.organiser), room, (34, 30), 1)
    title = _headline(poster, paint, room, (118, 108, 98, 88, 80, 72, 64), 2)
    subtitle = fit(drawable(poster.subtitle), room, (42, 36, 32), 1)
    yield _lines(organiser, middle, 96, paint.soft, weight=0.018, anchor="middle")
    top = 128 + (306 - _height(title, 1.16) - 14 - _height(subtitle, 1.35)) / 2
    yield _lines(title, middle, top + title.size * 0.92, "url(#title)", 1.16, _family(paint), 0.03, "middle")
    top += _height(title, 1.16) + 14
    yield _lines(subtitle, middle, top + subtitle.size * 0.9, paint.ink, 1.35, anchor="middle")
    yield _game(poster, paint, middle, 848, 1.8)
    yield from _ticket(poster, paint, height)


def _ticket(poster: Poster, paint: Paint, height: int) -> Iterator[str]:
    """The white part of the long picture: the code to scan, and who asks."""
    top, side = height - 388, 268
    yield f'<rect x="48" y="{top}" width="984" height="340" rx="36" fill="{paint.shade}" opacity=".35" '
    yield 'transform="translate(0 12)" filter="url(#soft)"/>'
    yield f'<rect x="48" y="{top}" width="984" height="340" rx="36" fill="#ffffff"/>'
    yield _qr(poster.address, 1032 - 36 - side, top + 36, side)
    x, room = 100, 984 - side - 36 - 100
    call = fit(drawable(poster.call), room, (56, 50, 44, 38), 2)
    promise = fit(drawable(poster.promise), room, (30, 27, 24), 3)
    period = fit(drawable(poster.period), room, (26, 23, 20), 2)
    rows = (call, 1.2, "#1d1a17", 0.03), (promise, 1.4, "#4d4741", 0.0), (period, 1.4, "#6b645c", 0.0)
    needed = sum(_height(block, leading) for block, leading, _, _ in rows) + 2 * TICKET_GAP
    shrunk = min(1.0, side / needed)
    y = top + 36 + (side - shrunk * needed) / 2
    for block, leading, colour, weight in rows:
        smaller = replace(block, size=block.size * shrunk)
        yield _lines(smaller, x, y + smaller.size * 0.95, colour, leading, weight=weight)
        y += _height(smaller, leading) + TICKET_GAP * shrunk


def _bare(poster: Poster, paint: Paint) -> Iterator[str]:
    """The game alone, for pages that say the rest themselves."""
    width, height = SIZES["bare"]
    yield _stage(poster, paint, (width, height), (0.5, 0.5))
    yield _game(poster, paint, width / 2, height / 2 + 14, 1.58)


LAYOUTS: dict[str, Callable[[Poster, Paint], Iterator[str]]] = {"wide": _wide, "tall": _tall, "bare": _bare}


def _game(poster: Poster, paint: Paint, x: float, y: float, scale: float) -> str:
    if poster.mechanic == "wheel":
        drawn = wheel(paint, poster.art, poster.hub_art)
    else:
        drawn, scale = f'<g transform="rotate(6)">{card(paint, poster.art)}</g>', scale * 0.74
    return f'<g transform="translate({x} {y}) scale({scale:.3f})">{drawn}</g>'


def _stage(poster: Poster, paint: Paint, size: tuple[int, int], light: tuple[float, float]) -> str:
    width, height = size
    whole = f'width="{width}" height="{height}"'
    x, y = width * light[0], height * light[1]
    reach = max(width, height) * 0.62
    circle = f'gradientUnits="userSpaceOnUse" cx="{x}" cy="{y}" r="{reach}"'
    parts = [
        f'<radialGradient id="stage" {circle}>{_stops(paint.stage)}</radialGradient>',
        f'<rect {whole} fill="url(#stage)"/>',
        f'<rect {whole} fill="url(#motif)" opacity="{paint.motif_show}"/>',
        f'<circle cx="{x}" cy="{y}" r="{reach * 0.75}" fill="url(#glow)"/>',
    ]
    if poster.crest:
        place = f'href="{poster.crest}" width="250" height="115" opacity=".55"'
        spots = ((width - 190, 452), (-70, 560)) if height > width else ((width - 190, 26),)
        parts += [f'<image {place} x="{left}" y="{top}"/>' for left, top in spots]
    return "".join(parts)


def _definitions(poster: Poster, paint: Paint) -> Iterator[str]:
    size = paint.motif_size
    yield f'<pattern id="motif" width="{size}" height="{_motif_height(paint)}" patternUnits="userSpaceOnUse">'
    yield f'<image href="{poster.motif}" width="{size}" height="{_motif_height(paint)}"/></pattern>'
    yield f'<linearGradient id="title" x1="0" x2="0" y1="0" y2="1">{_stops(paint.title)}</linearGradient>'
    yield '<filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="16"/></filter>'
    yield '<filter id="near" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="5"/></filter>'
    yield f'<radialGradient id="shadow"><stop offset=".78" stop-color="{paint.shade}" stop-opacity=".55"/>'
    yield f'<stop offset="1" stop-color="{paint.shade}" stop-opacity="0"/></radialGradient>'
    yield f'<radialGradient id="glow"><stop stop-color="{paint.glow}" stop-opacity=".3"/>'
    yield f'<stop offset="1" stop-color="{paint.glow}" stop-opacity="0"/></radialGradient>'
    yield '<radialGradient id="ring"><stop offset=".84" stop-color="#000" stop-opacity=".34"/>'
    yield '<stop offset=".93" stop-color="#fff" stop-opacity=".16"/>'
    yield '<stop offset="1" stop-color="#000" stop-opacity=".2"/></radialGradient>'
    yield '<linearGradient id="gloss" x1=".2" y1="0" x2=".7" y2="1"><stop stop-color="#fff" stop-opacity=".2"/>'
    yield '<stop offset=".5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".1"/>'
    yield f'</linearGradient><radialGradient id="hub" cx=".4" cy=".3"><stop stop-color="{paint.hub[0]}"/>'
    yield f'<stop offset="1" stop-color="{paint.hub[1]}"/></radialGradient>'
    yield '<clipPath id="disc"><circle r="50"/></clipPath>'
    foil = tuple((number / (len(paint.foil) - 1), colour) for number, colour in enumerate(paint.foil))
    yield f'<linearGradient id="foil" x1="0" y1="0" x2="1" y2=".8">{_stops(foil)}</linearGradient>'
    yield '<pattern id="sparks" width="44" height="44" patternUnits="userSpaceOnUse">'
    yield f'<path d="M22 13c1 6 3 8 9 9-6 1-8 3-9 9-1-6-3-8-9-9 6-1 8-3 9-9Z" fill="{paint.foil_ink}" opacity=".3"/>'
    yield "</pattern>"
    yield '<pattern id="paper" width="22" height="22" patternUnits="userSpaceOnUse">'
    yield f'<circle cx="11" cy="11" r="1.6" fill="{paint.paper_line}"/></pattern>'
    yield '<mask id="rubbed"><rect x="-200" y="-250" width="400" height="500" fill="#fff"/>'
    yield '<path d="M-126 -58L-86 -126L-108 4L-34 -142L-62 32L24 -150L-2 38L80 -142L58 30L124 -92L116 -18" fill="none" '
    yield 'stroke="#000" stroke-width="27" stroke-linecap="round" stroke-linejoin="round"/></mask>'


def _motif_height(paint: Paint) -> int:
    """Waves are twice as wide as they are high; the other motifs are squares."""
    return paint.motif_size // 2 if paint.motif == "waves.svg" else paint.motif_size


def _stops(stops: Stops) -> str:
    return "".join(f'<stop offset="{at}" stop-color="{colour}"/>' for at, colour in stops)


def _headline(poster: Poster, paint: Paint, room: float, sizes: tuple[int, ...], most_lines: int) -> Block:
    family = _family(paint)
    return fit(drawable(poster.title, family), room, sizes, most_lines, family)


def _family(paint: Paint) -> str:
    return SERIF if paint.serif else SANS


def _height(block: Block, leading: float) -> float:
    return len(block.lines) * block.size * leading


def _lines(  # noqa: PLR0913  what a line of text is set in
    block: Block,
    x: float,
    y: float,
    colour: str,
    leading: float = 1.3,
    family: str = SANS,
    weight: float = 0.0,
    anchor: str = "start",
) -> str:
    """Lines of text from the first baseline on. `weight` is how far strokes are thickened, in parts of the size."""
    bold = f' stroke="{colour}" stroke-width="{block.size * weight:.2f}" stroke-linejoin="round"' if weight else ""
    return "".join(
        f'<text x="{x:.1f}" y="{y + number * block.size * leading:.1f}" font-family="{family}" '
        f'font-size="{block.size}" text-anchor="{anchor}" fill="{colour}"{bold}>{escape(line)}</text>'
        for number, line in enumerate(block.lines)
    )


def _qr(address: str, x: float, y: float, side: float) -> str:
    matrix: Sequence[Sequence[int]] = segno.make(address, error="m", micro=False).matrix
    modules = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1Z"
        for row, line in enumerate(matrix)
        for column, dark in enumerate(line)
        if dark
    )
    return (
        f'<g transform="translate({x} {y}) scale({side / modules:.5f})"><rect width="{modules}" height="{modules}" '
        f'fill="#ffffff"/><path d="{path}" fill="#14110f" shape-rendering="crispEdges"/></g>'
    )
