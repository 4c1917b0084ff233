"""The card that other sites show of a badge that somebody shares: 1200 × 630, as SVG. Pure.

It says what the badge is and who awards it; whose it is only where that person wants it.
"""

from dataclasses import dataclass
from html import escape

from engage.kernel.colours import at_lightness, carrying, ink_on, mixed
from engage.posters import SANS, Block, drawable, fit

WIDTH, HEIGHT = 1200, 630
GROUND = "#14504a"
X, ROOM = 560, 560


@dataclass(frozen=True, slots=True)
class BadgeCard:
    """What a card says and shows. `medal` is a data address; `holder` and `brand` may be empty."""

    title: str
    tier: str
    description: str
    organiser: str
    holder: str
    since: str
    brand: str
    medal: str


def compose(card: BadgeCard) -> str:
    """The card's SVG."""
    ground = carrying(card.brand or GROUND).colour
    ink = ink_on(ground)
    soft = mixed(ink, ground, 0.2)
    title = fit(drawable(card.title), ROOM, (84, 76, 68, 60, 52, 46), 2)
    tier = fit(drawable(card.tier), ROOM, (40, 34), 1)
    words = fit(drawable(card.description), ROOM, (32, 28, 25), 3)
    holder = fit(drawable(card.holder), ROOM, (34, 30, 26), 1)
    since = fit(drawable(card.since), ROOM, (26, 23), 1)
    rows = [(tier, soft), (title, ink), (words, ink), (holder, ink), (since, soft)]
    shown = [(block, colour) for block, colour in rows if block.lines]
    y = (HEIGHT - sum(_height(block) + 18 for block, _ in shown)) / 2 + 24
    parts = [_stage(ground), f'<image href="{card.medal}" x="40" y="75" width="480" height="480"/>']
    parts.append(_lines(fit(drawable(card.organiser), ROOM, (28, 25, 22), 1), 72, soft))
    for block, colour in shown:
        parts.append(_lines(block, y + block.size * 0.92, colour))
        y += _height(block) + 18
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'


def _stage(ground: str) -> str:
    middle, edge = at_lightness(ground, 0.5), at_lightness(ground, 0.22)
    return (
        '<defs><radialGradient id="stage" cx=".24" cy=".5" r=".9">'
        f'<stop stop-color="{mixed(ground, middle, 0.5)}"/><stop offset=".45" stop-color="{ground}"/>'
        f'<stop offset="1" stop-color="{mixed(ground, edge, 0.45)}"/></radialGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#stage)" opacity=".8"/>'
    )


def _height(block: Block) -> float:
    return len(block.lines) * block.size * 1.25


def _lines(block: Block, y: float, colour: str) -> str:
    return "".join(
        f'<text x="{X}" y="{y + number * block.size * 1.25:.1f}" font-family="{SANS}" font-size="{block.size}" '
        f'fill="{colour}">{escape(line)}</text>'
        for number, line in enumerate(block.lines)
    )
