"""What can be done with a campaign: load, publish, pause, end, kill. Each is one change, one event, one transaction.

Publishing needs two different people and a cover for everything that is promised; a campaign that runs changes only for
the better. What a campaign contains is a publisher's business, inside the same transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
import structlog

from engage.campaigns import files
from engage.campaigns.album import ReadFile, keep_pictures, read_album, read_files, read_nothing
from engage.campaigns.amendment import Amendment, Verdict, compare_campaigns, describe
from engage.campaigns.budget import Approval, PoolPlan, earning_points, fund, require_covers, return_rest
from engage.campaigns.changes import (
    ENGINE,
    Campaign,
    Change,
    announce,
    find_campaign,
    find_unsettled,
    get_campaign,
    hash_text,
    insert_campaign,
    list_campaigns,
    lock_campaign,
    record_change,
    require_allowed,
    require_person,
    require_two_people,
    save_campaign,
)
from engage.campaigns.checker import check
from engage.campaigns.definition import CampaignDefinition
from engage.campaigns.files import CampaignFile
from engage.campaigns.findings import Level
from engage.campaigns.office import Office
from engage.campaigns.pictures import Picture
from engage.campaigns.terms import TERMS, earning_document, terms_document
from engage.catalogue import publish_entry, set_states
from engage.earning import earns_on, publish_earning
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound, Refusal
from engage.storage.work import Work

LATE_MS = 3_600_000
"""So long what happened before a campaign closed may take to come in and be read, until the campaign ends by itself."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to: the campaign's revision, what got new rules, and how a running one was changed."""

    campaign: str
    revision: int
    revised: tuple[str, ...]
    amendments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Publication:
    """What was read and decided before the transaction."""

    seen: Campaign
    file: CampaignFile
    before: CampaignFile | None
    amendments: tuple[str, ...]
    by: str
    approved_by: str


def load(office: Office, text: str, by: str, read: ReadFile = read_nothing) -> str:
    """Keep a file as the draft of its campaign, byte for byte, with the pictures that it names; the campaign's id.

    Refuses with InvalidRequest, naming every fault of the file and of its pictures, and with Conflict for a campaign
    that has ended. The draft of a live campaign may be replaced: publishing it makes a new revision.
    """
    person = require_person(by, "by")
    file = files.load(text, office.sections)
    album, faults = read_album(file.source.root(), office.sections, read)
    files.require_no_fault(faults)
    return office.writer.run(lambda work: _load(work, file, album, person))


def _load(work: Work, file: CampaignFile, album: Mapping[str, Picture], by: str) -> str:
    campaign_id = file.definition.campaign_id
    row = find_campaign(work.connection, campaign_id)
    if row is not None:
        require_allowed(lock_campaign(work, campaign_id), "load")
    kept = keep_pictures(work, album)
    pictures = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()
    if row is None:
        insert_campaign(work, campaign_id, file.text, pictures)
    else:
        save_campaign(work, campaign_id, draft=file.text, draft_pictures=pictures, loaded_at=work.now_ms)
    made = record_change(work, campaign_id, "load", by, file.text)
    announce(work, made, text_hash=hash_text(file.text), pictures=kept)
    return campaign_id


def compare_draft(office: Office, campaign_id: str) -> list[Amendment]:
    """How the draft differs from what is in force, each difference judged by C2; empty for one never published."""
    with office.reader.connect() as connection:
        row = get_campaign(connection, campaign_id)
    in_force = _in_force(office, row)
    return _compare(office, in_force, _draft(office, row)) if in_force else []


def _draft(office: Office, row: Campaign) -> CampaignFile:
    return replace(files.load(row.draft, office.sections), pictures=orjson.loads(row.draft_pictures))


def _in_force(office: Office, row: Campaign) -> CampaignFile | None:
    if row.published is None:
        return None
    return replace(files.load(row.published, office.sections), pictures=orjson.loads(row.published_pictures or "{}"))


