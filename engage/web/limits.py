"""How often one credential or one address may ask, so that nobody's loop is everybody's delay.

One process counts in memory, a window at a time, and forgets the window with its end; several count in Redis.
"""

from collections import Counter
from typing import Any, Protocol

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from engage.kernel.clock import Clock, render_ms
from engage.kernel.refusals import TooFast

SECOND_MS = 1000
ANSWER_SECONDS = 0.5
AWAY_MS = 5_000

log = structlog.get_logger()


class _Window(Protocol):
    def hit(self, name: str) -> bool:
        """Count one request; whether it was within the limit."""

    def has_room(self, name: str) -> bool:
        """Whether one more request would be within the limit."""

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

    def has_room(self, name: str) -> bool:
        return self._clock.now_ms() // self._length_ms != self._number or self._counts[name] < self._limit

    def reset_ms(self, _name: str) -> int:
        return (self._number + 1) * self._length_ms


class _RedisWindow:
    """Counts in Redis; while that does not answer, each process counts for itself, since a limit holds no truth.

    After a failure Redis is left alone for a while, so that one that hangs delays a request in a while, not each.
    """

    def __init__(self, item: RateLimitItem, url: str, clock: Clock) -> None:
        self._item, self._clock, self._alone = item, clock, _MemoryWindow(item, clock)
        options: dict[str, Any] = {
            "wrap_exceptions": True,
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": ANSWER_SECONDS,
            "socket_connect_timeout": ANSWER_SECONDS,
        }
        self._limiter = FixedWindowRateLimiter(storage_from_string(_address(url), **options))
        self._away_until_ms = 0

    def hit(self, name: str) -> bool:
        if self._clock.now_ms() >= self._away_until_ms:
            try:
                return self._limiter.hit(self._item, name)
            except StorageError:
                self._leave_alone()
        return self._alone.hit(name)

    def has_room(self, name: str) -> bool:
        if self._clock.now_ms() >= self._away_until_ms:
            try:
                return self._limiter.test(self._item, name)
            except StorageError:
                self._leave_alone()
        return self._alone.has_room(name)

    def reset_ms(self, name: str) -> int:
        if self._clock.now_ms() >= self._away_until_ms:
            try:
                return int(self._limiter.get_window_stats(self._item, name).reset_time * SECOND_MS)
            except StorageError:
                self._leave_alone()
        return self._alone.reset_ms(name)

    def _leave_alone(self) -> None:
        self._away_until_ms = self._clock.now_ms() + AWAY_MS
        log.warning("rate_limits_counted_alone")


class RateLimit:
    """A limit such as `200/second` for each name, in the notation of the `limits` library."""

    def __init__(self, notation: str, redis_url: str, clock: Clock) -> None:
        self._item = parse(notation)
        self._window: _Window = (
            _RedisWindow(self._item, redis_url, clock) if redis_url else _MemoryWindow(self._item, clock)
        )

    def require(self, name: str) -> None:
        """Count one request of `name`. Refuses with TooFast, naming the instant from which on it may ask again."""
        if not self._window.hit(name):
            raise self._refuse(name)

    def require_room(self, name: str) -> None:
        """Refuses with TooFast if the next request of `name` would be one too many; nothing is counted."""
        if not self._window.has_room(name):
            raise self._refuse(name)

    def count(self, name: str) -> None:
        """Count one request of `name`."""
        self._window.hit(name)

    def _refuse(self, name: str) -> TooFast:
        return TooFast(
            f"The limit is {self._item} for each token, key or address. Wait a moment.",
            retry_at=render_ms(self._window.reset_ms(name)),
        )


def _address(url: str) -> str:
    """The address as `limits` spells it, which calls a socket's scheme its own name."""
    return "redis+" + url if url.startswith("unix:") else url
