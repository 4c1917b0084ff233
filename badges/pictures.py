"""Medals as they are served: SVG for pages, PNG to bake credentials into, drawn aside; the last ones are kept."""

import base64
from collections import OrderedDict
from io import BytesIO

import gevent
import resvg_py
import sqlalchemy as sa
from PIL import Image

from badges.artwork import SIDE, Medal, draw
from badges.issuing import name_of
from engage.campaigns import find_picture
from engage.catalogue import Entry

SVG, PNG = "data:image/svg+xml;base64,", "data:image/png;base64,"
KEPT = 64


class Pictures:
    """Draws medals of published badges."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def svg(self, connection: sa.Connection, entry: Entry, tier: str, language: str) -> str:
        """A tier's medal as SVG. The picture of the file, if there is one, was drawn anew when it was loaded."""
        document = entry.document
        tiers = [each["id"] for each in document["tiers"]]
        rank = tiers.index(tier)
        colours = document["colours"] or {}
        return draw(
            Medal(
                entry.id,
                tier,
                rank,
                len(tiers),
                document["icon"],
                name_of(entry, document["tiers"][rank], language),
                colours.get("brand"),
                colours.get("accent"),
                _picture(connection, document["picture"]),
            )
        )

    def png(self, svg: str) -> bytes:
        """A medal as PNG, 512 square; drawn in a thread, so that others are served meanwhile."""
        drawn = self._kept.pop(svg, None) or gevent.get_hub().threadpool.apply(_png, (svg,))
        self._kept[svg] = drawn
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return drawn


def data_address(svg: str) -> str:
    """An SVG inside of another."""
    return SVG + base64.b64encode(svg.encode()).decode()


def _png(svg: str) -> bytes:
    drawn: bytes = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, width=SIDE, height=SIDE)
    return drawn


def _picture(connection: sa.Connection, digest: str | None) -> str:
    """An uploaded picture as data; PNG, which whoever draws SVG can read."""
    data = find_picture(connection, digest) if digest else None
    if data is None:
        return ""
    out = BytesIO()
    with Image.open(BytesIO(data), formats=("WEBP",)) as picture:
        picture.save(out, "PNG")
    return PNG + base64.b64encode(out.getvalue()).decode()