def _compare(office: Office, old: CampaignFile, new: CampaignFile) -> list[Amendment]:
    return [*compare_campaigns(old.definition, new.definition), *office.publisher.compare(old, new)]


def export(office: Office, campaign_id: str, *, draft: bool = False) -> str:
    """A campaign's file, byte for byte as it was loaded: what is in force, or the draft. Refuses with NotFound."""
    with office.reader.connect() as connection:
        row = get_campaign(connection, campaign_id)
    return row.draft if draft or row.published is None else row.published


def export_pictures(office: Office, campaign_id: str, *, draft: bool = False) -> dict[str, bytes]:
    """The pictures that the exported file names, byte for byte as they were loaded. Refuses with NotFound."""
    with office.reader.connect() as connection:
        row = get_campaign(connection, campaign_id)
        known = row.draft_pictures if draft or row.published_pictures is None else row.published_pictures
        return read_files(connection, orjson.loads(known))


def find_voucher_prize(office: Office, prize: str, campaign_id: str | None, game: str | None) -> PoolPlan:
    """The one voucher prize of this id in the drafts, where `campaign_id` and `game` (None: any) leave it only one.

    Refuses with NotFound if there is none, with InvalidRequest, naming them, if there are several.
    """
    with office.reader.connect() as connection:
        rows = [get_campaign(connection, campaign_id)] if campaign_id else list_campaigns(connection)
    plans = [
        plan
        for row in rows
        if row.state != "ended"
        for plan in office.publisher.plan(files.load(row.draft, office.sections))
        if plan.kind == "voucher" and plan.prize == prize and game in {None, plan.game}
    ]
    if not plans:
        raise NotFound(f"No draft has a voucher prize {prize}" + (f" in {game}." if game else "."))
    if len(plans) > 1:
        raise InvalidRequest(f"{prize} is a prize of {', '.join(plan.game for plan in plans)}. Say which: --game.")
    return plans[0]


def publish(office: Office, campaign_id: str, by: str, approved_by: str) -> Published:
    """Put a campaign's draft into force.

    Refuses, in this order: NotFound; Conflict in another state than draft or live; InvalidRequest unless two different
    people; Conflict with every BLOCK of the checker; Conflict naming each change that is not provably better (C2);
    Conflict naming each cover that is missing.
    """
    with office.reader.connect() as connection:
        row = get_campaign(connection, campaign_id)
        require_allowed(row, "publish")
        by, approved_by = require_two_people(by, approved_by)
        file, before = _require_publishable(office, row), _in_force(office, row)
        amendments = _require_better(office, row.id, before, file) if before else []
        _require_before_close(file, office.writer.clock.now_ms())
        earning = earning_points(file.definition)
        require_covers(connection, campaign_id, file.definition.budget, office.publisher.plan(file), earning)
    office.publisher.prepare(file)
    publication = _Publication(row, file, before, tuple(describe(amendments)), by, approved_by)
    return office.writer.run(lambda work: _publish(work, office, publication))


def _require_publishable(office: Office, row: Campaign) -> CampaignFile:
    """The draft. Refuses with Conflict, naming every BLOCK; a draft was read without faults when it was loaded."""
    file = _draft(office, row)
    blocks = check(row.draft, office.sections).at(Level.BLOCK)
    if blocks:
        raise Conflict(
            f"{row.id} can't be published:"
            + "".join(
                f"\n  {item.code} (line {item.line}): {item.sentence} {item.way_out}".rstrip() for item in blocks
            ),
            errors=[
                {"line": str(item.line), "path": item.path, "code": item.code, "detail": item.sentence}
                for item in blocks
            ],
        )
    return file


def _require_better(office: Office, campaign_id: str, old: CampaignFile, new: CampaignFile) -> list[Amendment]:
    """How a running campaign changes. Refuses with Conflict, naming what C2 forbids, and if nothing changes."""
    amendments = _compare(office, old, new)
    if refused := [each for each in amendments if each.verdict is Verdict.REFUSED]:
        raise Conflict(
            f"{campaign_id} runs, and these changes are not provably better for members (C2). Make a new game."
            + "".join(f"\n  {each.path}: {each.sentence}" for each in refused)
        )
    if not amendments:
        raise Conflict(f"The draft of {campaign_id} says nothing else than what is in force.")
    return amendments


