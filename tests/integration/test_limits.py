"""Rate limits of several processes: counted together in Redis, and each for itself while Redis is away."""

from datetime import UTC, datetime

import pytest

from engage.kernel.clock import ManualClock
from engage.kernel.refusals import TooFast
from engage.web.limits import RateLimit
from tests.support.valkey import ValkeyServer

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


def test_two_processes_count_together(valkey: ValkeyServer) -> None:
    clock = ManualClock(NOON)
    one, other = (RateLimit("3/hour", valkey.url, clock) for _ in range(2))
    for limit in (one, other, one):
        limit.require("mem_alice")
    with pytest.raises(TooFast):
        other.require("mem_alice")
    other.require("mem_bob")


def test_without_redis_each_process_counts_for_itself() -> None:
    limit = RateLimit("2/hour", "redis://127.0.0.1:1/0", ManualClock(NOON))
    limit.require("mem_alice")
    limit.require("mem_alice")
    with pytest.raises(TooFast) as refusal:
        limit.require("mem_alice")
    assert refusal.value.fields["retry_at"] == "2026-12-01T05:00:00.000Z"
