"""Posters as pictures: the right size, real glyphs, a code that leads to the game, and no way in through a text."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno
from PIL import Image, ImageChops

from engage.posters import SIZES, PosterNotDrawn, Workshop, version_of
from engage.posters.drawer import draw
from engage.posters.scene import QUIET, compose
from engage.posters.workshop import draw_in_child
from tests.unit.posters.samples import POSTER, poster

ROOT = Path(__file__).parents[3]
HOSTILE = [
    '"><script>alert(1)</script>',
    "</text></svg><svg onload=alert(1)>",
    "]]><!--&xxe;<!DOCTYPE x>",
    "&#x3c;image href='http://127.0.0.1/x'/&gt;",
    "url(#stage) {{ 7*7 }} %s {0}",
    "\x00\x1b[31m\u202e",
    "<image href='file:///etc/passwd'/>",
]


@cache
def picture(**changes: Any) -> Image.Image:
    with Image.open(BytesIO(draw(poster(**changes)))) as opened:
        return opened.convert("RGB")


def changed_pixels(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a part differ plainly."""
    difference = ImageChops.difference(one.crop(box), other.crop(box)).convert("L")
    return sum(difference.histogram()[60:])


@pytest.mark.parametrize(("shape", "kind"), [("wide", "png"), ("tall", "png"), ("bare", "webp")])
def test_a_poster_has_its_size_and_kind(shape: str, kind: str) -> None:
    with Image.open(BytesIO(draw(poster(shape=shape, kind=kind)))) as opened:
        assert (opened.size, opened.format) == (SIZES[shape], kind.upper())
        assert opened.info.keys() <= {"loop", "background", "timestamp", "duration"}


def test_chinese_is_drawn_with_a_glyph_for_each_character() -> None:
    titles = ["周周周周", "年年年年", "转转转转", "盘盘盘盘"]
    box = (60, 110, 600, 360)
    blank = picture(title="")
    drawn = [picture(title=title) for title in titles]
    for each in drawn:
        assert changed_pixels(blank, each, box) > 6_000
    for number, one in enumerate(drawn):
        for other in drawn[number + 1 :]:
            assert changed_pixels(one, other, box) > 2_000


@pytest.mark.parametrize(("theme", "mechanic"), [("calm", "wheel"), ("brand", "wheel"), ("festive", "scratch")])
def test_each_theme_and_game_is_another_picture(theme: str, mechanic: str) -> None:
    other = picture(theme=theme, mechanic=mechanic, brand="#0a4bb5", accent="#ffc838")
    assert changed_pixels(picture(), other, (0, 0, *SIZES["wide"])) > 50_000


def test_the_code_of_a_long_picture_leads_to_the_game() -> None:
    shown = picture(shape="tall").convert("L")
    matrix = segno.make(POSTER.address, error="m", micro=False).matrix
    side, left, top = 268, 1032 - 36 - 268, SIZES["tall"][1] - 388 + 36
    step = side / (len(matrix) + 2 * QUIET)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            x, y = left + (column + QUIET + 0.5) * step, top + (row + QUIET + 0.5) * step
            level = shown.getpixel((int(x), int(y)))
            assert isinstance(level, int)
            assert (level < 128) == bool(dark), (row, column)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("shape", ["wide", "tall"])
def test_a_text_is_only_ever_text(text: str, shape: str) -> None:
    names = ("title", "subtitle", "organiser", "call", "promise", "period")
    written = compose(poster(shape=shape, **dict.fromkeys(names, text)))
    tree = ET.fromstring(written)  # noqa: S314  what we have just written ourselves
    kinds = {element.tag.rpartition("}")[2] for element in tree.iter()}
    plain = {element.tag.rpartition("}")[2] for element in ET.fromstring(compose(poster(shape=shape))).iter()}  # noqa: S314
    assert kinds <= plain
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    for address in re.findall(r'href="([^"]*)"', written):
        assert address.startswith("data:image/")


def test_a_poster_without_any_text_is_drawn() -> None:
    names = ("title", "subtitle", "organiser", "call", "promise", "period")
    assert draw(poster(**dict.fromkeys(names, "🎉")))


@pytest.mark.parametrize("slices", [1, 2, 3, 7, 16, 100])
def test_a_wheel_of_any_size_is_drawn(slices: int) -> None:
    tree = ET.fromstring(compose(poster(art=POSTER.art[:1] * slices)))  # noqa: S314  what we have just written ourselves
    assert sum(element.tag.endswith("image") for element in tree.iter()) == slices + 2


def test_the_same_poster_is_drawn_once_and_another_one_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def note(each: Any, program: str) -> bytes:
        assert program == "engage.posters.drawer"
        drawn.append(each.title)
        return bytes(each.title.encode())

    monkeypatch.setattr("engage.posters.workshop.draw_in_child", note)
    monkeypatch.setattr("engage.posters.workshop.KEPT", 2)
    workshop = Workshop()
    for title in ("a", "b", "a", "c", "a", "b"):
        assert workshop.draw(poster(title=title)) == title.encode()
    assert drawn == ["a", "b", "c", "b"]
    assert version_of(poster(title="a")) != version_of(poster(title="b")) != version_of(poster(art=()))


def test_the_child_draws_what_this_process_would_draw() -> None:
    assert draw_in_child(POSTER) == draw(POSTER)


@pytest.mark.parametrize("program", ["engage.posters.drawer", "badges.drawer"])
def test_a_drawer_starts_without_the_server(program: str) -> None:
    """Else whoever asks for the first picture waits for all of it to be imported."""
    code = f"import sys, {program}; print(*sorted(sys.modules.keys() & {{'flask', 'gevent', 'sqlalchemy'}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_drawer_that_fails_is_a_fault_with_its_last_words() -> None:
    with pytest.raises(PosterNotDrawn, match="KeyError"):
        draw_in_child(poster(shape="not a shape"))
