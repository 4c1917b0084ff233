"""A process in which a subscriber reads the log until it dies: `python -m tests.support.doomed URL POINT N NOW NAME`.

It dies by SIGKILL at the N-th time that it comes by a point of the Writer (`before_commit`, `after_commit`).
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402  gevent patches first
import signal  # noqa: E402  gevent patches first
import sys  # noqa: E402  gevent patches first
from dataclasses import replace  # noqa: E402  gevent patches first

from engage.app import all_subscribers, close_services, open_services  # noqa: E402  gevent patches first
from engage.events import SubscriberLoop  # noqa: E402  gevent patches first
from engage.kernel.clock import ManualClock, from_ms  # noqa: E402  gevent patches first
from tests.support.features import FEATURES  # noqa: E402  gevent patches first
from tests.support.world import settings_for  # noqa: E402  gevent patches first

BATCH = 6


def main(url: str, at: str, left: int, now_ms: int, name: str) -> None:
    """Read on until all is read, or until death."""

    def observe(point: str) -> None:
        nonlocal left
        left -= point == at
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    services = open_services(settings_for(url), FEATURES, clock=ManualClock(from_ms(now_ms)), observe=observe)
    (reader,) = [each for each in all_subscribers(services, FEATURES) if each.name == name]
    SubscriberLoop(services.writer, services.reader, [replace(reader, batch=BATCH)]).catch_up()
    close_services(services)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
