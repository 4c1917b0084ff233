"""Who is under review: a member or a game whose books did not add up. Its commands are refused, others play on."""

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from engage.kernel.refusals import InvalidRequest, NotFound
from engage.ledger.tables import BOOK, BOOK_BY_MEMBER, Book, quarantine
from engage.storage.work import Work

GAME = sa.table("game", sa.column("id"), sa.column("under_review"))
"""The flag of a game, which stands on the game's own row."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A member or a game under review, since when (milliseconds since 1970), and why."""

    kind: str
    subject: str
    recorded_at: int
    reason: str


def quarantine_subject(work: Work, kind: str, subject: str, reason: str) -> None:
    """Put a member or a game under review; one that is stays so, for its first reason."""
    book = _lock(work, kind, subject)
    if not _is_under_review(work, kind, subject):
        values = {"kind": kind, "subject": subject, "recorded_at": work.now_ms, "reason": reason}
        work.connection.execute(sa.insert(quarantine).values(**values))
    _flag(work, kind, subject, book, under_review=1)


def lift(work: Work, kind: str, subject: str, by: str, approved_by: str) -> None:
    """Let a member or a game go on.

    Refuses with InvalidRequest unless two different people are named, then with NotFound if it is not under review.
    """
    people = [" ".join(name.split()) for name in (by, approved_by)]
    if not all(people) or len({unicodedata.normalize("NFKC", name).casefold() for name in people}) == 1:
        raise InvalidRequest("Two different people are needed: one who looked, and another who agrees.")
    book = _lock(work, kind, subject)
    if not _is_under_review(work, kind, subject):
        raise NotFound(f"The {kind} {subject} is not under review.")
    # From here it must succeed.
    work.connection.execute(
        sa.update(quarantine)
        .where(*_open(kind, subject))
        .values(lifted_at=work.now_ms, lifted_by=people[0], approved_by=people[1])
    )
    _flag(work, kind, subject, book, under_review=0)


def list_quarantined(connection: sa.Connection) -> list[Quarantined]:
    """Who and what is under review, the longest first."""
    columns = (quarantine.c.kind, quarantine.c.subject, quarantine.c.recorded_at, quarantine.c.reason)
    query = sa.select(*columns).where(quarantine.c.lifted_at.is_(None))
    return [Quarantined(*row) for row in connection.execute(query.order_by(quarantine.c.recorded_at, *columns[:2]))]


def _lock(work: Work, kind: str, subject: str) -> Book | None:
    """Lock the row that carries the flag; it is returned if it is a book."""
    if kind == "member":
        return work.fetch(BOOK_BY_MEMBER, subject)
    work.connection.execute(sa.select(GAME.c.id).where(GAME.c.id == subject).with_for_update())
    return None


def _flag(work: Work, kind: str, subject: str, book: Book | None, *, under_review: int) -> None:
    if kind == "game":
        work.connection.execute(sa.update(GAME).where(GAME.c.id == subject).values(under_review=under_review))
    elif book is not None:
        book.under_review = under_review
        work.change(BOOK, book)


def _is_under_review(work: Work, kind: str, subject: str) -> bool:
    query = sa.select(quarantine.c.subject).where(*_open(kind, subject))
    return work.connection.execute(query).first() is not None


def _open(kind: str, subject: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (quarantine.c.kind == kind, quarantine.c.subject == subject, quarantine.c.lifted_at.is_(None))
