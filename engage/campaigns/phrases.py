"""Words that a campaign's texts must not hold: clauses that the law makes void (C15), and money as a prize (C12)."""

import re
import unicodedata
from collections.abc import Iterator

_VOID_CLAUSES = (
    "概不退还",
    "概不退换",
    "概不负责",
    "一律不支持退换",
    "一律不退",
    "恕不退换",
    "不予退换",
    "最终解释权",
    "解释权归",
    "final interpretation",
    "no refunds under any circumstances",
    "accepts no liability whatsoever",
)
_CASH = ("现金", "红包", "礼金", "礼品卡", "购物卡", "预付卡", "储值卡", "提现")
_CASH_WORDS = re.compile(r"\b(cash|gift ?cards?|prepaid|pre-paid|red packets?|gift money|stored[- ]value)\b")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")


def find_void_clauses(words: str) -> Iterator[str]:
    """The phrases in a text that the law makes void, however they are spaced."""
    plain = _plain(words)
    closed = _INVISIBLE.sub("", plain)
    return (phrase for phrase in _VOID_CLAUSES if phrase in (plain if phrase.isascii() else closed))


def find_cash_words(words: str) -> Iterator[str]:
    """The words in a prize's name that mean money or something as good as money."""
    plain = _plain(words)
    closed = _INVISIBLE.sub("", plain)
    yield from (word for word in _CASH if word in closed)
    yield from dict.fromkeys(match.group() for match in _CASH_WORDS.finditer(plain))


def _plain(words: str) -> str:
    """The text in one width and case, with single spaces."""
    return _INVISIBLE.sub(" ", unicodedata.normalize("NFKC", words)).casefold()
