"""The second line of defence: what came is counted beside its odds, and a bet against the odds tells of false ones.

Receipts catch one altered result; this catches a generator that is broken for everybody.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
import structlog

from engage.events import LoggedEvent, Subscriber
from engage.fairness import ALARM_AT, EProcess
from engage.storage.work import Work
from games.revisions import Revision, Revisions
from games.settled import read_receipts
from games.tables import REVISION_BY_NUMBER, game_monitor, slot_count
from games.winners import record_winners, show_winners

DECK_TABLE = -1
SETTLED, SEEN = "play.settled", "play.seen"
NANO = 10**9
BATCH = 256
GATHER_SECONDS = 1.0

log = structlog.get_logger()
Receipt: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[int, str]

COUNTS = sa.select(slot_count.c.table_id, slot_count.c.slot, slot_count.c.n).where(
    slot_count.c.game == sa.bindparam("game"), slot_count.c.revision == sa.bindparam("revision")
)
ADD = sa.text(
    "INSERT INTO slot_count (game, revision, table_id, slot, n) VALUES (:game, :revision, :table_id, :slot, :n) "
    "ON CONFLICT (game, revision, table_id, slot) DO UPDATE SET n = slot_count.n + excluded.n"
)
MONITOR = sa.select(game_monitor.c.n, game_monitor.c.log_e_nanonats, game_monitor.c.alarmed_at).where(
    game_monitor.c.game == sa.bindparam("game"), game_monitor.c.revision == sa.bindparam("revision")
)
KEEP = sa.text(
    "INSERT INTO game_monitor (game, revision, n, log_e_nanonats, alarmed_at) "
    "VALUES (:game, :revision, :n, :log_e_nanonats, :alarmed_at) ON CONFLICT (game, revision) DO UPDATE SET "
    "n = excluded.n, log_e_nanonats = excluded.log_e_nanonats, alarmed_at = excluded.alarmed_at"
)


class Statistics:
    """Counts plays as they settle. A deck's plays are counted as table −1 and prize; only odds are bet against."""

    def __init__(self) -> None:
        self._revisions = Revisions()

    def count(self, work: Work, events: Sequence[LoggedEvent]) -> None:
        """Count the plays among the next events of the log, and keep the winners: the handler of "statistics"."""
        subjects = [event.subject for event in events if event.name == SETTLED]
        receipts = read_receipts(work.connection, subjects)
        by_revision: dict[tuple[str, int], list[Receipt]] = {}
        for subject in subjects:
            receipt = receipts[subject]
            by_revision.setdefault((receipt["game"], receipt["revision"]), []).append(receipt)
        for (game, number), drawn in by_revision.items():
            revision = self._revision(work, game, number)
            self._count_revision(work, revision, drawn)
            record_winners(work, revision, drawn)
        show_winners(work, [event.subject.partition(":")[2] for event in events if event.name == SEEN])

    def _revision(self, work: Work, game: str, number: int) -> Revision:
        known = self._revisions.find(game, number)
        if known is None:
            row = work.fetch(REVISION_BY_NUMBER, (game, number))
            assert row is not None, "a play has a revision"
            known = self._revisions.keep(row)
        return known

    def _count_revision(self, work: Work, revision: Revision, drawn: Sequence[Receipt]) -> None:
        which = {"game": revision.game, "revision": revision.number}
        if revision.deck is None:
            known = {(table, slot): n for table, slot, n in work.connection.execute(COUNTS, which).all()}
            _bet(work, revision, known, drawn)
        added = Counter(_place_of(receipt) for receipt in drawn)
        work.connection.execute(
            ADD, [which | {"table_id": table, "slot": slot, "n": n} for (table, slot), n in sorted(added.items())]
        )


def statistics_subscriber() -> Subscriber:
    """The reader of the log that counts; it need not react at once, so it lets plays gather."""
    return Subscriber("statistics", BATCH, Statistics().count, GATHER_SECONDS)


def _place_of(receipt: Receipt) -> Place:
    return (DECK_TABLE, receipt["prize"]) if receipt["deck"] else (receipt["table"], receipt["slot"])


def _bet(work: Work, revision: Revision, known: dict[Place, int], drawn: Iterable[Receipt]) -> None:
    """Go on with the e-process of a revision: the logarithms of its tables add up."""
    which = {"game": revision.game, "revision": revision.number}
    n, nanonats, alarmed_at = work.connection.execute(MONITOR, which).one_or_none() or (0, 0, None)
    tables = {
        table.id: EProcess(
            {slot.slot: slot.weight for slot in table.slots},
            {slot: count for (of_table, slot), count in known.items() if of_table == table.id},
        )
        for table in revision.tables.values()
    }
    log_e = highest = nanonats / NANO
    for receipt in drawn:
        table = tables[receipt["table"]]
        before = table.log_e
        table.add(receipt["slot"])
        log_e += table.log_e - before
        highest, n = max(highest, log_e), n + 1
    if highest > ALARM_AT and alarmed_at is None:
        alarmed_at = work.now_ms
        log.error("odds_alarm", game=revision.game, revision=revision.number, draws=n, log_e=round(highest, 2))
    work.connection.execute(KEEP, which | {"n": n, "log_e_nanonats": round(log_e * NANO), "alarmed_at": alarmed_at})
