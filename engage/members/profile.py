"""What members say of themselves: their settings, and what they consent to, one purpose at a time."""

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from engage.kernel.clock import DAY_MS
from engage.kernel.ids import new_id
from engage.kernel.refusals import NotFound
from engage.ledger import BOOK
from engage.members.directory import get_member, require_book
from engage.members.tables import CONSENT, MEMBER, MEMBER_TO_CHANGE, Consent, Member, consent
from engage.storage.work import Work

EDITABLE = ("nickname", "locale", "time_zone", "plays_per_day", "personalisation", "large_text")


def change_profile(work: Work, member_id: str, wanted: Mapping[str, Any]) -> Member:
    """Change some of `EDITABLE`; None clears `nickname` and `plays_per_day`. Refuses with NotFound, also once erased.

    A limit of one's own holds at once. One that is loosened does so a day later: who set it knew what it was for.
    """
    row, changes = work.fetch(MEMBER_TO_CHANGE, member_id), dict(wanted)
    if row is None or row.is_erased:
        raise NotFound("There is no such member.")
    if "plays_per_day" in changes:
        _limit(row, changes.pop("plays_per_day"), work.now_ms)
    for name, value in changes.items():
        setattr(row, name, int(value) if isinstance(value, bool) else value)
    row.updated_at = work.now_ms
    work.change(MEMBER, row)
    return row


def _limit(row: Member, wanted: int | None, now_ms: int) -> None:
    present = row.own_limit(now_ms)
    row.plays_per_day, row.looser_plays_per_day, row.looser_from = present, None, None
    if present is None or (wanted is not None and wanted <= present):
        row.plays_per_day = wanted
    else:
        row.looser_plays_per_day, row.looser_from = wanted, now_ms + DAY_MS


def record_consent(work: Work, member_id: str, purpose: str, *, granted: bool) -> Consent:
    """Record that a member allows a purpose, or no longer does. Refuses with NotFound, also once they were erased.

    The member's consents sort by id in the order in which the book was locked: many may share an instant, within which
    ids are random, so each takes an instant after that of the one before.
    """
    book = require_book(work, member_id)
    get_member(work.connection, member_id)
    query = sa.select(sa.func.count(), sa.func.max(consent.c.recorded_at)).where(consent.c.member == member_id)
    count, last_ms = work.connection.execute(query).one()
    row_id = new_id("con", max(work.now_ms, last_ms or 0) + count)
    row = Consent(row_id, member_id, purpose, int(granted), work.now_ms)
    work.insert(CONSENT, row)
    data = orjson.dumps({"purpose": purpose, "granted": granted}).decode()
    work.append("consent.changed", f"consent:{row.id}", data, member=book)
    work.change(BOOK, book)
    return row


def read_consents(connection: sa.Connection, member_id: str) -> dict[str, bool]:
    """The last word on each purpose."""
    rows = connection.execute(sa.select(consent).where(consent.c.member == member_id).order_by(consent.c.id))
    return {row.purpose: bool(row.granted) for row in rows}
