"""How often one credential or one address may ask, so that nobody's loop is everybody's delay."""

from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from engage.kernel.clock import Clock, render_ms
from engage.kernel.refusals import TooFast

SECOND_MS = 1000


class RateLimit:
    """A limit such as `200/second` for each name, counted in memory or in Redis."""

    def __init__(self, notation: str, redis_url: str, clock: Clock) -> None:
        self._item: RateLimitItem = parse(notation)
        self._storage: Storage = storage_from_string(redis_url or "memory://")
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._clock = clock

    def require(self, name: str) -> None:
        """Count one request of `name`. Refuses with TooFast, naming the instant from which on it may ask again."""
        if not self._limiter.hit(self._item, name):
            reset = int(self._limiter.get_window_stats(self._item, name).reset_time * SECOND_MS)
            raise TooFast(
                f"The limit is {self._item}. Wait a moment.", retry_at=render_ms(max(reset, self._clock.now_ms()))
            )
