"""An order as it stands after refunds, in the shape in which it was told. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

COMPLETED, REFUNDED = "order.completed", "order.refunded"


def after_refunds(order: Mapping[str, Any], refunds: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What is left of an order: lines that went back whole are gone. None if all that was paid went back."""
    gone, of_lines = 0, Counter[str]()
    for refund in refunds:
        gone += refund["net_fen"]
        for line in refund.get("lines", ()):
            of_lines[line["line"]] += line["net_fen"]
    if not gone:
        return dict(order)
    net_fen = max(order["net_fen"] - gone, 0)
    if net_fen == 0:
        return None
    lines = [line | {"net_fen": max(line["net_fen"] - of_lines[line["line"]], 0)} for line in order.get("lines", ())]
    kept = [line for line in lines if line["net_fen"] or not of_lines[line["line"]]]
    return dict(order) | {"net_fen": net_fen, "lines": kept}
