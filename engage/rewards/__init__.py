"""Pools of funded units, the grants taken from them, vouchers and claims."""

from engage.rewards.prizes import (
    Address,
    HeldPrize,
    access_prize,
    claim_goods,
    move_state,
    read_address,
    read_prizes,
    read_prizes_in_state,
    reveal_code,
)
from engage.rewards.tables import CLAIM, GRANT, POOL, POOLS_BY_GAME, Grant, Pool, read_pools
from engage.rewards.vouchers import ImportedCodes, count_codes, import_codes, parse_codes

__all__ = [
    "CLAIM",
    "GRANT",
    "POOL",
    "POOLS_BY_GAME",
    "Address",
    "Grant",
    "HeldPrize",
    "ImportedCodes",
    "Pool",
    "access_prize",
    "claim_goods",
    "count_codes",
    "import_codes",
    "move_state",
    "parse_codes",
    "read_address",
    "read_pools",
    "read_prizes",
    "read_prizes_in_state",
    "reveal_code",
]
