"""Work that is due again and again, done by one process at a time."""

from engage.jobs.earning import EARNING_JOB
from engage.jobs.expiry import EXPIRY_JOBS
from engage.jobs.lapsed import LAPSED_JOB
from engage.jobs.redemptions import CAPTURE_JOB
from engage.jobs.schedule import Job, Schedule
from engage.jobs.sealing import checkpoint_job, make_seal, seal_subscriber
from engage.jobs.sign_in import SIGN_IN_JOB

__all__ = [
    "CAPTURE_JOB",
    "EARNING_JOB",
    "EXPIRY_JOBS",
    "LAPSED_JOB",
    "SIGN_IN_JOB",
    "Job",
    "Schedule",
    "checkpoint_job",
    "make_seal",
    "seal_subscriber",
]
