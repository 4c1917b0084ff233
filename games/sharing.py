"""What a game shows of itself to people who are not signed in: its poster, its tags, and what they say.

Nothing of a member is in them, so they are the same for everyone and may be kept anywhere.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from engage.campaigns import find_picture
from engage.catalogue import text_in
from engage.kernel.clock import MILLISECOND, from_ms
from engage.posters import SIZES, Kind, Poster, Shape, paint_of, version_of
from engage.web import format_date, gettext, speaking
from games.look import GameLook, read_look
from games.revisions import NO_PRIZE, Revision

SVG, WEBP = "data:image/svg+xml;base64,", "data:image/webp;base64,"
NO_COLOUR = "#000000"


@dataclass(frozen=True, slots=True)
class Share:
    """What the tags of a game's page say. Addresses are whole, as other sites need them."""

    title: str
    description: str
    site: str
    language: str
    address: str
    picture: str
    long_picture: str
    width: int
    height: int


class Storefront:
    """Makes posters and tags. `base_url` is where members reach this server, `static` the pages' folder."""

    def __init__(self, base_url: str, static: Path) -> None:
        self._base_url, self._static = base_url.rstrip("/"), static

    def share_of(self, connection: sa.Connection, revision: Revision, language: str, over: str) -> Share:
        """The tags of a game in one of the organiser's languages; `over` as for its poster."""
        wide = self.poster_of(connection, revision, language, over, "wide", "png")
        tall = self.poster_of(connection, revision, language, over, "tall", "png")
        game = f"{self._base_url}/share/g/{revision.game}"
        (width, height) = SIZES["wide"]
        with speaking(language):
            description = gettext("{campaign} · {promise}", campaign=wide.subtitle, promise=over or wide.promise)
        return Share(
            title=wide.title,
            description=description,
            site=wide.organiser,
            language=language,
            address=wide.address,
            picture=f"{game}.png?language={language}&v={version_of(wide)}",
            long_picture=f"{game}/long.png?language={language}&v={version_of(tall)}",
            width=width,
            height=height,
        )

    def poster_of(  # noqa: PLR0913  what a poster is made from
        self, connection: sa.Connection, revision: Revision, language: str, over: str, shape: Shape, kind: Kind
    ) -> Poster:
        """A game's poster in one of the organiser's languages.

        `over` is the sentence that the game is over, which is then said instead of its period; empty while it is not.
        """
        look, texts = read_look(connection, revision.game), revision.texts
        colours = look.colours or {"brand": NO_COLOUR, "accent": NO_COLOUR}
        paint = paint_of(look.theme, **colours)
        motifs = self._static / "src" / "base" / "motifs"
        with speaking(language):
            return Poster(
                shape=shape,
                kind=kind,
                theme=look.theme,
                brand=colours["brand"],
                accent=colours["accent"],
                mechanic=texts["mechanic"],
                title=text_in(texts["title"], language),
                subtitle=text_in(texts["campaign_title"], language),
                organiser=text_in(texts["organiser"]["name"], language),
                call=_call(shape, over),
                promise=gettext("Every result is fixed before you tap, and you can check it."),
                period=over or _period(revision),
                address=f"{self._base_url}/g/{revision.game}",
                art=tuple(self._art(connection, look, revision, prize) for prize in _shown(revision)),
                hub_art=_svg(motifs / paint.hub_art),
                motif=_svg(motifs / paint.motif),
                crest=_svg(motifs / paint.crest) if paint.crest else "",
            )

    def _art(self, connection: sa.Connection, look: GameLook, revision: Revision, prize: str) -> str:
        """The art of a prize as data."""
        if prize in look.pictures:
            picture = find_picture(connection, look.pictures[prize]["large"])
            assert picture is not None, "a game's look never names a picture that is not there"
            return WEBP + base64.b64encode(picture).decode()
        icon = look.art_of(None if prize == NO_PRIZE else revision.prizes[prize])
        return _svg(self._static / "src" / "faces" / "art" / f"{icon}.svg")


def _shown(revision: Revision) -> Iterator[str]:
    """What the slices pay first, or what the deck holds, in order, beginning with what comes most often."""
    if revision.deck:
        yield from (prize for prize, _ in revision.deck["counts"] if prize != NO_PRIZE)
        return
    slots = revision.tables[0].slots
    first = max(range(len(slots)), key=lambda number: slots[number].weight)
    yield from (slot.chain[0] for slot in (*slots[first:], *slots[:first]))


def _call(shape: Shape, over: str) -> str:
    """What whoever sees a poster is asked to do; nothing where the game is over."""
    if over:
        return gettext("This game is over")
    return gettext("Scan, or press and hold, to play") if shape == "tall" else gettext("Play now")


def _period(revision: Revision) -> str:
    """When the game can be played, in days of its own time zone, and by whom."""
    zone = revision.document["time_zone"]
    opens, closes = from_ms(revision.opens_ms), from_ms(revision.closes_ms) - MILLISECOND
    days = {"opens": _unbroken(format_date(opens, zone)), "closes": _unbroken(format_date(closes, zone))}
    age = revision.policy.minimum_age
    if age:
        return gettext("{opens} to {closes}, for people of {age} or older", **days, age=age)
    return gettext("{opens} to {closes}", **days)


def _unbroken(day: str) -> str:
    """A day that stays on one line."""
    return day.replace(" ", "\u00a0")


@cache
def _svg(path: Path) -> str:
    return SVG + base64.b64encode(path.read_bytes()).decode()
