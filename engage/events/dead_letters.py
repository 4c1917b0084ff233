"""What subscribers could not handle: listed with the reason, and handled after all once that is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engage.events.log import read_after
from engage.events.subscribers import Subscriber
from engage.events.tables import dead_letter
from engage.kernel.refusals import Conflict, NotFound
from engage.storage.work import Work
from engage.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event, by its position in the log, that a subscriber went past. Instants are milliseconds since 1970."""

    subscriber: str
    position: int
    reason: str
    recorded_at: int
    replayed_at: int | None


def list_dead_letters(connection: sa.Connection, *, replayed: bool = False) -> list[DeadLetter]:
    """Those that wait, oldest first, or with `replayed` all."""
    query = sa.select(dead_letter).order_by(dead_letter.c.recorded_at, dead_letter.c.position)
    if not replayed:
        query = query.where(dead_letter.c.replayed_at.is_(None))
    return [DeadLetter(*row) for row in connection.execute(query)]


def replay(writer: Writer, subscribers: Sequence[Subscriber], name: str, position: int) -> None:
    """Have a subscriber handle an event that it went past; effects and the note of it are one transaction.

    Refuses with NotFound for an unknown subscriber or letter, with Conflict if it was handled since. Raises what the
    handler raises, and then the letter waits as before.
    """
    handlers = {subscriber.name: subscriber for subscriber in subscribers}
    if name not in handlers:
        raise NotFound(f"There is no subscriber {name}. There are {', '.join(sorted(handlers))}.")
    writer.run(lambda work: _replay(work, handlers[name], position))


def _replay(work: Work, subscriber: Subscriber, position: int) -> None:
    of_letter = (dead_letter.c.subscriber == subscriber.name, dead_letter.c.position == position)
    row = work.connection.execute(sa.select(dead_letter).where(*of_letter).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"{subscriber.name} has no dead letter at {position}: engage dead-letters list.")
    if row.replayed_at is not None:
        raise Conflict(f"{subscriber.name} has handled {position} since.")
    subscriber.handle(work, read_after(work.connection, position - 1, 1))
    work.connection.execute(sa.update(dead_letter).where(*of_letter).values(replayed_at=work.now_ms))
