"""Earned points as time goes by: what was pending is let go, and what was owed is paid once there is cover."""

from engage.earning import pay_owed, release_pending
from engage.feature import Services
from engage.jobs.schedule import Job

EVERY_SECONDS = 10.0


def _run(services: Services) -> None:
    for step in (release_pending, pay_owed):
        while services.writer.run(step):
            continue


EARNING_JOB = Job("earning", EVERY_SECONDS, _run)
