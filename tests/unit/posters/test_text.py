"""Text on a poster: only what can be drawn, in lines that fit, with no word and no punctuation torn off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.posters.text import ELLIPSIS, SANS, SERIF, drawable, fit, width_of

SIZES = (60, 40, 20)
LETTERS = st.text(st.sampled_from("周年庆大转盘 ABCdef，。！12"), min_size=1, max_size=60)  # noqa: RUF001  as Chinese is written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("周年庆大转盘", "周年庆大转盘"),
        ("  two\n lines\t", "two lines"),
        ("win 🎉 now", "win now"),
        ("a\u202eb\u200bc\x00d\ud800e", "abcde"),
        ("cafe\u0301", "café"),
        ("龘靐齉", "龘靐齉"),
        ("May\u00a01,  2026", "May\u00a01, 2026"),
        ("🎉", ""),
        ("", ""),
    ],
)
def test_what_no_font_can_draw_is_left_out(text: str, shown: str) -> None:
    assert drawable(text) == shown


@pytest.mark.parametrize("family", [SANS, SERIF])
def test_both_fonts_know_chinese_and_latin(family: str) -> None:
    assert drawable("刮刮卡 Scratch & win, 100 % – “yes”", family) == "刮刮卡 Scratch & win, 100 % – “yes”"


@given(text=LETTERS, width=st.integers(150, 600), most=st.integers(1, 3))
def test_every_line_fits_and_nothing_is_lost_unless_it_is_cut_off(text: str, width: int, most: int) -> None:
    text = drawable(text)
    block = fit(text, width, SIZES, most)
    assert len(block.lines) <= most
    assert block.size in SIZES
    for line in block.lines:
        assert width_of(line, block.size) <= width
    whole = "".join(block.lines).replace(" ", "")
    if whole.endswith(ELLIPSIS):
        assert block.size == SIZES[-1]
        assert text.replace(" ", "").startswith(whole.removesuffix(ELLIPSIS))
    else:
        assert whole == text.replace(" ", "")


def test_a_title_is_as_large_as_it_can_be() -> None:
    assert fit("周年庆", 600, SIZES, 2).size == 60
    assert fit("周年庆大转盘" * 3, 600, SIZES, 1).size == 20


def test_a_word_is_not_torn_apart_while_a_smaller_size_would_do() -> None:
    assert fit("Anniversary wheel", 260, (60, 40, 20), 2).lines == ("Anniversary", "wheel")


def test_what_belongs_together_stays_on_one_line() -> None:
    assert fit("from May\u00a01 to June\u00a02", 330, (40,), 2).lines == ("from May\u00a01", "to June\u00a02")


def test_lines_are_even() -> None:
    first, second = fit("周年庆大转盘", 250, (60,), 2).lines
    assert (first, second) == ("周年庆", "大转盘")


@given(count=st.integers(1, 30))
def test_no_line_begins_with_what_closes_a_sentence(count: int) -> None:
    block = fit("中" * count + "，好。" * 3, 300, (40, 30), 6)  # noqa: RUF001  as Chinese is written
    assert all(line[0] not in "，。" for line in block.lines)  # noqa: RUF001  as Chinese is written
