"""Many at once: threads that begin together, and the members in front of real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from threading import Barrier
from typing import TypeVar

from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.web import MemberTokens
from tests.support.http import MemberClient
from tests.support.world import SECRET, World

T = TypeVar("T")
DAY_SECONDS = 86_400
PATIENCE_SECONDS = 60


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls return, each made by a thread of its own, all begun together. What one raises is raised."""
    barrier = Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def begin(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


@contextmanager
def present_world(url: str) -> Iterator[World]:
    """A world whose clock stands at this very moment, as the clocks of real servers do."""
    world = World(url, ManualClock(from_ms(SystemClock().now_ms())))
    try:
        yield world
    finally:
        world.close()


def clients_of(members: Sequence[str], ports: Sequence[int]) -> list[MemberClient]:
    """The phones of these members, spread over the servers."""
    tokens = MemberTokens((SECRET,), SystemClock())
    clients = [MemberClient(member, tokens.mint(member, DAY_SECONDS)[0]) for member in members]
    for client, port in zip(clients, cycle(ports)):
        client.connect(port)
    return clients


@contextmanager
def tabs_of(client: MemberClient, count: int, ports: Sequence[int]) -> Iterator[list[MemberClient]]:
    """So many tabs of one member's page, spread over the servers."""
    tabs = [client.tab(port) for _, port in zip(range(count), cycle(ports))]
    try:
        yield tabs
    finally:
        for tab in tabs:
            tab.close()
