"""The three themes as a poster is painted in them; those of pages are in `static/src/base/themes.css`."""

from dataclasses import dataclass

from engage.kernel.colours import (
    TEXT_CONTRAST,
    WHITE,
    at_lightness,
    carrying,
    contrast,
    ink_on,
    lightness_of,
    mixed,
    readable,
)

Stops = tuple[tuple[float, str], ...]
SEEN_APART = 1.7


@dataclass(frozen=True, slots=True)
class Paint:
    """What a poster is painted with. Gradients are stops from 0 to 1; `motif` and `hub_art` are files of the pages.

    `ink` is for the headline, `soft` for what stands beside it, both on every stop of `stage`. `rim` is a metal from
    light to dark. `serif` says which of the two faces the headline is set in.
    """

    stage: Stops
    motif: str
    motif_size: int
    motif_show: float
    crest: str | None
    glow: str
    title: Stops
    ink: str
    soft: str
    serif: bool
    rim: tuple[str, str, str, str]
    ring: str
    bulbs: tuple[str, str] | None
    slices: tuple[str, str, str]
    slice_line: str
    hub: tuple[str, str]
    hub_art: str
    pointer: tuple[str, str, str]
    paper: str
    paper_line: str
    paper_ink: str
    foil: tuple[str, ...]
    foil_ink: str
    action: str
    action_ink: str
    shade: str


FESTIVE = Paint(
    stage=((0, "#cd2125"), (0.5, "#c0151c"), (1, "#8a0a15")),
    motif="waves.svg",
    motif_size=80,
    motif_show=0.15,
    crest="cloud.svg",
    glow="#ffcf6a",
    title=((0, "#fffdf2"), (0.35, "#fff4cf"), (1, "#ffdf94")),
    ink="#fff6df",
    soft="#ffeccb",
    serif=True,
    rim=("#fff8da", "#f3c65a", "#d9922a", "#a8641a"),
    ring="#7d0913",
    bulbs=("#fff6cf", "#ffd86a"),
    slices=("#fff3d9", "#cf1d24", "#f8c54a"),
    slice_line="#c98524",
    hub=("#fff7da", "#f0b545"),
    hub_art="flower.svg",
    pointer=("#fff6df", "#c98524", "#d5171f"),
    paper="#fff7e6",
    paper_line="#e0a948",
    paper_ink="#8f0f17",
    foil=("#f7d98c", "#fff6d2", "#e2ad4c", "#f8dd95", "#d49a3c", "#f3cf7c"),
    foil_ink="#552600",
    action="#ffc94a",
    action_ink="#5a1403",
    shade="#4a030b",
)
CALM = Paint(
    stage=((0, "#ffffff"), (0.55, "#f2f5f0"), (1, "#e3ebe4")),
    motif="leaves.svg",
    motif_size=240,
    motif_show=0.5,
    crest=None,
    glow="#ffffff",
    title=((0, "#22332d"), (1, "#2f5a4c")),
    ink="#22332d",
    soft="#4a5c54",
    serif=False,
    rim=("#ffffff", "#f1f4f0", "#dde3dd", "#c9d2ca"),
    ring="#f4f6f3",
    bulbs=None,
    slices=("#f6f1e6", "#bcd3c6", "#e8cdb5"),
    slice_line="#ffffff",
    hub=("#ffffff", "#eef2ed"),
    hub_art="sprig.svg",
    pointer=("#2f6b5b", "#ffffff", "#e0b48f"),
    paper="#fdfcf8",
    paper_line="#cfdad2",
    paper_ink="#22443a",
    foil=("#dfe6e1", "#f6f8f6", "#c9d4cd", "#eef2ef", "#bccac1", "#dce4de"),
    foil_ink="#34524a",
    action="#2f6b5b",
    action_ink="#ffffff",
    shade="#3c554a",
)


def paint_of(theme: str, brand: str, accent: str) -> Paint:
    """The paint of a theme; the two colours, `#rrggbb`, count for the theme `brand` only."""
    match theme:
        case "festive":
            return FESTIVE
        case "calm":
            return CALM
        case _:
            return _of_brand(brand, accent)


def _of_brand(brand: str, accent: str) -> Paint:
    """A brand's own paint, derived from its two colours so that everything on it can be read."""
    ground = carrying(brand).colour
    ink = ink_on(ground)
    stage = _stage_of(ground, ink)
    mark = carrying(accent).colour
    shown = all(contrast(mark, colour) >= SEEN_APART for _, colour in stage)
    action = mark if shown else carrying(ink).colour
    metal = tuple(at_lightness(accent, lightness, 0.13) for lightness in (0.97, 0.86, 0.74, 0.56))
    night = at_lightness(ground, 0.24, 0.09)
    pale = at_lightness(ground, 0.975, 0.02)
    soft = mixed(ink, ground, 0.14)
    return Paint(
        stage=stage,
        motif="shapes.svg",
        motif_size=220,
        motif_show=0.16,
        crest=None,
        glow=at_lightness(ground, min(0.95, lightness_of(ground) + 0.25)),
        title=((0, ink), (1, ink)),
        ink=ink,
        soft=soft if all(contrast(soft, colour) >= TEXT_CONTRAST for _, colour in stage) else ink,
        serif=False,
        rim=(metal[0], metal[1], metal[2], metal[3]),
        ring=night,
        bulbs=(at_lightness(accent, 0.98), at_lightness(accent, 0.88)),
        slices=(pale, ground, mark),
        slice_line=metal[3],
        hub=(WHITE, metal[1]),
        hub_art="spark.svg",
        pointer=(WHITE, metal[3], ground),
        paper=at_lightness(ground, 0.985, 0.012),
        paper_line=at_lightness(accent, 0.75),
        paper_ink=readable(ground, at_lightness(ground, 0.985, 0.012)).colour,
        foil=tuple(at_lightness(ground, lightness, 0.06) for lightness in (0.82, 0.95, 0.74, 0.9, 0.7, 0.84)),
        foil_ink=at_lightness(ground, 0.22, 0.06),
        action=action,
        action_ink=ink_on(action),
        shade=at_lightness(ground, max(0.1, lightness_of(ground) - 0.3)),
    )


def _stage_of(ground: str, ink: str) -> Stops:
    """Lighter in the middle and deeper at the edge, as far as the ink can still be read."""
    lightness = lightness_of(ground)
    shades = [at_lightness(ground, lightness + by) for by in (0.07, 0.0, -0.13)]
    return tuple(
        (at, shade if contrast(ink, shade) >= TEXT_CONTRAST else ground)
        for at, shade in zip((0.0, 0.5, 1.0), shades, strict=True)
    )
