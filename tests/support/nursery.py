"""Forks servers and readers from a process that has everything imported, so that a start takes milliseconds.

It is started with the number of a socket. A message on it is the name of a job, and brings a line to talk over and what
sockets the job takes: for each it forks a nurse, who forks one child after another. `nurse` says how to talk to her.
"""

import gc

gc.disable()

from socket import socket as blocking_socket  # noqa: E402  before gevent has one of its own

from gevent import monkey  # noqa: E402  nothing that is imported is ever garbage

monkey.patch_all()

import ctypes  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import replace  # noqa: E402
from functools import partial  # noqa: E402
from typing import Any, NoReturn  # noqa: E402

from engage.app import all_subscribers, close_services, create_app, open_services, start  # noqa: E402
from engage.events import SubscriberLoop  # noqa: E402
from engage.kernel.clock import ManualClock, from_ms  # noqa: E402
from engage.kernel.garbage import settle  # noqa: E402
from engage.web import serve_alone  # noqa: E402
from tests.support.features import FEATURES  # noqa: E402
from tests.support.once import work_out_once  # noqa: E402
from tests.support.world import settings_for  # noqa: E402

SEND_ME_WHEN_MY_PARENT_DIES = 1  # PR_SET_PDEATHSIG of prctl(2)
READ_AT_ONCE = 6
NO_LIMIT = "1000000/second"
SIGN_IN = "https://brand.example/sign-in"


def suicide(point: str, nth: int) -> Callable[[str], None]:
    """An observer that kills this process the nth time the Writer passes a point."""
    left = nth

    def observe(passed: str) -> None:
        nonlocal left
        if passed == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return observe


def serve(order: dict[str, Any], number: int) -> None:
    """Serve until stopped or killed, on the socket with this number."""
    observe = suicide(*order["die_at"]) if order["die_at"] else (lambda _point: None)
    settings = settings_for(order["url"], redis_url=order["redis"], rate_limit=NO_LIMIT, sign_in_url=SIGN_IN)
    services = open_services(settings, FEATURES, observe=observe)
    app = create_app(services, FEATURES)
    stop = start(services, FEATURES)
    listener = socket.socket(fileno=number)
    listener.setblocking(False)  # noqa: FBT003  the socket's own signature
    serve_alone(app, listener)
    stop()
    close_services(services)


def read(order: dict[str, Any]) -> None:
    """Let a subscriber read on until all is read, at an instant that stands still."""
    observe = suicide(*order["die_at"])
    clock = ManualClock(from_ms(order["now"]))
    services = open_services(settings_for(order["url"]), FEATURES, clock=clock, observe=observe)
    (reader,) = [each for each in all_subscribers(services, FEATURES) if each.name == order["name"]]
    SubscriberLoop(services.writer, services.reader, [replace(reader, batch=READ_AT_ONCE)]).catch_up()
    close_services(services)


JOBS: dict[bytes, Callable[..., None]] = {b"serve": serve, b"read": read}


def nurse(job: Callable[..., None], line: int, *sockets: int) -> None:
    """Fork a child for each order, one at a time.

    An order is one JSON object a line: what the job takes. The answer is the child's process id, and when it is gone
    its wait status. A child with `die_at`, [point, nth], kills itself with SIGKILL the nth time it passes that point
    of the Writer.
    """
    with open(line, closefd=False) as orders, open(line, "w", closefd=False) as answers:
        for order in orders:
            child = os.fork()
            if child == 0:
                _be(partial(job, json.loads(order), *sockets))
            print(child, file=answers, flush=True)
            print(os.waitpid(child, 0)[1], file=answers, flush=True)


def _be(child: Callable[[], None]) -> NoReturn:
    """Be that child to the end, whatever happens: it must not go on as its mother, nor outlive her."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SEND_ME_WHEN_MY_PARENT_DIES, signal.SIGKILL)
    try:
        child()
    except BaseException:  # noqa: BLE001  whatever it is
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def main(number: int) -> None:
    """Fork a nurse for whoever comes, until the last one is gone."""
    work_out_once()
    settle()
    door = blocking_socket(fileno=number)
    while name := (message := socket.recv_fds(door, 16, 2))[0]:
        brought = message[1]
        if os.fork() == 0:
            door.close()
            _be(partial(nurse, JOBS[name], *brought))
        for each in brought:
            os.close(each)


if __name__ == "__main__":
    main(int(sys.argv[1]))
