"""Events of people who never appeared are forgotten when they are too old to be sent again."""

from engage.events import forget_lapsed
from engage.feature import Services
from engage.jobs.schedule import Job

EVERY_SECONDS = 3600.0


def _run(services: Services) -> None:
    while services.writer.run(forget_lapsed):
        continue


LAPSED_JOB = Job("forget_lapsed", EVERY_SECONDS, _run)
