"""Pools of funded units, the grants taken from them, vouchers and claims."""

from engage.rewards.tables import GRANT, POOL, POOLS_BY_GAME, Grant, Pool, read_pools
from engage.rewards.vouchers import ImportedCodes, count_codes, hash_code, import_codes, parse_codes

__all__ = [
    "GRANT",
    "POOL",
    "POOLS_BY_GAME",
    "Grant",
    "ImportedCodes",
    "Pool",
    "count_codes",
    "hash_code",
    "import_codes",
    "parse_codes",
    "read_pools",
]
