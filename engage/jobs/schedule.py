"""Work that is due again and again. APScheduler is only the ticker: which process may run a job is told by its lease.

A lease keeps two processes from doing the same work, no more: a process that was stopped for longer than its lease may
still go on. So what a job does must be right when it is done twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC

import sqlalchemy as sa
import structlog
from apscheduler.schedulers.gevent import GeventScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engage.feature import Services
from engage.jobs.tables import job_lease
from engage.kernel.ids import random_id
from engage.storage.work import Work

MIN_SECONDS = 0.1

log = structlog.get_logger()

INTRODUCE = sa.text("INSERT INTO job_lease (name, owner, until) VALUES (:name, '', 0) ON CONFLICT (name) DO NOTHING")
READ_LEASE = sa.select(job_lease.c.until).where(job_lease.c.name == sa.bindparam("name")).with_for_update()
TAKE_LEASE = sa.text("UPDATE job_lease SET owner = :owner, until = :until WHERE name = :name")


@dataclass(frozen=True)
class Job:
    """Something to be done every so many seconds (≥ 0.1) by one process; `run` must be right when it is done twice."""

    name: str
    every_seconds: float
    run: Callable[[Services], None]


class Schedule:
    """The jobs of this process, ticking: each tick does its job if no other process did so in this period."""

    def __init__(self, services: Services, jobs: Sequence[Job]) -> None:
        self._services, self._owner = services, random_id("run")
        self._ticker = GeventScheduler(timezone=UTC)
        for job in jobs:
            self._ticker.add_job(
                self.tick,
                IntervalTrigger(seconds=max(job.every_seconds, MIN_SECONDS), timezone=UTC),
                args=[job],
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin to tick, in greenlets of this process."""
        self._ticker.start()

    def stop(self) -> None:
        """Tick no more. A job at work goes on to its end."""
        self._ticker.shutdown()

    def tick(self, job: Job) -> bool:
        """Do a job if its lease is to be had; whether it was done. One that fails is logged and due again next time."""
        try:
            if not self._services.writer.run(lambda work: claim(work, job, self._owner)):
                return False
            job.run(self._services)
        except Exception as fault:
            log.error("job_failed", job=job.name, exc_info=fault)  # noqa: TRY400  the fault is named by exc_info
            return False
        return True


def claim(work: Work, job: Job, owner: str) -> bool:
    """Take the job's lease if it has run out: for nine tenths of its period, so that a tick a little early counts."""
    connection = work.connection
    connection.execute(INTRODUCE, {"name": job.name})
    if connection.execute(READ_LEASE, {"name": job.name}).scalar_one() > work.now_ms:
        return False
    until = work.now_ms + int(job.every_seconds * 900)
    connection.execute(TAKE_LEASE, {"name": job.name, "owner": owner, "until": until})
    return True
