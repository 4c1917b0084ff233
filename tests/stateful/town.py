"""A small deployment that can die at any commit and be started again, with all its readers and jobs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from unittest import mock

from engage.app import all_subscribers, open_services
from engage.builtin import all_features
from engage.campaigns import open_office
from engage.events import Intake, Sent, SubscriberLoop, load_known, read_event, read_own_types, record
from engage.fairness.deck import BuiltDeck, Counts, build_deck
from engage.jobs import CAPTURE_JOB, EARNING_JOB, EXPIRY_JOBS, make_seal, seal_subscriber
from engage.members import find_books_by_external_id
from engage.rewards import import_codes
from engage.storage import migrate
from engage.storage.work import Work
from games.desk import Desk
from games.settled import read_receipt_hashes
from tests.stateful.campaign import VOUCHERS, town_text
from tests.support.bureau import Bureau
from tests.support.features import FEATURES
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.world import settings_for

T = TypeVar("T")
MEMBERS = ("alice", "bob", "carol")
JOBS = (EARNING_JOB, *EXPIRY_JOBS, CAPTURE_JOB)


class Death(BaseException):
    """The process dies here: nobody catches it but who starts it again."""


@dataclass
class Town(Bureau):
    """A bureau that dies at the `left`-th time that it comes by `point`, if `left` is not 0."""

    point: str = ""
    left: int = 0
    deaths: int = field(default=0, init=False)
    readers: dict[str, SubscriberLoop] = field(init=False)

    def __post_init__(self) -> None:
        self.services = open_services(settings_for(self.url), FEATURES, clock=self.clock, observe=self._observe)
        self.desk = Desk(self.services.sealer, self.services.keyring)
        self.office = open_office(self.services, all_features(FEATURES))
        seal = seal_subscriber(make_seal(self.services.keyring, read_receipt_hashes))
        self.readers = {each.name: self._loop(each) for each in (*all_subscribers(self.services, FEATURES), seal)}

    def _loop(self, subscriber: Any) -> SubscriberLoop:
        return SubscriberLoop(self.services.writer, self.services.reader, [replace(subscriber, batch=4)])

    def _observe(self, point: str) -> None:
        self.left -= self.left > 0 and point == self.point
        if self.left == 0 and self.point == point:
            self.point = ""
            raise Death

    def doom(self, point: str, left: int) -> None:
        """Let it die at the `left`-th time that it comes by a point of the Writer."""
        self.point, self.left = point, left

    def survive(self, do: Callable[[], T]) -> T | None:
        """Do something; if it dies of that, start it again. None if it died."""
        try:
            return do()
        except Death:
            self.deaths += 1
            self.close()
            self.__post_init__()
            return None

    def send(self, documents: Sequence[dict[str, Any]]) -> Intake:
        """Take events in, as the brand's server sends them."""

        def decide(work: Work) -> Intake:
            result, own = Intake(), read_own_types(work.connection)
            sent = [read_event(each, own, work.now_ms) for each in documents]
            taken = [each for each in sent if isinstance(each, Sent)]
            assert len(taken) == len(sent), sent
            books = find_books_by_external_id(work, {each.external_id for each in taken})
            load_known(work, taken)
            record(work, taken, books, result)
            return result

        return self.services.writer.run(decide)

    def read(self, name: str, batches: int) -> None:
        """Let one reader of the log handle so many batches."""
        loop = self.readers[name]
        (subscriber,) = loop._subscribers
        for _ in range(batches):
            loop._handle_next(subscriber, subscriber.batch)

    def read_all(self) -> None:
        """Let every reader catch up, until none has made anything for another one."""
        while sum(loop.catch_up() for loop in self.readers.values()):
            continue

    def run_jobs(self) -> None:
        """Whatever is due."""
        for job in JOBS:
            job.run(self.services)


OpenTown: TypeAlias = Callable[[], AbstractContextManager[Town]]


@contextmanager
def towns(folder: Path, engine: str = "sqlite") -> Iterator[OpenTown]:
    """Opens towns at their first day, each in a database of its own: files of a folder, or on a PostgreSQL server."""
    if engine == "sqlite":
        built = folder / "built.db"
        build_town(f"sqlite:///{built}")
        yield lambda: _open_copy(built, folder)
        return
    with running_postgres() as server:
        template = server.create_database()
        build_town(template)
        yield lambda: _open_database(server, template)


def build_town(url: str) -> None:
    """A database with the town as it is on its first day."""
    migrate.upgrade(url)
    with mock.patch("games.publish.build_in_child", _build_here):
        bureau = Bureau(url)
        for owner, units in VOUCHERS.items():
            prize = "prz_item" if owner.startswith("itm") else "prz_reward"
            codes = [f"{owner}-{n:04}" for n in range(units)]
            import_codes(bureau.services.writer, bureau.services.sealer, owner, prize, codes)
        bureau.publish_campaign(town_text())
        for member in MEMBERS:
            bureau.member(member)
        bureau.close()


@contextmanager
def _open_copy(built: Path, folder: Path) -> Iterator[Town]:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        town = Town(f"sqlite:///{shutil.copy(built, Path(own) / 'engage.db')}")
        try:
            yield town
        finally:
            town.close()


@contextmanager
def _open_database(server: PostgresServer, template: str) -> Iterator[Town]:
    town = Town(server.create_database(like=template))
    try:
        yield town
    finally:
        town.close()
        server.drop_database(town.url)


def _build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    return build_deck(deck, counts, seed)
