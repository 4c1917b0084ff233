"""A brand that sells for money and for points: orders that earn, items that points buy, and members who buy them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from engage.campaigns import load, publish
from engage.earning import EARNING_INVARIANTS, earning_subscriber
from engage.events import SubscriberLoop
from engage.kernel.clock import from_ms, render
from engage.ledger import LEDGER_INVARIANTS, find_book, run_proof
from engage.rewards import PRIZE_OF_ITEM, REWARD_INVARIANTS, find_due, import_codes
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, open_client

EARNING = """\
earning:
  points: 1
  per_fen: 100
  pool: 1000000
  terms: {zh-CN: 堂食与外卖, en: Meals in the shop and delivered}
"""
EVIDENCE = "{source: {zh-CN: 价目表, en: Price list}, date: 2026-10-01}"


def item(name: str, price: int, /, *, units: int = 40, kind: str = "voucher", **more: Any) -> str:
    """An item of the campaign file."""
    fields = {
        "kind": kind,
        "name": f"{{zh-CN: 券 {name}, en: The {name}}}",
        "price": price,
        "market_value_fen": price * 12,
        "value_evidence": EVIDENCE,
        "units": units,
    } | more
    return f"  - id: {name}\n" + "".join(f"    {field}: {value}\n" for field, value in fields.items())


def shop_text(*items: str, text: str | None = None) -> str:
    """The sample campaign, in which orders earn points and these items can be bought."""
    rich = changed("points: 60000\n", "points: 1060000\n", *(() if text is None else (text,)))
    rich = changed("money_fen: 300000", "money_fen: 90000000", rich)
    return changed("claim:\n  how:", EARNING + "claim:\n  how:", rich) + "items:\n" + "".join(items)


@dataclass
class Till:
    """The brand's server, and the readers of the log that have caught up after each order."""

    bureau: Bureau

    def __post_init__(self) -> None:
        self.client = open_client(self.bureau)
        self._brand, self._numbers = self.client.brand(), count()
        services = self.bureau.services
        self._readers = SubscriberLoop(services.writer, services.reader, [earning_subscriber()])

    def open(self, text: str, items: Sequence[tuple[str, int]]) -> None:
        """Publish a campaign with so many codes for each of its vouchers that points buy."""
        services, office = self.bureau.services, self.bureau.office
        campaign = load(office, text, "Carol")
        self.bureau.import_codes()
        for name, codes in items:
            made = [f"{name}-{n:05}" for n in range(codes)]
            import_codes(services.writer, services.sealer, f"itm_{name}", PRIZE_OF_ITEM, made)
        publish(office, campaign, "Carol", "Dan")

    def member(self, name: str, **changes: Any) -> Client:
        """A member and their page."""
        return self.client.member(self.bureau.member(name, **changes))

    def order(self, yuan: int, member: str = "alice", *, name: str | None = None) -> str:
        """An order of so many yuan that was paid; its name."""
        order = name or f"o-{next(self._numbers)}"
        self.send([self.event("order.completed", order, yuan, member)])
        return order

    def refund(self, order: str, yuan: int, member: str = "alice") -> None:
        """Money back for an order."""
        self.send([self.event("order.refunded", order, yuan, member)])

    def event(self, type_: str, order: str, yuan: int, member: str) -> dict[str, Any]:
        """What the brand's server says of an order."""
        event = {"specversion": "1.0", "source": "till", "subject": member, "type": type_}
        event |= {"id": f"e-{next(self._numbers)}", "time": render(from_ms(self.bureau.clock.now_ms()))}
        return event | {"data": {"order": order, "net_fen": yuan * 100}}

    def send(self, events: list[dict[str, Any]]) -> None:
        """Send events and have them read; each time it is a second later."""
        self.bureau.clock.move(timedelta(seconds=1))
        answer = self._brand.send("POST", "/v1/events", events).get_json()
        assert answer["all_accepted"], answer
        self._readers.catch_up()

    def standing(self, member: str = "mem_alice") -> tuple[int, int]:
        """What a member owns, and what of it is held."""
        with self.bureau.services.reader.connect() as connection:
            book = find_book(connection, member)
        return book.points, book.held

    def left(self, name: str) -> int:
        """The units of an item that can still be bought."""
        left: int = self.bureau.one("SELECT units_left FROM pool WHERE game = :item", item=f"itm_{name}")
        return left

    def due(self) -> list[tuple[str, str]]:
        """What the job would capture now."""
        with self.bureau.services.reader.connect() as connection:
            return find_due(connection, self.bureau.clock.now_ms())

    def prove(self) -> None:
        """Everything adds up."""
        with self.bureau.services.reader.connect() as connection:
            results = run_proof(connection, (*LEDGER_INVARIANTS, *REWARD_INVARIANTS, *EARNING_INVARIANTS))
        assert not [violation for _, proof in results for violation in proof.violations]
