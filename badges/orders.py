"""Orders that badges count, less what went back for them. A refund may be told of before its order."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from badges.tables import REFUND, Refund, badge_refund
from engage.events import OutsideEvent, read_outside_by_id
from engage.storage.work import Work
from engage.tasks import after_refunds

PREFIX = "order:"


def name_of_order(data: Mapping[str, Any]) -> str:
    """What steps call the order that an event is about."""
    return f"{PREFIX}{data['order']}"


class Orders:
    """The orders that a batch of events is about, by what steps call them."""

    def __init__(self, work: Work, whats: Collection[str], members: Collection[str]) -> None:
        self._work = work
        self._refunds: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        query = sa.select(badge_refund.c.event, badge_refund.c.order_id, badge_refund.c.member).where(
            badge_refund.c.order_id.in_(sorted(what.removeprefix(PREFIX) for what in whats)),
            badge_refund.c.member.in_(sorted(members)),
        )
        rows = list(work.connection.execute(query)) if whats else []
        sent = read_outside_by_id(work.connection, [row.event for row in rows])
        for row in rows:
            self._refunds[row.order_id, row.member].append(orjson.loads(sent[row.event].data))

    def refund(self, event: OutsideEvent, data: dict[str, Any], member: str) -> None:
        """Record that money went back."""
        self._work.insert(REFUND, Refund(event.id, data["order"], member, self._work.now_ms))
        self._refunds[data["order"], member].append(data)

    def left_of(self, order: Mapping[str, Any], member: str) -> dict[str, Any] | None:
        """What is left of an order; None if all that was paid went back."""
        return after_refunds(order, self._refunds[order["order"], member])

    def told_by(self, cause: str) -> dict[str, Any]:
        """An order as the event of the log told it that made it count."""
        event = cause.partition(":")[2]
        order: dict[str, Any] = orjson.loads(read_outside_by_id(self._work.connection, [event])[event].data)
        return order
