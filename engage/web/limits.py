"""How often one credential or one address may ask, so that nobody's loop is everybody's delay.

One process counts in memory, a window at a time, and forgets the window with its end; several count in Redis.
"""

from collections import Counter
from typing import Protocol

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from engage.kernel.clock import Clock, render_ms
from engage.kernel.refusals import TooFast

SECOND_MS = 1000


class _Window(Protocol):
    def hit(self, name: str) -> bool:
        """Count one request; whether it was within the limit."""

    def reset_ms(self, name: str) -> int:
        """When the present window ends, in milliseconds."""


class _MemoryWindow:
    def __init__(self, item: RateLimitItem, clock: Clock) -> None:
        self._limit, self._length_ms, self._clock = item.amount, item.get_expiry() * SECOND_MS, clock
        self._number, self._counts = 0, Counter[str]()

    def hit(self, name: str) -> bool:
        number = self._clock.now_ms() // self._length_ms
        if number != self._number:
            self._number, self._counts = number, Counter()
        self._counts[name] += 1
        return self._counts[name] <= self._limit

    def reset_ms(self, _name: str) -> int:
        return (self._number + 1) * self._length_ms


class _RedisWindow:
    def __init__(self, item: RateLimitItem, url: str) -> None:
        self._item, self._limiter = item, FixedWindowRateLimiter(storage_from_string(url))

    def hit(self, name: str) -> bool:
        return self._limiter.hit(self._item, name)

    def reset_ms(self, name: str) -> int:
        return int(self._limiter.get_window_stats(self._item, name).reset_time * SECOND_MS)


class RateLimit:
    """A limit such as `200/second` for each name, in the notation of the `limits` library."""

    def __init__(self, notation: str, redis_url: str, clock: Clock) -> None:
        self._item = parse(notation)
        self._window: _Window = _RedisWindow(self._item, redis_url) if redis_url else _MemoryWindow(self._item, clock)

    def require(self, name: str) -> None:
        """Count one request of `name`. Refuses with TooFast, naming the instant from which on it may ask again."""
        if not self._window.hit(name):
            raise TooFast(f"The limit is {self._item}. Wait a moment.", retry_at=render_ms(self._window.reset_ms(name)))
