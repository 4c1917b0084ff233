"""Erasing a person (C21): the one link from them to their books goes, and with it all that was said of them.

Ledger, receipts and log know members by a random id, so they stay as they are: facts about nobody.
"""

from engage.events import erase_events
from engage.kernel.refusals import NotFound
from engage.ledger import BOOK
from engage.members.directory import require_book
from engage.members.tables import MEMBER, MEMBER_TO_CHANGE
from engage.storage.work import Work

MEMBER_ERASED = "member.erased"
"""What the log calls it."""


def erase_member(work: Work, member_id: str) -> None:
    """Empty a member's row, and what came in from outside about them. Refuses with NotFound, also if it was done.

    Whoever the brand sends by the same external id from now on is somebody new.
    """
    row = work.fetch(MEMBER_TO_CHANGE, member_id)
    if row is None or row.external_id is None:
        raise NotFound("There is no such member.")
    book = require_book(work, member_id)
    erase_events(work, row.external_id)
    row.external_id = row.nickname = row.birth_date = None
    row.attributes = "{}"
    row.plays_per_day = row.looser_plays_per_day = row.looser_from = None
    row.personalisation = row.large_text = 0
    row.updated_at = work.now_ms
    work.change(MEMBER, row)
    work.append(MEMBER_ERASED, f"erasure:{member_id}", member=book)
    work.change(BOOK, book)
