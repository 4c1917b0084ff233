"""What a campaign's look can get wrong beyond its types: a theme without its colours, and colours nobody can read."""

from collections.abc import Iterator

from pydantic import TypeAdapter

from engage.campaigns.definition import Colours
from engage.campaigns.faults import find_part
from engage.campaigns.findings import Finding, Level
from engage.campaigns.source import Place
from engage.kernel.colours import DARK, MOST_MOVED, WHITE, Shade, carrying, contrast, readable

_COLOURS: TypeAdapter[Colours] = TypeAdapter(Colours)


def check_look(look: Place) -> Iterator[Finding]:
    """All faults and warnings of the field `look`."""
    colours = find_part(_COLOURS, look["colours"].value)
    if look["theme"].value == "brand" and look["colours"].value is None:
        yield look["colours"].fault(
            "missing",
            "The theme brand is painted in your colours, but there are none.",
            'Add colours: {brand: "#0a3d91", accent: "#ffd166"} with your own.',
        )
    elif look["theme"].value != "brand" and colours is not None:
        sentence = "These colours are shown nowhere: only the theme brand is painted in them."
        yield look["colours"].finding(Level.WARN, "unused_colours", sentence, "Write theme: brand, or delete them.")
    elif colours is not None:
        yield from _check_contrast(look["colours"]["accent"], colours)


def _check_contrast(place: Place, colours: Colours) -> Iterator[Finding]:
    """The accent has to stand out on the brand's colour, where both are seen together all the time."""
    brand = carrying(colours.brand).colour
    ratio, shade = contrast(colours.accent, brand), readable(colours.accent, brand)
    found = f"{colours.accent} on {colours.brand} has a contrast of {ratio:.1f}:1; text needs 4.5:1."
    if shade.moved > MOST_MOVED:
        way_out = f"Take a much {_away_from(brand)} accent: {shade.colour} is the nearest that can be read."
        yield place.finding(Level.BLOCK, "contrast", f"{found} No shade of it near enough can be read.", way_out)
    elif shade.moved:
        yield place.finding(Level.WARN, "contrast", f"{found} {_replaced(shade)}", "Take that shade, or leave it so.")


def _away_from(ground: str) -> str:
    return "lighter" if contrast(WHITE, ground) > contrast(DARK, ground) else "darker"


def _replaced(shade: Shade) -> str:
    return f"Where it is text, {shade.colour} is taken instead."
