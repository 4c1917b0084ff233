"""What a member lets others see of an award: nothing, until they say so, and never more than they said."""

from collections.abc import Iterable
from typing import Any

import orjson
import sqlalchemy as sa

from badges.holdings import Held, Holdings, find_held
from badges.tables import badge_award, badge_sharing
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict, NotFound
from engage.members import find_nicknames, get_member, require_book
from engage.storage.work import Work


def share(work: Work, member: str, award: str, *, public: bool, name: bool) -> None:
    """Let others see an award, with the nickname or without; or nobody any more.

    Refuses with NotFound if it is not the member's or they were erased, with Conflict if it is to be shown but was
    taken back.
    """
    require_book(work, member)
    get_member(work.connection, member)
    held = find_held(work.connection, award)
    if held is None or held.award.member != member:
        raise NotFound("There is no such award.")
    if public and held.revoked_at is not None:
        raise Conflict("This badge was taken back.")
    _set(work, award, public=public, name=public and name)


def forget(work: Work, member: str) -> None:
    """Let nobody see anything of a member any more."""
    awards = work.connection.execute(sa.select(badge_award.c.id).where(badge_award.c.member == member)).scalars()
    for award in list(awards):
        _set(work, award, public=False, name=False)


def find_shared(connection: sa.Connection, award: str) -> tuple[Held, str]:
    """An award that anybody may see, and the nickname to show with it, if any.

    Refuses with NotFound, whether there is none, it is not shared, or was taken back.
    """
    row = connection.execute(sa.select(badge_sharing).where(badge_sharing.c.award == award)).one_or_none()
    held = find_held(connection, award) if row is not None and row.public else None
    if row is None or held is None or held.revoked_at is not None:
        raise NotFound("There is nothing at this address. Perhaps the link is old, or a part of it got lost.")
    nicknames = find_nicknames(connection, [held.award.member]) if row.name else {}
    return held, nicknames.get(held.award.member) or ""


def own_badges(connection: sa.Connection, member: str) -> bytes:
    """Everything that is known of a member's badges, as JSON."""
    holdings = Holdings(connection, [member])
    document = {
        "awards": [_describe(each) for each in holdings.held[member]],
        "collections": [
            {"collection": row.collection, "completed_at": render_ms(row.completed_at)}
            for row in _sorted(holdings.completions.values())
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _describe(held: Held) -> dict[str, Any]:
    row = held.award
    return {
        "award": row.id,
        "badge": row.badge,
        "tier": row.tier,
        "awarded_at": render_ms(row.awarded_at),
        "expires_at": render_ms(row.expires_at) if row.expires_at else None,
        "revoked_at": render_ms(held.revoked_at) if held.revoked_at else None,
    }


def _sorted(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.completed_at, row.collection))


def _set(work: Work, award: str, *, public: bool, name: bool) -> None:
    values = {"public": int(public), "name": int(name), "changed_at": work.now_ms}
    changed = work.connection.execute(sa.update(badge_sharing).where(badge_sharing.c.award == award).values(**values))
    if not changed.rowcount and public:
        work.connection.execute(sa.insert(badge_sharing).values(award=award, **values))
