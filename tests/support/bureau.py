"""A world with campaigns in it: the office that runs them, the sample file made playable, and what the books say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engage.builtin import all_features
from engage.campaigns import Office, Published, load, open_office, publish
from engage.kernel.clock import ManualClock, from_ms
from engage.rewards import import_codes
from tests.support.features import FEATURES
from tests.support.sample_campaign import changed
from tests.support.world import Client, World

DURING = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
AFTER = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
PLAYABLE = changed("points_need_order: true\n", "", changed("accept_rules: true", "accept_rules: false"))
"""The sample, in which nobody has to accept anything, nor to buy anything to use what they won."""
CAMPAIGN, WHEEL, CARDS = "cmp_spring", "gam_wheel", "gam_cards"
OTHER = (
    PLAYABLE.replace("id: spring", "id: autumn")
    .replace("- id: wheel", "- id: wheel2")
    .replace("- id: cards", "- id: cards2")
    .replace("kind: voucher", "kind: goods\n        address: true")
    .replace("money_fen: 300000", "money_fen: 400000")
)
"""Another campaign like it, with games of its own and no vouchers."""
NONE: Mapping[str, bytes] = {}
ADULT: dict[str, Any] = {"birth_date": "1990-05-04"}


@dataclass
class Bureau(World):
    """A world in which campaigns are loaded and published by Carol and approved by Dan."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(DURING))
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.office = open_office(self.services, all_features(FEATURES))

    def go_to(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock.move(moment - from_ms(self.clock.now_ms()))

    def load(self, text: str = PLAYABLE, pictures: Mapping[str, bytes] = NONE) -> str:
        """Load a file with the pictures that lie beside it; the campaign."""
        return load(self.office, text, "Carol", pictures.get)

    def import_codes(self, count: int = 40) -> None:
        """Import so many codes for the sample's meal voucher."""
        codes = [f"MEAL-{n:04}" for n in range(count)]
        import_codes(self.services.writer, self.services.sealer, WHEEL, "prz_meal", codes)

    def publish_campaign(self, text: str = PLAYABLE, pictures: Mapping[str, bytes] = NONE) -> Published:
        """Load a file, import the codes of its vouchers, and publish it."""
        campaign = self.load(text, pictures)
        self.import_codes()
        return publish(self.office, campaign, "Carol", "Dan")

    def adult(self, name: str, game: str, turns: int = 10) -> Client:
        """A grown-up member with turns, and the page in their hand."""
        return self.player(name, game, turns, **ADULT)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.services.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def one(self, statement: str, **values: Any) -> Any:
        """The only value that a query finds."""
        ((value,),) = self.rows(statement, **values)
        return value

    def state(self) -> str:
        """The sample campaign's state."""
        state: str = self.one("SELECT state FROM campaign WHERE id = :id", id=CAMPAIGN)
        return state

    def balance(self, kind: str) -> int:
        """What the postings put into accounts of a kind, less what they took out: points only."""
        came = "SELECT coalesce(sum(amount), 0) FROM posting WHERE asset = 'PTS' AND credit_kind = :kind"
        went = came.replace("credit_kind", "debit_kind")
        return int(self.one(came, kind=kind) - self.one(went, kind=kind))

    def event(self, name: str) -> dict[str, Any]:
        """What the only event of this name tells."""
        told: dict[str, Any] = orjson.loads(self.one("SELECT data FROM event WHERE name = :name", name=name))
        return told

    def close(self) -> None:
        """Let the connections go."""
        self.services.writer.stop()
        self.services.reader.dispose()
