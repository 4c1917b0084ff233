"""A campaign's row and the changes made to it: each is a fact with its people, and an event of the log.

draft ──publish──► live ──publish──► live; live ──pause──► paused ──resume──► live; live, paused ──end, kill──► ended.
The rest of a campaign that was killed is settled after that. A draft may be loaded until the end.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engage.campaigns.tables import campaign, campaign_change
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound
from engage.storage.work import Work

ENGINE = "engage"
"""Who made the changes that nobody asks for: the end at `closes_at`, the settlement after an emergency stop."""

EVENTS: Mapping[str, str] = {
    "load": "campaign.loaded",
    "publish": "campaign.published",
    "pause": "campaign.paused",
    "resume": "campaign.resumed",
    "end": "campaign.ended",
    "kill": "campaign.killed",
    "settle": "campaign.settled",
}
ALLOWED: Mapping[str, frozenset[str]] = {
    "load": frozenset({"draft", "live", "paused"}),
    "publish": frozenset({"draft", "live"}),
    "pause": frozenset({"live"}),
    "resume": frozenset({"paused"}),
    "end": frozenset({"live", "paused"}),
    "kill": frozenset({"live", "paused"}),
    "settle": frozenset({"ended"}),
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it was loaded, published and stopped; instants in milliseconds. See the tables for what each is."""

    id: str
    state: str
    draft: str
    published: str | None
    revision: int
    loaded_at: int
    paused_at: int | None
    ended_at: int | None
    resuming_at: int | None
    extended_lot: str | None
    draft_pictures: str
    published_pictures: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a campaign. `cause` is the subject of its event and the cause of its postings."""

    campaign: str
    n: int
    change: str
    by: str
    approved_by: str | None

    @property
    def cause(self) -> str:
        """Such as `publish:cmp_anniversary#1`."""
        return f"{self.change}:{self.campaign}#{self.n}"


def find_campaign(connection: sa.Connection, campaign_id: str) -> Campaign | None:
    """A campaign's row."""
    row = connection.execute(sa.select(campaign).where(campaign.c.id == campaign_id)).one_or_none()
    return None if row is None else Campaign(*row)


def get_campaign(connection: sa.Connection, campaign_id: str) -> Campaign:
    """A campaign's row. Refuses with NotFound."""
    return _require_found(find_campaign(connection, campaign_id), campaign_id)


def lock_campaign(work: Work, campaign_id: str) -> Campaign:
    """A campaign's row, locked before everything else that the change will lock. Refuses with NotFound."""
    query = sa.select(campaign).where(campaign.c.id == campaign_id).with_for_update()
    row = work.connection.execute(query).one_or_none()
    return _require_found(None if row is None else Campaign(*row), campaign_id)


def list_campaigns(connection: sa.Connection) -> list[Campaign]:
    """All campaigns by id."""
    return [Campaign(*row) for row in connection.execute(sa.select(campaign).order_by(campaign.c.id))]


def find_unsettled(connection: sa.Connection) -> list[str]:
    """The campaigns that were killed and whose rest was not given back yet."""
    settled = sa.select(campaign_change.c.campaign).where(campaign_change.c.change == "settle")
    query = sa.select(campaign_change.c.campaign).where(
        campaign_change.c.change == "kill", campaign_change.c.campaign.not_in(settled)
    )
    return list(connection.execute(query.order_by(campaign_change.c.campaign)).scalars())


def require_allowed(row: Campaign, change: str) -> None:
    """Refuses with Conflict, naming the state, unless the change may be made in it."""
    if row.state not in ALLOWED[change]:
        states = " or ".join(sorted(ALLOWED[change]))
        raise Conflict(f"{row.id} is {row.state}: {change} needs a campaign that is {states}.")


def require_person(name: str, field: str) -> str:
    """A person's name without needless blanks. Refuses with InvalidRequest if it is none, or the engine's own."""
    person = " ".join(name.split())
    if not person or _fold(person) == ENGINE:
        raise InvalidRequest(f"Say who: {field} needs a person's name.")
    return person


def require_two_people(by: str, approved_by: str) -> tuple[str, str]:
    """Both names. Refuses with InvalidRequest if one is missing or both are the same, however they are spelled."""
    first, second = require_person(by, "by"), require_person(approved_by, "approved_by")
    if _fold(first) == _fold(second):
        raise InvalidRequest(f"Two different people are needed: {first} can't approve what {first} asked for.")
    return first, second


def record_change(  # noqa: PLR0913  a change has these parts
    work: Work, campaign_id: str, change: str, by: str, text: str, approved_by: str | None = None
) -> Change:
    """Record who changed what, under the campaign's next number. `text` is the file that the change is about."""
    query = sa.select(sa.func.coalesce(sa.func.max(campaign_change.c.n), 0)).where(
        campaign_change.c.campaign == campaign_id
    )
    made = Change(campaign_id, work.connection.execute(query).scalar_one() + 1, change, by, approved_by)
    work.connection.execute(
        sa.insert(campaign_change).values(
            campaign=campaign_id,
            n=made.n,
            change=change,
            by=by,
            approved_by=approved_by,
            text_hash=hash_text(text),
            recorded_at=work.now_ms,
        )
    )
    return made


def announce(work: Work, made: Change, **data: Any) -> None:  # noqa: ANN401  whatever the change has to tell
    """Append the change's event."""
    told = {"campaign": made.campaign, "by": made.by, "approved_by": made.approved_by, **data}
    work.append(EVENTS[made.change], made.cause, orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())


def save_campaign(work: Work, campaign_id: str, **values: str | int | None) -> None:
    """Change columns of a campaign's row, which is locked."""
    work.connection.execute(sa.update(campaign).where(campaign.c.id == campaign_id).values(**values))


def insert_campaign(work: Work, campaign_id: str, text: str, pictures: str) -> None:
    """Insert a campaign's row as a draft."""
    values = {
        "id": campaign_id,
        "state": "draft",
        "draft": text,
        "draft_pictures": pictures,
        "revision": 0,
        "loaded_at": work.now_ms,
    }
    work.connection.execute(sa.insert(campaign).values(**values))


def hash_text(text: str) -> str:
    """SHA-256 of a file's text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _require_found(row: Campaign | None, campaign_id: str) -> Campaign:
    if row is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return row


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
