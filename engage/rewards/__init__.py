"""Pools of funded units, the grants taken from them, vouchers and claims."""

from engage.rewards.tables import GRANT, POOL, POOLS_BY_GAME, Grant, Pool, read_pools

__all__ = ["GRANT", "POOL", "POOLS_BY_GAME", "Grant", "Pool", "read_pools"]
