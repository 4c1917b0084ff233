"""Forks one server after another from a process that has everything imported, so that a restart takes milliseconds.

Reads one JSON object a line: {"url": …, "redis": …, "socket": file descriptor, "die_at": null or [point, nth]};
answers with the child's process id, and when it is gone with its wait status. A child with `die_at` kills itself with
SIGKILL the nth time it passes that point of the Writer.
"""

import gc

gc.disable()

from gevent import monkey  # noqa: E402  nothing that is imported is ever garbage

monkey.patch_all()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from engage.app import close_services, create_app, open_services, start  # noqa: E402
from engage.kernel.garbage import settle  # noqa: E402
from engage.web import serve_alone  # noqa: E402
from tests.support.features import FEATURES  # noqa: E402
from tests.support.once import work_out_once  # noqa: E402
from tests.support.world import settings_for  # noqa: E402

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


def serve(order: dict[str, Any]) -> None:
    """Serve until stopped or killed."""
    observe = suicide(*order["die_at"]) if order["die_at"] else (lambda _point: None)
    settings = settings_for(order["url"], redis_url=order["redis"], rate_limit=NO_LIMIT, sign_in_url=SIGN_IN)
    services = open_services(settings, FEATURES, observe=observe)
    app = create_app(services, FEATURES)
    stop = start(services, FEATURES)
    listener = socket.socket(fileno=os.dup(order["socket"]))
    listener.setblocking(False)  # noqa: FBT003  the socket's own signature
    serve_alone(app, listener)
    stop()
    close_services(services)


def main() -> None:
    """Fork a server for each order, one at a time."""
    work_out_once()
    settle()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                serve(order)
            except BaseException:  # noqa: BLE001  whatever it is, this child must not go on as its mother
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
