"""The end of a pause: turns last longer by its length, and only then play goes on.

There may be any number of lots, so they are moved in short transactions while the campaign is still paused. The
campaign's row says how far that is, so a resumption that was cut short is taken up where it stood.
"""

from collections.abc import Sequence
from functools import partial

import orjson

from engage.campaigns.changes import (
    Campaign,
    announce,
    get_campaign,
    lock_campaign,
    record_change,
    require_allowed,
    require_person,
    save_campaign,
)
from engage.campaigns.office import Office
from engage.campaigns.terms import TERMS
from engage.catalogue import set_states
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict
from engage.ledger import extend_lots, find_lots_to_extend
from engage.storage.work import Work

MARGIN_MS = 60_000
"""A pause counts until a little after its end is asked for, since the resumption takes time."""


def resume(office: Office, campaign_id: str, by: str) -> int:
    """Go on after a pause; how many lots of turns were made to last longer.

    Each lot that holds turns and had not expired when the pause began expires later by the length of the pause (from
    the lot's own beginning, if it was given meanwhile) and by a minute, or what the resumption took, more. Refuses with
    NotFound, then Conflict unless the campaign is paused.
    """
    person = require_person(by, "by")
    margin_ms, extended = MARGIN_MS, 0
    while True:
        row = office.writer.run(partial(_begin, campaign_id=campaign_id, margin_ms=margin_ms))
        extended += _extend_all(office, row)
        if office.writer.run(lambda work: _finish(work, office, campaign_id, person)):
            return extended
        margin_ms *= 2


def _begin(work: Work, campaign_id: str, margin_ms: int) -> Campaign:
    """Fix the instant that the pause counts to, unless a resumption that was cut short did so."""
    row = lock_campaign(work, campaign_id)
    require_allowed(row, "resume")
    if row.resuming_at is None:
        until = work.now_ms + margin_ms
        save_campaign(work, campaign_id, resuming_at=until, extended_lot="")
    return get_campaign(work.connection, campaign_id)


def _extend_all(office: Office, row: Campaign) -> int:
    """Move all lots on from where the campaign's row says, a thousand a transaction; how many they were."""
    since, until, after = _progress(row)
    total = 0
    while True:
        with office.reader.connect() as connection:
            assets = office.publisher.assets(connection, row.id)
            lots = find_lots_to_extend(connection, assets, since, until, after)
        if not lots:
            return total
        total += office.writer.run(partial(_extend, row=row, assets=assets, lots=lots, after=after))
        after = lots[-1]


def _extend(work: Work, row: Campaign, assets: Sequence[str], lots: Sequence[str], after: str) -> int:
    """Move these lots. Refuses with Conflict if somebody else resumes the campaign at the same time, or ended it."""
    since, until, _ = _progress(row)
    if _progress(lock_campaign(work, row.id)) != (since, until, after):
        raise Conflict(f"Somebody else is changing {row.id} at this moment. Look at it again.")
    count = extend_lots(work, lots, assets, since, until)
    save_campaign(work, row.id, extended_lot=lots[-1])
    data = orjson.dumps({"campaign": row.id, "lots": count, "since": since, "until": until, "last": lots[-1]})
    work.append("turns.extended", f"extension:{row.id}:{until}:{lots[-1]}", data.decode())
    return count


def _finish(work: Work, office: Office, campaign_id: str, by: str) -> bool:
    """Go on, or, if the resumption took so long that turns may have expired again, ask for another round."""
    row = lock_campaign(work, campaign_id)
    require_allowed(row, "resume")
    _, until, _ = _progress(row)
    if work.now_ms > until:
        save_campaign(work, campaign_id, paused_at=until, resuming_at=None, extended_lot=None)
        return False
    made = record_change(work, campaign_id, "resume", by, row.published or "")
    office.publisher.resume(work, made)
    set_states(work, row.id, TERMS, "live")
    save_campaign(work, campaign_id, state="live", paused_at=None, resuming_at=None, extended_lot=None)
    announce(work, made, counted_to=render_ms(until))
    return True


def _progress(row: Campaign) -> tuple[int, int, str]:
    """From when and to when the pause is counted, and the last lot that was moved; (0, 0, "") if nobody resumes it."""
    if row.paused_at is None or row.resuming_at is None or row.extended_lot is None:
        return 0, 0, ""
    return row.paused_at, row.resuming_at, row.extended_lot
