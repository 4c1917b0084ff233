"""What a badge looks like: a medal as SVG, drawn from its name, tier, colours and icon, the same each time. Pure.

The name decides the outline, and the colours where none are given; the tier decides the metal of the rim and how many
pearls lie on it. Nothing of a member is in it, nothing moves, and nothing is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from math import cos, pi, sin

from badges.glyphs import GLYPHS
from engage.kernel.colours import at_lightness, carrying, ink_on

SIDE = 512
METALS: dict[str, tuple[str, str, str]] = {
    "bronze": ("#f3c8a0", "#b8713a", "#6f3b16"),
    "silver": ("#ffffff", "#b9c2cc", "#6b7681"),
    "gold": ("#fff3c4", "#e6ad31", "#8f5a0c"),
    "platinum": ("#f6fbff", "#a9c4d6", "#4f6f86"),
    "diamond": ("#ffffff", "#8fd3ea", "#2d7c9c"),
}
"""Light, middle and dark of each metal. A tier that is none of these gets one by its rank."""
GROUNDS = ("#0f6b5c", "#1f4fa3", "#8a2a6b", "#a8321f", "#5b3f9b", "#17697f", "#8a5a00", "#2f6f2e")
"""Grounds for badges whose campaign names no colours."""


@dataclass(frozen=True, slots=True)
class Medal:
    """What is drawn. `rank` of `tiers` counts from 0; `brand` and `accent` are colours of the organiser, if any.

    `picture` (a data address) is shown instead of the icon.
    """

    badge: str
    tier: str
    rank: int
    tiers: int
    icon: str
    title: str
    brand: str | None = None
    accent: str | None = None
    picture: str = ""


def draw(medal: Medal) -> str:
    """The medal's SVG, 512 square."""
    digest = sha256(medal.badge.encode()).digest()
    ground = carrying(medal.brand or GROUNDS[digest[0] % len(GROUNDS)]).colour
    metal = METALS[metal_of(medal)]
    outline = _path(_outline(digest[1] % 4))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="-256 -256 512 512">',
        f"<title>{escape(medal.title)}</title><defs>{''.join(_paints(metal, ground))}</defs>",
        *_ribbon(medal, digest),
        f'<path d="{outline}" fill="url(#rim)"/>',
        f'<path d="{outline}" transform="scale(.93)" fill="{metal[2]}" opacity=".55"/>',
        f'<path d="{outline}" transform="scale(.9)" fill="url(#rim2)"/>',
        '<circle r="158" fill="url(#ground)"/>',
        f'<circle r="158" fill="none" stroke="{metal[2]}" stroke-width="5" opacity=".6"/>',
        '<path d="M-150-40A155 155 0 0 1 150-40C60-95-60-95-150-40Z" fill="#fff" opacity=".12"/>',
        *_middle(medal, ground),
        *_pearls(medal, metal),
        "</svg>",
    ]
    return "".join(parts)


def metal_of(medal: Medal) -> str:
    """The metal of a tier's rim: by its name, else by its rank; gold where there is only one tier."""
    if medal.tier in METALS:
        return medal.tier
    if medal.tiers == 1:
        return "gold"
    names = tuple(METALS)
    return names[min(medal.rank, len(names) - 1)]


def _paints(metal: tuple[str, str, str], ground: str) -> Iterator[str]:
    light, middle, dark = metal
    yield '<linearGradient id="rim" x1="0" y1="0" x2=".7" y2="1">'
    yield f'<stop stop-color="{light}"/><stop offset=".5" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/>'
    yield '</linearGradient><linearGradient id="rim2" x1=".3" y1="1" x2="0" y2="0">'
    yield f'<stop stop-color="{light}"/><stop offset="1" stop-color="{middle}"/></linearGradient>'
    yield '<radialGradient id="ground" cx=".4" cy=".3" r=".9">'
    yield f'<stop stop-color="{at_lightness(ground, 0.55)}"/><stop offset=".55" stop-color="{ground}"/>'
    yield f'<stop offset="1" stop-color="{at_lightness(ground, 0.22)}"/></radialGradient>'
    yield '<clipPath id="disc"><circle r="150"/></clipPath>'


def _outline(kind: int) -> list[tuple[float, float]]:
    """Corners of the rim: scalloped, a rounded star of twelve, an octagon, or a hexagon."""
    match kind:
        case 0:
            return [_at(index * 5, 218 + 12 * cos(index * 5 * pi / 180 * 12)) for index in range(72)]
        case 1:
            return [_at(index * 15, 230 if index % 2 else 206) for index in range(24)]
        case 2:
            return [_at(index * 45 + 22.5, 232) for index in range(8)]
        case _:
            return [_at(index * 60 + 30, 240) for index in range(6)]


def _at(degrees: float, radius: float) -> tuple[float, float]:
    angle = degrees * pi / 180
    return radius * cos(angle), radius * sin(angle)


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _ribbon(medal: Medal, digest: bytes) -> Iterator[str]:
    """Two tails under the medal, in the second colour."""
    colour = medal.accent or GROUNDS[(digest[0] + 3) % len(GROUNDS)]
    for side in (-1, 1):
        yield (
            f'<path d="M{side * 40} 120L{side * 150} 246L{side * 96} 232L{side * 66} 250L{side * -6} 150Z" '
            f'fill="{colour}" stroke="#0000002e" stroke-width="3"/>'
        )


def _middle(medal: Medal, ground: str) -> Iterator[str]:
    if medal.picture:
        yield f'<image href="{medal.picture}" x="-150" y="-150" width="300" height="300" clip-path="url(#disc)"/>'
        return
    glyph = GLYPHS[medal.icon]
    shadow = 'fill="#000" opacity=".22" fill-rule="evenodd"'
    yield f'<path d="{glyph}" transform="translate(-99 -96) scale(8.25)" {shadow}/>'
    yield (
        f'<path d="{glyph}" transform="translate(-99 -102) scale(8.25)" fill="{ink_on(ground)}" fill-rule="evenodd"/>'
    )


def _pearls(medal: Medal, metal: tuple[str, str, str]) -> Iterator[str]:
    """One for each tier that the badge has, full up to this one."""
    if medal.tiers == 1:
        return
    first = 90 + (medal.tiers - 1) * 7.5
    for index in range(medal.tiers):
        x, y = _at(first - index * 15, 184)
        fill = "#fffdf4" if index <= medal.rank else metal[2]
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="{fill}" stroke="{metal[2]}" stroke-width="4"/>'
