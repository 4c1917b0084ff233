"""What people read, in their language. The English text is the key; one gettext catalogue a language lies beside.

The catalogues are read as they are written, so there is nothing to compile: not in a checkout, not in a wheel.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.dates import get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import current_app, g, has_request_context, request

ENGLISH = "en"
LANGUAGE_COOKIE = "engage_language"
PROFILE = "engage.language_of_profile"
CATALOGUES = Path(__file__).parents[1] / "translations"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def languages() -> tuple[str, ...]:
    """The tags of all languages that pages speak, English first."""
    found = (path.parents[1].name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))
    return (ENGLISH, *sorted(name.replace("_", "-") for name in found))


def language() -> str:
    """The language of this request: as chosen on a page, else as the member's profile says, else as the browser does.

    Outside of a request it is English.
    """
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = next(filter(None, (match_language(tag) for tag in _wanted() if tag)), ENGLISH)
    found: str = g.language
    return found


def _wanted() -> Iterator[str | None]:
    """Tags of languages, the most wanted first. Nobody asks the database when the page was told already."""
    yield request.args.get("language")
    yield request.cookies.get(LANGUAGE_COOKIE)
    yield current_app.extensions.get(PROFILE, lambda: None)()
    yield from request.accept_languages.values()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Say what is said inside, in a request, in the language of ours that is nearest to `tag`, else in English."""
    before = language()
    g.language = match_language(tag) or ENGLISH
    try:
        yield
    finally:
        g.language = before


def match_language(tag: str) -> str | None:
    """The language of ours that is nearest to a tag such as `zh`, `zh_CN` or `en-GB`; None if none is near."""
    wanted = tag.replace("_", "-").lower()
    near = [each for each in languages() if each.lower().partition("-")[0] == wanted.partition("-")[0]]
    return next((each for each in near if each.lower() == wanted), next(iter(near), None))


def gettext(text: str, **values: object) -> str:
    """A text in the language of this request, its `{name}` placeholders filled."""
    return _fill(_translations(language()).gettext(text), values)


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """A text that depends on a number, which fills `{n}`."""
    return _fill(_translations(language()).ngettext(one, many, n), {"n": n, **values})


def format_date(when: date, zone: str = "UTC") -> str:
    """A day. A moment is told as the day that it falls on in the zone."""
    day = when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when
    return babel_date(day, "long", locale=_locale(language()))


def format_datetime(when: datetime, zone: str = "UTC") -> str:
    """A moment as day and time in the zone."""
    locale, local = _locale(language()), when.astimezone(ZoneInfo(zone))
    day, time = babel_date(local, "medium", locale=locale), babel_time(local, "short", locale=locale)
    return str(get_datetime_format("medium", locale=locale)).format(time, day)


def format_number(value: float) -> str:
    """A number."""
    return format_decimal(value, locale=_locale(language()))


def _fill(text: str, values: dict[str, object]) -> str:
    """Placeholders without a value stay, so that the fault is seen; what is filled in is never looked into."""

    def written(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        return format_number(value) if isinstance(value, int | float) else str(value)

    return PLACEHOLDER.sub(written, text)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@cache
def _translations(tag: str) -> NullTranslations:
    if tag == ENGLISH:
        return NullTranslations()
    path = CATALOGUES / tag.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(path.read_bytes()), locale=_locale(tag)))
    compiled.seek(0)
    return Translations(compiled)
