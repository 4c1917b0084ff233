"""Points as their time runs out: members are reminded, and what is over leaves the books."""

from engage.feature import Services
from engage.jobs.schedule import Job
from engage.ledger import expire_points, give_notices

REMIND_SECONDS, EXPIRE_SECONDS = 600.0, 60.0


def _remind(services: Services) -> None:
    while services.writer.run(give_notices):
        continue


def _expire(services: Services) -> None:
    while services.writer.run(expire_points):
        continue


EXPIRY_JOBS = (Job("remind_of_expiry", REMIND_SECONDS, _remind), Job("expire_points", EXPIRE_SECONDS, _expire))