def _require_before_close(file: CampaignFile, now_ms: int) -> None:
    closes_ms = file.definition.closes_ms
    if closes_ms <= now_ms:
        raise Conflict(f"closes_at has passed ({render_ms(closes_ms)}). Set a later one and load the file again.")


def _publish(work: Work, office: Office, publication: _Publication) -> Published:
    seen, file, by, approved_by = publication.seen, publication.file, publication.by, publication.approved_by
    row = lock_campaign(work, seen.id)
    if _state_of(row) != _state_of(seen):
        raise Conflict(f"Somebody else changed {row.id} meanwhile. Look at it again, then publish.")
    budget, plans = file.definition.budget, office.publisher.plan(file)
    office.publisher.lock(work, row.id)
    office.publisher.require_publishable(work, file)
    earning = earning_points(file.definition)
    require_covers(work.connection, row.id, budget, plans, earning)
    # From here it must succeed.
    made = record_change(work, row.id, "publish", by, file.text, approved_by)
    before = publication.before.definition if publication.before else None
    more = earning - earning_points(before)
    fund(work, Approval(row.id, made.cause, by, approved_by), budget, before.budget if before else None, plans, more)
    _put_terms_into_force(work, file.definition)
    revised = office.publisher.publish(work, file, made)
    revision, told = row.revision + 1, publication.amendments
    save_campaign(
        work,
        row.id,
        state="live",
        published=file.text,
        published_pictures=row.draft_pictures,
        revision=revision,
    )
    announce(work, made, revision=revision, revised=revised, amendments=told, text_hash=hash_text(file.text))
    return Published(row.id, revision, tuple(revised), told)


def _put_terms_into_force(work: Work, campaign: CampaignDefinition) -> None:
    id_, opens_ms, closes_ms = campaign.campaign_id, campaign.opens_ms, campaign.closes_ms
    document = terms_document(campaign)
    publish_entry(work, kind=TERMS, id_=id_, campaign=id_, opens_at=opens_ms, closes_at=closes_ms, document=document)
    if campaign.earning is not None:
        document = earning_document(campaign.earning, campaign)
        publish_earning(work, id_, opens_ms, closes_ms, document)


def _state_of(row: Campaign) -> tuple[str | None, ...]:
    """What must not change between looking at a campaign and publishing it."""
    return row.state, row.draft, row.draft_pictures, row.published, row.published_pictures


def pause(office: Office, campaign_id: str, by: str) -> None:
    """Stop play until it is resumed: every epoch ends, and turns will last longer by the length of the pause.

    Refuses with NotFound, then Conflict unless the campaign is live.
    """
    person = require_person(by, "by")

    def decide(work: Work) -> None:
        row = lock_campaign(work, campaign_id)
        require_allowed(row, "pause")
        made = record_change(work, row.id, "pause", person, row.published or "")
        office.publisher.stop(work, made)
        set_states(work, row.id, TERMS, "paused")
        save_campaign(work, row.id, state="paused", paused_at=work.now_ms)
        announce(work, made)

    office.writer.run(decide)


def end(office: Office, campaign_id: str, by: str, approved_by: str | None = None) -> list[dict[str, Any]]:
    """End a campaign for good: play stops, what nobody won goes back to the plan; the close report (C4).

    Refuses with NotFound, then Conflict unless it is live or paused, then InvalidRequest: before `closes_at`, while
    there is something to play for, an end is a change for the worse and takes a second person (`approved_by`).
    """
    by, second = require_two_people(by, approved_by) if approved_by else (require_person(by, "by"), None)
    return office.writer.run(lambda work: _end(work, office, campaign_id, by, second))


