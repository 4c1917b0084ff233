"""Posters to draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engage.posters import Poster

DOT = (
    "data:image/svg+xml;base64,"
    "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDgiPjxjaXJjbGUgY3g9IjQiIGN5PSI0IiByPSI0Ii8+PC9zdmc+"
)
POSTER = Poster(
    shape="wide",
    kind="png",
    theme="festive",
    brand="#000000",
    accent="#000000",
    mechanic="wheel",
    title="周年庆大转盘",
    subtitle="松间小馆八周年庆",
    organiser="松间餐饮管理（上海）有限公司",  # noqa: RUF001  as Chinese is written
    call="马上来玩",
    promise="结果在您点之前就已封存",
    period="2026年11月1日至2027年12月31日",
    address="https://play.example.com/g/gam_anniversary_wheel",
    art=(DOT,) * 8,
    hub_art=DOT,
    motif=DOT,
    crest="",
)


def poster(**changes: Any) -> Poster:
    """The sample with other fields."""
    return replace(POSTER, **changes)
