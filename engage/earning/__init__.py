"""Points for orders: by published rules, out of funded pools, pending, taken back with refunds, owed by dry pools."""

from engage.earning.orders import earning_subscriber
from engage.earning.pending import pay_owed, release_pending, write_off
from engage.earning.proof import EARNING_INVARIANTS
from engage.earning.publishing import earns_on, end_earning, fund_earning, publish_earning
from engage.earning.tables import EARNING_STEP, PURCHASE, PURCHASE_REFUND

__all__ = [
    "EARNING_INVARIANTS",
    "EARNING_STEP",
    "PURCHASE",
    "PURCHASE_REFUND",
    "earning_subscriber",
    "earns_on",
    "end_earning",
    "fund_earning",
    "pay_owed",
    "publish_earning",
    "release_pending",
    "write_off",
]
