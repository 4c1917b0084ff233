"""Rings when the log has grown: at once for this process's own commits, over Redis for those of others.

What is sent is a hint and says nothing. Whoever hears none looks at the log now and then, so a Redis that is away, or
hangs, makes screens slower by a moment and never wrong.
"""

from collections.abc import Callable
from typing import Any

import gevent
import redis
import structlog
from gevent.event import Event
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL = "engage:log"
HINT = b"1"
ANSWER_SECONDS = 0.5
LISTEN_SECONDS = 1.0
AWAY_SECONDS = 1.0
POLL_ALONE_SECONDS, POLL_TOGETHER_SECONDS, POLL_DEAF_SECONDS = 1.0, 1.0, 0.25

log = structlog.get_logger()


class Bell:
    """Wakes the relay. Alone on its database a process hears only itself; several tell each other over Redis."""

    def __init__(self, redis_url: str, *, is_alone: bool) -> None:
        self._url, self._is_alone = redis_url, is_alone
        self._rung, self._struck, self._ending = Event(), Event(), Event()
        self._greenlets: list[gevent.Greenlet[..., None]] = []
        self._hears = False

    @property
    def poll_seconds(self) -> float:
        """How long to wait for a ring before looking at the log all the same."""
        if self._is_alone:
            return POLL_ALONE_SECONDS
        return POLL_TOGETHER_SECONDS if self._hears else POLL_DEAF_SECONDS

    def strike(self) -> None:
        """This process has committed something: ring here, and have the others rung for."""
        self._rung.set()
        self._struck.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; whether it rang."""
        rang = self._rung.wait(timeout=seconds)
        self._rung.clear()
        return rang

    def start(self) -> None:
        """Begin to tell others and to hear them, if there is a way."""
        if self._url:
            self._greenlets = [gevent.spawn(self._keep, self._tell), gevent.spawn(self._keep, self._listen)]

    def stop(self) -> None:
        """Tell and hear no more."""
        self._ending.set()
        gevent.killall(self._greenlets)

    def _keep(self, work: Callable[[Any], None]) -> None:
        """Do the work over a connection, and over another one when that is lost, for as long as this process lives."""
        while not self._ending.is_set():
            try:
                with redis.Redis.from_url(
                    self._url,
                    retry=Retry(NoBackoff(), 0),
                    socket_timeout=ANSWER_SECONDS,
                    socket_connect_timeout=ANSWER_SECONDS,
                ) as connection:
                    work(connection)
            except redis.RedisError:
                log.warning("bell_lost")
            self._ending.wait(timeout=AWAY_SECONDS)

    def _tell(self, connection: "redis.Redis") -> None:
        while True:
            self._struck.wait()
            self._struck.clear()
            connection.publish(CHANNEL, HINT)

    def _listen(self, connection: "redis.Redis") -> None:
        heard = connection.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis is, here
        try:
            heard.subscribe(CHANNEL)
            self._hears = True
            while True:
                if heard.get_message(timeout=LISTEN_SECONDS) is not None:
                    self._rung.set()
        finally:
            self._hears = False
            heard.close()
