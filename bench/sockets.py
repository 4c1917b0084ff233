"""Screens of many members in one thread: sockets of `/live` that watch a game, keep their connection, and listen."""

import resource
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial

import orjson

from bench.seed import GAME, Phone
from tests.support.frames import TEXT, RawSocket, frame

PING, PONG = b"2", b"3"
WATCH = f'42/live,["watch",{{"game":"{GAME}"}}]'.encode()
MESSAGE, SETTLED = b"42/live,", b'42/live,["play.settled",'
SPARE_FILES = 256
TURN_SECONDS = 0.1


class TooFewFiles(Exception):  # noqa: N818  said to whoever measures
    """This machine does not allow so many open files; the message says how many it does allow."""


def require_files(sockets: int) -> None:
    """Raise the limit of open files to what so many sockets need, in this process and the server that it starts.

    Refuses with TooFewFiles.
    """
    needed = sockets + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != hard < needed:
        message = f"{sockets} sockets need {needed} open files, and this machine allows {hard}: raise `ulimit -Hn`."
        raise TooFewFiles(message)
    if resource.RLIM_INFINITY != soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


class Floor:
    """Everybody who is there. `settled`: the instant (seconds) at which a screen was told of a play."""

    def __init__(self, port: int) -> None:
        self.address = ("127.0.0.1", port)
        self.settled: dict[str, float] = {}
        self._selector = selectors.DefaultSelector()

    def open(self, phones: Sequence[Phone]) -> None:
        """Open a screen for each of these members. ConnectionError if one is not let in."""
        for phone in phones:
            screen = RawSocket(self.address[1])
            answer = screen.enter(phone.token)
            if not answer.startswith("40/live"):
                raise ConnectionError(answer)
            screen.send(frame(WATCH))
            self.add(screen.socket, partial(self._hear, screen))
            self.turn(0)

    def add(self, opened: socket.socket, read: Callable[[], None]) -> None:
        """Have `read` called whenever something came. The socket is closed with all others."""
        self._selector.register(opened, selectors.EVENT_READ, read)

    def turn(self, seconds: float) -> None:
        """Read what is there, or comes within so long."""
        for key, _events in self._selector.select(max(0.0, seconds)):
            key.data()

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let everybody listen for so long, or until something is true."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not until():
            self.turn(min(left, TURN_SECONDS))

    def close(self) -> None:
        """Everybody goes."""
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()

    def _hear(self, screen: RawSocket) -> None:
        self._take(screen)
        while screen.has_more:
            self._take(screen)

    def _take(self, screen: RawSocket) -> None:
        opcode, message = screen.read()
        if opcode != TEXT:
            text = f"a screen was let go: {message!r}"
            raise ConnectionError(text)
        if message == PING:
            screen.send(frame(PONG))
        else:
            self.note(message)

    def note(self, message: bytes) -> None:
        """Keep when a screen was told of a play."""
        if message.startswith(SETTLED):
            _name, item = orjson.loads(message.removeprefix(MESSAGE))
            self.settled[item["data"]["play"]] = time.time()
