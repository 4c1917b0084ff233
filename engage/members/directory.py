"""The brand's description of its members: made and changed by their external id, which only this table knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import orjson
import sqlalchemy as sa

from engage.events import apply_parked
from engage.kernel.ids import random_id
from engage.kernel.refusals import InvalidRequest, NotFound
from engage.ledger import BOOK, BOOK_BY_MEMBER, Book
from engage.members.tables import MEMBER, MEMBER_BY_EXTERNAL_ID, Member, member
from engage.storage.names import lock_names
from engage.storage.work import Work

DEFAULT_LOCALE, DEFAULT_ZONE = "zh-CN", "Asia/Shanghai"
LOCALES = ("zh-CN", "en")
_ZONES = frozenset(available_timezones())


@dataclass(frozen=True)
class Description:
    """What the brand says of a member; None leaves a field as it is."""

    external_id: str
    nickname: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    birth_date: str | None = None
    insider: bool | None = None
    attributes: Mapping[str, Any] | None = None


def require_zone(zone: str | None) -> None:
    """Refuses with InvalidRequest unless the zone is in the IANA database."""
    if zone is not None and zone not in _ZONES:
        errors = [{"field": "time_zone", "message": "no IANA time zone, such as Asia/Shanghai"}]
        raise InvalidRequest("time_zone must be an IANA time zone, such as Asia/Shanghai.", errors=errors)


def require_past_date(birth_date: str | None, today: date) -> None:
    """Refuses with InvalidRequest unless the date is a calendar date before today."""
    if birth_date is None:
        return
    try:
        is_past = date.fromisoformat(birth_date) < today
    except ValueError:
        is_past = False
    if not is_past:
        errors = [{"field": "birth_date", "message": "no date before today, YYYY-MM-DD"}]
        raise InvalidRequest("birth_date must be a date before today, YYYY-MM-DD.", errors=errors)


def upsert_all(work: Work, descriptions: Sequence[Description]) -> list[tuple[Member, bool]]:
    """Make members or change what the brand said of them, in this order; each, and whether it is new.

    All are read by one statement, which locks them in one order, so that two batches can't wait for each other.
    """
    named = sorted({described.external_id for described in descriptions})
    work.load(MEMBER_BY_EXTERNAL_ID, named)
    found = work.found[MEMBER_BY_EXTERNAL_ID]
    if unknown := [external_id for external_id in named if found.get(external_id) is None]:
        lock_names(work.connection, unknown)
    for external_id in named:
        found.setdefault(external_id, None)
    return [_upsert(work, described) for described in descriptions]


def upsert(work: Work, described: Description) -> tuple[Member, bool]:
    """Make a member or change what the brand said of one; the member, and whether it is new."""
    return upsert_all(work, [described])[0]


def _upsert(work: Work, described: Description) -> tuple[Member, bool]:
    known = work.find(MEMBER_BY_EXTERNAL_ID, described.external_id)
    if known is None:
        return _register(work, described), True
    for name in ("nickname", "locale", "time_zone", "birth_date"):
        value = getattr(described, name)
        if value is not None:
            setattr(known, name, value)
    if described.insider is not None:
        known.insider = int(described.insider)
    if described.attributes is not None:
        known.attributes = orjson.dumps(dict(described.attributes)).decode()
    known.updated_at = work.now_ms
    work.change(MEMBER, known)
    return known, False


def _register(work: Work, described: Description) -> Member:
    row = Member(
        random_id("mem"),
        described.external_id,
        described.nickname,
        described.locale or DEFAULT_LOCALE,
        described.time_zone or DEFAULT_ZONE,
        described.birth_date,
        int(described.insider or False),
        orjson.dumps(dict(described.attributes or {})).decode(),
        plays_per_day=None,
        looser_plays_per_day=None,
        looser_from=None,
        personalisation=1,
        large_text=0,
        created_at=work.now_ms,
        updated_at=work.now_ms,
    )
    book = Book(row.id, 0, 0, 0, 0, 0)
    work.insert(MEMBER, row)
    work.insert(BOOK, book)
    work.append("member.registered", f"member:{row.id}", member=book)
    apply_parked(work, described.external_id, book)
    return row


def access_member(connection: sa.Connection, external_id: str) -> Member:
    """The member that the brand knows by this id. Refuses with NotFound."""
    row = connection.execute(sa.select(member).where(member.c.external_id == external_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such member. Make one with PUT /v1/members/{ext}.")
    return Member(*row)


def get_member(connection: sa.Connection, member_id: str) -> Member:
    """A member by id. Refuses with NotFound, also once they were erased."""
    row = connection.execute(sa.select(member).where(member.c.id == member_id)).one_or_none()
    if row is None or row.external_id is None:
        raise NotFound("There is no such member.")
    return Member(*row)


def was_erased(connection: sa.Connection, member_id: str) -> bool:
    """Whether a person stood behind this id and does no more."""
    of_nobody = sa.select(member.c.id).where(member.c.id == member_id, member.c.external_id.is_(None))
    return connection.execute(of_nobody).first() is not None


def find_books_by_external_id(work: Work, names: Collection[str]) -> dict[str, Book]:
    """The books of the members that the brand knows by these names, locked in one order; unknown ones are left out.

    The names of those are locked, so that nobody becomes a member by one of them before this is committed.
    """
    ids = _find_ids(work, names)
    if unknown := set(names) - ids.keys():
        lock_names(work.connection, unknown)
        ids |= _find_ids(work, unknown)
    if ids:
        work.load(BOOK_BY_MEMBER, sorted(ids.values()))
    books = work.found.get(BOOK_BY_MEMBER, {})
    return {external_id: _with_changes(work, books[id_]) for external_id, id_ in ids.items()}


def _find_ids(work: Work, names: Collection[str]) -> dict[str, str]:
    rows = work.connection.execute(sa.select(member.c.external_id, member.c.id).where(member.c.external_id.in_(names)))
    return {row.external_id: row.id for row in rows}


def _with_changes(work: Work, book: Book) -> Book:
    """A book whose position the caller is about to raise."""
    work.change(BOOK, book)
    return book


def find_nicknames(connection: sa.Connection, members: Collection[str]) -> dict[str, str | None]:
    """The nicknames of members by id; None where one has none."""
    rows = connection.execute(sa.select(member.c.id, member.c.nickname).where(member.c.id.in_(members)))
    return {row.id: row.nickname for row in rows}


def get_locale(connection: sa.Connection, member_id: str) -> str:
    """The language of a member's profile. Refuses with NotFound."""
    return get_member(connection, member_id).locale


def require_book(work: Work, member_id: str) -> Book:
    """The member's book, locked. Refuses with NotFound."""
    book = work.fetch(BOOK_BY_MEMBER, member_id)
    if book is None:
        raise NotFound("There is no such member.")
    return book
