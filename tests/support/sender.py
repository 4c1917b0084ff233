"""A brand's server that sends what happened, one event after the other, and the readers of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from engage.events import Subscriber, SubscriberLoop
from engage.kernel.clock import from_ms, render
from tests.support.bureau import Bureau
from tests.support.server import open_client


class Sender:
    """Sends events of members to a bureau, and has them read by these readers of the log."""

    def __init__(self, bureau: Bureau, *subscribers: Subscriber) -> None:
        self.bureau, self.server = bureau, open_client(bureau)
        self.client = self.server.brand()
        self.numbers = count()
        self.read_by(subscribers)

    def read_by(self, subscribers: Sequence[Subscriber]) -> None:
        """Have what is sent from now on read by others."""
        self.readers = SubscriberLoop(self.bureau.services.writer, self.bureau.services.reader, list(subscribers))

    def read(self) -> None:
        """Let the readers of the log catch up."""
        self.readers.catch_up()

    def send(self, type_: str, data: dict[str, Any], at: datetime | None = None, member: str = "alice") -> str:
        """Send one event and have it read; its id."""
        id_ = f"e-{next(self.numbers)}"
        self.post([self.event(id_, type_, data, at, member)])
        self.read()
        return id_

    def post(self, events: list[dict[str, Any]]) -> None:
        """Send events that nobody reads yet."""
        answer = self.client.send("POST", "/v1/events", events).get_json()
        assert answer["all_accepted"], answer

    def event(
        self, id_: str, type_: str, data: dict[str, Any], at: datetime | None = None, member: str = "alice"
    ) -> dict[str, Any]:
        """An event of a member's."""
        time = render(at or from_ms(self.bureau.clock.now_ms()))
        event = {"specversion": "1.0", "source": "till", "subject": member}
        return event | {"id": id_, "type": type_, "time": time, "data": data}

    def order(self, name: str, net_fen: int, at: datetime | None = None, **more: Any) -> str:
        """An order of Alice's that was paid."""
        return self.send("order.completed", {"order": name, "net_fen": net_fen} | more, at)

    def refund(self, name: str, net_fen: int, member: str = "alice", **more: Any) -> str:
        """Money back for an order."""
        return self.send("order.refunded", {"order": name, "net_fen": net_fen} | more, member=member)
