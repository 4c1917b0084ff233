"""From settings to a running application.

Opens the database, the Writer and the keys, and lets each feature register.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engage.fairness import EPOCH, EPOCH_END, Keyring, ensure_signing_key
from engage.feature import Feature, Services
from engage.kernel.clock import Clock, SystemClock
from engage.kernel.sealing import Sealer
from engage.ledger import ACCOUNT, BOOK, LOT, LOT_MOVE, POSTING, quarantine_subject
from engage.members import CONSENT, MEMBER
from engage.rewards import CLAIM, GRANT, POOL
from engage.settings import Settings
from engage.storage.database import find_violation, open_read_engine, open_store, open_write_engine
from engage.storage.hot import Hot
from engage.storage.idempotency import ANSWERED
from engage.storage.writer import Writer

PLATFORM_HOTS: tuple[Hot[Any], ...] = (
    MEMBER,
    BOOK,
    CONSENT,
    ACCOUNT,
    LOT,
    POSTING,
    LOT_MOVE,
    POOL,
    EPOCH,
    EPOCH_END,
    GRANT,
    CLAIM,
    ANSWERED,
)


def open_services(
    settings: Settings,
    features: Sequence[Feature],
    *,
    clock: Clock | None = None,
    observe: Callable[[str], None] = lambda _point: None,
) -> Services:
    """Open everything a process needs; the Writer serves inline until it is started.

    Refuses with UnsafeDatabase if the engine's settings could lose a write.
    """
    clock = clock or SystemClock()
    hots = (*PLATFORM_HOTS, *(hot for feature in features for hot in feature.hots))
    store = open_store(open_write_engine(settings.database_url), hots)
    writer = Writer(
        store,
        clock,
        find_violation=find_violation,
        quarantine=quarantine_subject,
        queue_size=settings.queue_size,
        wait_seconds=settings.wait_seconds,
        observe=observe,
    )
    reader = open_read_engine(settings.database_url)
    sealer = Sealer(settings.secret_keys)
    writer.run(lambda work: ensure_signing_key(work, sealer))
    return Services(settings, clock, writer, reader, sealer, Keyring(reader, sealer))


def close_services(services: Services) -> None:
    """Finish what waits and let the connections go."""
    services.writer.stop()
    services.reader.dispose()


@contextmanager
def services_for(settings: Settings, features: Sequence[Feature]) -> Iterator[Services]:
    """Services for the length of a command."""
    services = open_services(settings, features)
    try:
        yield services
    finally:
        close_services(services)
