"""Members who play at a pace, whether answers come or not, and look at each result as soon as it is there."""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count, cycle

import orjson

from bench.load import Connection
from bench.seed import Phone, play_request
from bench.sockets import Floor

CREATED, OK = 201, 200


class Players:
    """Those who play.

    `sent`: the instant (seconds) of each play's request. `waiting`: how many requests have no answer yet. `refused`:
    how many were answered by each status that is not theirs.
    """

    def __init__(self, floor: Floor, phones: Sequence[Phone]) -> None:
        self._floor, self._phones, self._keys = floor, cycle(phones), count()
        self._series = secrets.token_hex(4)
        self._idle: list[Line] = []
        self.sent: dict[str, float] = {}
        self.waiting, self.refused = 0, Counter[int]()

    def play(self, seconds: float, rate: float) -> None:
        """Play so many times a second for so long."""
        begin = time.monotonic()
        for number in range(round(seconds * rate)):
            self._floor.turn(0)
            while (left := begin + number / rate - time.monotonic()) > 0:
                self._floor.turn(left)
            phone = next(self._phones)
            request = play_request(phone, f"{self._series}-{next(self._keys)}")
            self._ask(request, CREATED, partial(self._look, phone, time.time()))

    def _look(self, phone: Phone, sent: float, body: bytes) -> None:
        play = orjson.loads(body)["play"]
        self.sent[play] = sent
        self._ask(_seen_request(phone, play), OK, lambda _body: None)

    def _ask(self, request: bytes, wanted: int, hear: Callable[[bytes], None]) -> None:
        line = self._idle.pop() if self._idle else Line(self._floor, self._idle)
        self.waiting += 1
        line.ask(request, partial(self._hear, wanted, hear))

    def _hear(self, wanted: int, hear: Callable[[bytes], None], status: int, body: bytes) -> None:
        self.waiting -= 1
        if status == wanted:
            hear(body)
        else:
            self.refused[status] += 1


class Line:
    """A connection that goes back to the idle ones with each answer."""

    def __init__(self, floor: Floor, idle: list["Line"]) -> None:
        self._connection, self._idle = Connection(floor.address, 0), idle
        floor.add(self._connection.socket, self._read)

    def ask(self, request: bytes, hear: Callable[[int, bytes], None]) -> None:
        """Send a request; `hear` is given the status and the body of its answer."""
        self._hear = hear
        self._connection.send(request)

    def _read(self) -> None:
        status = self._connection.receive()
        if status:
            body = self._connection.buffer.partition(b"\r\n\r\n")[2]
            self._idle.append(self)
            self._hear(status, body)


def _seen_request(phone: Phone, play: str) -> bytes:
    return (
        f"POST /v1/plays/{play}/seen HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {phone.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    ).encode()
