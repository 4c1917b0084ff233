"""Work that is due again and again, done by one process at a time."""

from engage.jobs.schedule import Job, Schedule

__all__ = ["Job", "Schedule"]
