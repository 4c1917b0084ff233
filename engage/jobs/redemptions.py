"""What points bought, once it can't be given back any more: the points are taken, and it is given."""

from functools import partial

from engage.feature import Services
from engage.jobs.schedule import Job
from engage.rewards import capture_due, find_due

EVERY_SECONDS = 5.0


def _run(services: Services) -> None:
    """Each in a transaction of its own, so that one that fails holds up nobody else."""
    with services.reader.connect() as connection:
        due = find_due(connection, services.clock.now_ms())
    for member, redemption in due:
        services.writer.run(partial(capture_due, member=member, id_=redemption))


CAPTURE_JOB = Job("capture_redemptions", EVERY_SECONDS, _run)
