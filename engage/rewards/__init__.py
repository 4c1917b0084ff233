"""Pools of funded units, the grants taken from them, vouchers and claims."""

from engage.rewards.prizes import (
    DELIVERY_PURPOSE,
    Address,
    access_prize,
    claim_goods,
    move_state,
    read_address,
    read_prizes,
    read_prizes_in_state,
    reveal_code,
    withdraw_addresses,
)
from engage.rewards.proof import REWARD_INVARIANTS
from engage.rewards.states import HeldPrize, Use, get_prize
from engage.rewards.tables import CLAIM, GRANT, POOL, POOLS_BY_GAME, Grant, Pool, read_pools
from engage.rewards.uses import (
    UNDO_MS,
    UsedVoucher,
    get_voucher,
    read_uses,
    undo_use,
    use_voucher,
    why_not,
)
from engage.rewards.vouchers import ImportedCodes, count_codes, find_unit, import_codes, parse_codes

__all__ = [
    "CLAIM",
    "DELIVERY_PURPOSE",
    "GRANT",
    "POOL",
    "POOLS_BY_GAME",
    "REWARD_INVARIANTS",
    "UNDO_MS",
    "Address",
    "Grant",
    "HeldPrize",
    "ImportedCodes",
    "Pool",
    "Use",
    "UsedVoucher",
    "access_prize",
    "claim_goods",
    "count_codes",
    "find_unit",
    "get_prize",
    "get_voucher",
    "import_codes",
    "move_state",
    "parse_codes",
    "read_address",
    "read_pools",
    "read_prizes",
    "read_prizes_in_state",
    "read_uses",
    "reveal_code",
    "undo_use",
    "use_voucher",
    "why_not",
    "withdraw_addresses",
]
