"""What members say of themselves: their settings, and what they consent to, one purpose at a time."""

from typing import Any

import orjson
import sqlalchemy as sa

from engage.kernel.ids import new_id
from engage.kernel.refusals import NotFound
from engage.ledger import BOOK
from engage.members.directory import require_book
from engage.members.tables import CONSENT, MEMBER, MEMBER_BY_ID, Consent, Member, consent
from engage.storage.work import Work

EDITABLE = ("nickname", "locale", "time_zone", "plays_per_day", "personalisation", "large_text")


def change_profile(work: Work, member_id: str, changes: dict[str, Any]) -> Member:
    """Change some of `EDITABLE`; None clears `nickname` and `plays_per_day`. Refuses with NotFound."""
    row = work.fetch(MEMBER_BY_ID, member_id)
    if row is None:
        raise NotFound("There is no such member.")
    for name, value in changes.items():
        setattr(row, name, int(value) if isinstance(value, bool) else value)
    row.updated_at = work.now_ms
    work.change(MEMBER, row)
    return row


def record_consent(work: Work, member_id: str, purpose: str, *, granted: bool) -> Consent:
    """Record that a member allows a purpose, or no longer does. Refuses with NotFound."""
    book = require_book(work, member_id)
    row = Consent(new_id("con", work.now_ms), member_id, purpose, int(granted), work.now_ms)
    work.insert(CONSENT, row)
    data = orjson.dumps({"purpose": purpose, "granted": granted}).decode()
    work.append("consent.changed", f"consent:{row.id}", data, member=book)
    work.change(BOOK, book)
    return row


def read_consents(connection: sa.Connection, member_id: str) -> dict[str, bool]:
    """The last word on each purpose."""
    rows = connection.execute(
        sa.select(consent).where(consent.c.member == member_id).order_by(consent.c.recorded_at, consent.c.id)
    )
    return {row.purpose: bool(row.granted) for row in rows}
