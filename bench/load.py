"""The load generator: raw keep-alive HTTP/1.1 over epoll in one thread, to take little from the server.

A request is made by `supply(connection number)`; an answer counts only with a 2xx status. Latencies are microseconds.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

RECEIVE = 65_536
DRAIN_SECONDS = 30


@dataclass
class Result:
    """What a run measured: answers by status, the seconds it took and each latency in microseconds."""

    seconds: float = 0.0
    by_status: dict[int, int] = field(default_factory=dict)
    latencies_us: list[int] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Answers with a 2xx status."""
        return sum(count for status, count in self.by_status.items() if 200 <= status < 300)  # noqa: PLR2004  the HTTP classes of success

    @property
    def rate(self) -> float:
        """2xx answers a second."""
        return self.good / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The latency below which this share (0 … 1) of the answers stayed, in milliseconds."""
        ordered = sorted(self.latencies_us)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000 if ordered else 0.0


class Connection:
    """One keep-alive connection, which carries one request at a time."""

    __slots__ = ("buffer", "number", "sent_at", "socket", "wanted")

    def __init__(self, address: tuple[str, int], number: int) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)  # noqa: FBT003  the socket's own signature
        self.number, self.buffer, self.wanted, self.sent_at = number, b"", 0, 0.0

    def send(self, request: bytes) -> None:
        """Send a request, once the answer to the one before it is whole."""
        self.sent_at = time.perf_counter()
        self.buffer, self.wanted = b"", 0
        self.socket.sendall(request)

    def receive(self) -> int:
        """The status once the answer is whole, else 0."""
        data = self.socket.recv(RECEIVE)
        if not data:
            message = "the server closed a connection"
            raise ConnectionError(message)
        self.buffer += data
        if not self.wanted:
            head = self.buffer.find(b"\r\n\r\n")
            if head < 0:
                return 0
            self.wanted = head + 4 + _content_length(self.buffer[:head])
        return int(self.buffer[9:12]) if len(self.buffer) >= self.wanted else 0


def _content_length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    end = lower.find(b"\r\n", start)
    return int(lower[start:end] if end >= 0 else lower[start:])


def run(
    address: tuple[str, int], connections: int, seconds: float, supply: Callable[[int], bytes], warm_up: float = 0.5
) -> Result:
    """Load `address` over so many connections for so many seconds after a warm-up that is not counted.

    What was sent is waited for at the end, or a slow server would go on with it while the next one is measured.
    """
    selector = selectors.DefaultSelector()
    opened = [Connection(address, number) for number in range(connections)]
    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(supply(connection.number))
    begin = time.perf_counter()
    counting, end = begin + warm_up, begin + warm_up + seconds
    result = Result(seconds=seconds)
    now = begin
    while now < end:
        for key, _events in selector.select(timeout=1):
            connection = key.data
            status = connection.receive()
            if not status:
                continue
            now = time.perf_counter()
            if now >= counting:
                result.by_status[status] = result.by_status.get(status, 0) + 1
                result.latencies_us.append(int((now - connection.sent_at) * 1e6))
            connection.send(supply(connection.number))
        now = time.perf_counter()
    _drain(selector, end + DRAIN_SECONDS)
    for connection in opened:
        connection.socket.close()
    selector.close()
    return result


def _drain(selector: selectors.BaseSelector, deadline: float) -> None:
    """Take in the answers that are still to come. TimeoutError if some are not there in time."""
    while selector.get_map():
        if time.perf_counter() > deadline:
            message = f"{len(selector.get_map())} requests had no answer {DRAIN_SECONDS} s after the load ended"
            raise TimeoutError(message)
        for key, _events in selector.select(timeout=1):
            if key.data.receive():
                selector.unregister(key.fileobj)
