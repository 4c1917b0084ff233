"""The generated sentences of the rules pages: one id, one sentence a language, named values.

Where a number decides the form, `one|many` stand side by side and `n` picks. Organisers' own texts are never here.
"""

from collections.abc import Mapping

from engage.campaigns import book_en, book_zh, sentences_en, sentences_zh
from engage.campaigns.definition import FEN_PER_YUAN

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {**sentences_zh.SENTENCES, **book_zh.SENTENCES},
    "en": {**sentences_en.SENTENCES, **book_en.SENTENCES},
}


def catalogue_for(language: str) -> str:
    """The language whose generated sentences suit this one best: zh-CN for all Chinese, else en."""
    return "zh-CN" if language.partition("-")[0] == "zh" else "en"


def name_of_language(language: str) -> str:
    """A language's own name, or its tag if no sentences exist in it."""
    return SENTENCES[language]["language"] if language in SENTENCES else language


def say(language: str, sentence: str, **values: object) -> str:
    """A sentence by its id, in the language that suits best, with its values; integers get thousands separators.

    KeyError for an unknown id or a missing value.
    """
    form = SENTENCES[catalogue_for(language)][sentence]
    one, bar, many = form.partition("|")
    if bar and values["n"] != 1:
        one = many
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return one.format(**shown)


def say_money(language: str, fen: int) -> str:
    """An amount in fen as people read it."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return say(language, "money", amount=f"{whole:,}.{rest:02d}" if rest else f"{whole:,}")
