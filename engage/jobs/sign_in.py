"""What signing in leaves behind is removed when its time is over: codes after a minute, sessions after half a day."""

from engage.feature import Services
from engage.jobs.schedule import Job
from engage.web import forget_ended_sessions, forget_old_codes

EVERY_SECONDS = 60.0


def _run(services: Services) -> None:
    services.writer.run(forget_old_codes)
    services.writer.run(forget_ended_sessions)


SIGN_IN_JOB = Job("forget_sign_ins", EVERY_SECONDS, _run)
