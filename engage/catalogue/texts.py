"""Published texts, by language, in the language of whoever reads them. Pure."""

from collections.abc import Mapping


def text_in(texts: Mapping[str, str] | None, locale: str) -> str:
    """A text in the member's language, else in its base language, else in the organiser's first one."""
    base = locale.partition("-")[0]
    for language, text in (texts or {}).items():
        if language == locale or language.partition("-")[0] == base:
            return text
    return next(iter((texts or {}).values()), "")