def _end(work: Work, office: Office, campaign_id: str, by: str, approved_by: str | None) -> list[dict[str, Any]]:
    row = lock_campaign(work, campaign_id)
    require_allowed(row, "end")
    early = not _is_over(work.connection, office, campaign_id, work.now_ms)
    if early and approved_by is None:
        raise InvalidRequest(
            f"{campaign_id} can still be played. Ending it before its time is a change for the worse (C2), so a second "
            "person has to approve it: --approved-by. In an emergency: engage campaign kill."
        )
    made = record_change(work, campaign_id, "end", by, row.published or "", approved_by)
    office.publisher.stop(work, made)
    _save_end(work, campaign_id)
    return _settle(work, office, made, early=early)


def _is_over(connection: sa.Connection, office: Office, campaign_id: str, now_ms: int) -> bool:
    """Whether there is nothing left to play for and no order can earn any more."""
    is_over = office.publisher.is_over(connection, campaign_id, now_ms)
    return is_over and not earns_on(connection, campaign_id, now_ms)


def kill(office: Office, campaign_id: str, by: str) -> list[dict[str, Any]]:
    """The emergency stop: play ends for good with this commit, whatever else stands; the close report.

    Every play locks its game's row, so none that was not committed before can be. What nobody won is given back in a
    second transaction. Refuses with NotFound, then Conflict unless the campaign is live or paused.
    """
    person = require_person(by, "by")

    def stop(work: Work) -> None:
        row = lock_campaign(work, campaign_id)
        require_allowed(row, "kill")
        made = record_change(work, campaign_id, "kill", person, row.published or "")
        office.publisher.stop(work, made)
        _save_end(work, campaign_id)
        announce(work, made)

    office.writer.run(stop)
    return office.writer.run(lambda work: _settle_killed(work, office, campaign_id))


def _settle_killed(work: Work, office: Office, campaign_id: str) -> list[dict[str, Any]]:
    row = lock_campaign(work, campaign_id)
    if campaign_id not in find_unsettled(work.connection):
        return office.publisher.report(work.connection, campaign_id)
    return _settle(work, office, record_change(work, campaign_id, "settle", ENGINE, row.published or ""))


def _save_end(work: Work, campaign_id: str) -> None:
    set_states(work, campaign_id, TERMS, "ended")
    save_campaign(
        work, campaign_id, state="ended", ended_at=work.now_ms, paused_at=None, resuming_at=None, extended_lot=None
    )


def _settle(work: Work, office: Office, made: Change, **data: bool) -> list[dict[str, Any]]:
    games = office.publisher.lock(work, made.campaign)
    returned = return_rest(work, made.campaign, games, made.cause)
    report = office.publisher.report(work.connection, made.campaign)
    announce(work, made, returned=returned, report=report, **data)
    return report


def end_due_campaigns(office: Office) -> list[str]:
    """End every campaign that is over, and settle those whose emergency stop was not followed through; their ids.

    One that closed is ended an hour later: what members did before may still come in, and then counts. Right when it
    is done twice, and by several processes at once.
    """
    with office.reader.connect() as connection:
        late = office.writer.clock.now_ms() - LATE_MS
        found = office.publisher.find_over(connection, late)
        due = [each for each in found if _is_over(connection, office, each, late)]
        unsettled = find_unsettled(connection)
    end_it = partial(_end, office=office, by=ENGINE, approved_by=None)
    ended = [each for each in due if _try(office, partial(end_it, campaign_id=each))]
    settle_it = partial(_settle_killed, office=office)
    return ended + [each for each in unsettled if _try(office, partial(settle_it, campaign_id=each))]


def _try(office: Office, decide: Callable[[Work], object]) -> bool:
    """Whether it was done here; what is refused was done elsewhere meanwhile, or is due again next time."""
    try:
        office.writer.run(decide)
    except Refusal as refusal:
        log.info("campaign_not_ended", code=refusal.code, detail=refusal.detail)
        return False
    return True
