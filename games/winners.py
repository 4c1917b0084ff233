"""The winners wall: who won a prize that has to be shown (C6), with a masked name, some seconds after it was seen.

A reader of the log writes it. The delay is drawn by lot, and what is shown says nothing of the play, so that nobody can
tell from the wall what a card holds that was not scratched yet.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engage.kernel.clock import render_ms
from engage.kernel.entropy import random_below
from engage.kernel.ids import new_id
from engage.members import find_nicknames
from engage.storage.work import Work
from games.revisions import NO_PRIZE, Revision, Revisions
from games.seen import HOLD_MS
from games.tables import winner
from games.view import read_revision

MIN_DELAY_MS, MAX_DELAY_MS = 3_000, 9_000
MINUTE_MS = 60_000
HIDDEN = "**"
INSERT = sa.insert(winner)


def is_shown(revision: Revision, prize: str) -> bool:
    """Whether the winners of a prize have to be shown: its value is above the limit of the campaign's profile."""
    limit = revision.policy.winners_above_fen
    return limit is not None and prize != NO_PRIZE and revision.prizes[prize].value_fen > limit


def record_winners(work: Work, revision: Revision, receipts: Sequence[dict[str, Any]]) -> None:
    """Keep those plays of one revision whose winners have to be shown, for when they were seen, or can't be unseen."""
    rows = []
    for receipt in receipts:
        if is_shown(revision, receipt["prize"]):
            shown_at = work.now_ms + HOLD_MS + _delay_ms()
            rows.append(
                {
                    "play": receipt["play"],
                    "id": new_id("win", shown_at),
                    "game": revision.game,
                    "revision": revision.number,
                    "prize": receipt["prize"],
                    "member": receipt["member"],
                    "shown_at": shown_at,
                }
            )
    if rows:
        work.connection.execute(INSERT, rows)


def show_winners(work: Work, plays: Sequence[str]) -> None:
    """Have the winners among these plays shown in some seconds, since their members have seen them."""
    if not plays:
        return
    waiting = sa.select(winner.c.play).where(winner.c.play.in_(plays), winner.c.shown_at > work.now_ms + MAX_DELAY_MS)
    for play in work.connection.execute(waiting).scalars().all():
        shown_at = work.now_ms + _delay_ms()
        values = {"id": new_id("win", shown_at), "shown_at": shown_at}
        work.connection.execute(sa.update(winner).where(winner.c.play == play).values(values))


def _delay_ms() -> int:
    return MIN_DELAY_MS + random_below(MAX_DELAY_MS - MIN_DELAY_MS + 1)


def read_winners(  # noqa: PLR0913  where to read, which game's, from where, how much and when
    connection: sa.Connection, revisions: Revisions, game: str, before: str, limit: int, now_ms: int
) -> list[dict[str, Any]]:
    """A game's winners that are shown by now, newest first, those with an id before `before` if it is not empty."""
    query = sa.select(winner).where(winner.c.game == game, winner.c.shown_at <= now_ms)
    if before:
        query = query.where(winner.c.id < before)
    rows = connection.execute(query.order_by(winner.c.id.desc()).limit(limit)).all()
    return [told for _, told in _tell(connection, revisions, rows)]


def read_new_winners(
    connection: sa.Connection, revisions: Revisions, games: Collection[str], after_ms: int, until_ms: int
) -> list[tuple[str, dict[str, Any]]]:
    """The winners of these games whose time came after one instant and up to another, oldest first."""
    query = sa.select(winner).where(
        winner.c.game.in_(games), winner.c.shown_at > after_ms, winner.c.shown_at <= until_ms
    )
    return list(_tell(connection, revisions, connection.execute(query.order_by(winner.c.id)).all()))


def _tell(
    connection: sa.Connection, revisions: Revisions, rows: Sequence[sa.Row[Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    nicknames = find_nicknames(connection, {row.member for row in rows})
    for row in rows:
        revision = read_revision(connection, revisions, row.game, row.revision)
        prize = revision.prizes[row.prize]
        yield (
            row.game,
            {
                "id": row.id,
                "name": mask(nicknames.get(row.member)),
                "prize": {
                    "id": prize.id,
                    "kind": prize.kind,
                    "names": revision.texts.get("prizes", {}).get(prize.id, {}),
                    "value_fen": prize.value_fen,
                },
                "at": render_ms(row.shown_at - row.shown_at % MINUTE_MS),
            },
        )


def mask(nickname: str | None) -> str | None:
    """A name as everybody may see it: its first letter and two asterisks, however long it is; None for no name.

    张三丰 becomes 张**, Alice Chen becomes A**. What does not begin with a letter, such as a telephone number, shows
    none of it.
    """
    if nickname is None:
        return None
    text = unicodedata.normalize("NFC", nickname).strip()
    first = text[:1]
    return first + HIDDEN if unicodedata.category(first or " ").startswith("L") else HIDDEN
