"""Processes in which a subscriber reads the log until it dies: `python -m tests.support.doomed URL NAME`.

Each line of the input, `POINT N NOW`, is one of them, a fork of this process, which has imported everything and opened
nothing. It dies by SIGKILL at the N-th time that it comes by a point of the Writer; how it ended is a line of the
output.
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


def read(url: str, name: str, at: str, left: int, now_ms: int) -> None:
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


def main(url: str, name: str) -> None:
    """Let one after the other read."""
    for line in iter(sys.stdin.readline, ""):
        at, left, now_ms = line.split()
        child = os.fork()
        if child == 0:
            read(url, name, at, int(left), int(now_ms))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
