"""Jobs: one process at a time does each, as often as it says, and a failure is not the end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import gevent
import pytest

from engage.fairness import Keyring
from engage.feature import Services
from engage.jobs import Job, Schedule
from engage.kernel.sealing import Sealer
from engage.settings import Settings
from games.turns import grant_turns
from tests.support.log import Log, open_log

WAIT_SECONDS = 20
PROCESSES = 4


@pytest.fixture
def log(migrated_url: str) -> Iterator[Log]:
    with open_log(migrated_url) as opened:
        yield opened


def services_of(log: Log, url: str) -> Services:
    """What a process lends to its jobs."""
    settings = Settings(database_url=url, secret_keys=("a secret that only this test knows of",))
    sealer = Sealer(settings.secret_keys)
    return Services(settings, log.clock, log.writer, log.reader, sealer, Keyring(log.reader, sealer), grant_turns)


def test_of_two_processes_one_does_the_job_in_each_period(log: Log, migrated_url: str) -> None:
    done: list[str] = []
    job = Job("count", 60, lambda services: done.append(services.settings.database_url))
    first, second = (Schedule(services_of(log, migrated_url), [job]) for _ in range(2))
    assert [first.tick(job), second.tick(job), first.tick(job)] == [True, False, False]
    log.clock.move(timedelta(seconds=59))
    assert [second.tick(job), first.tick(job)] == [True, False], "a tick a little early is not lost"
    log.clock.move(timedelta(seconds=30))
    assert not first.tick(job)
    assert done == [migrated_url] * 2


def test_processes_that_tick_at_the_same_instant_do_the_job_once(log: Log, migrated_url: str) -> None:
    done: list[int] = []

    def tick(process: int) -> bool:
        job = Job("count", 60, lambda _services: done.append(process))
        with open_log(migrated_url, log.clock) as mine:
            return Schedule(services_of(mine, migrated_url), [job]).tick(job)

    with ThreadPoolExecutor(PROCESSES) as pool:
        assert sum(pool.map(tick, range(PROCESSES))) == 1
    assert len(done) == 1


def test_a_job_that_fails_is_due_again(log: Log, migrated_url: str) -> None:
    attempts: list[int] = []

    def fail_once(_services: Services) -> None:
        attempts.append(log.clock.now_ms())
        if len(attempts) == 1:
            raise ArithmeticError

    job = Job("fail once", 60, fail_once)
    schedule = Schedule(services_of(log, migrated_url), [job])
    assert not schedule.tick(job)
    log.clock.move(timedelta(seconds=60))
    assert schedule.tick(job)
    assert len(attempts) == 2


def test_jobs_have_leases_of_their_own(log: Log, migrated_url: str) -> None:
    jobs = [Job(name, 60, lambda _services: None) for name in ("one", "other")]
    schedule = Schedule(services_of(log, migrated_url), jobs)
    assert [schedule.tick(job) for job in jobs] == [True, True]


def test_a_started_schedule_ticks_by_itself(log: Log, migrated_url: str) -> None:
    done: list[int] = []

    def run(_services: Services) -> None:
        done.append(1)
        log.clock.move(timedelta(seconds=1))

    schedule = Schedule(services_of(log, migrated_url), [Job("often", 0.1, run)])
    schedule.start()
    with gevent.Timeout(WAIT_SECONDS):
        while len(done) < 3:
            gevent.sleep(0.01)
    schedule.stop()
