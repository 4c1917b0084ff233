"""A till and a winner: a voucher in Alice's hand, and the counter's client with a key of its own scope."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.test import TestResponse

from tests.support.server import Client, Page, page_of
from tests.support.world import prize, rules, slot

USE_BY_DAYS = 30


@dataclass
class Till:
    """The counter of a shop."""

    client: Client
    store: str = "Shop 12"

    def look(self, code: str) -> TestResponse:
        """What a code is."""
        return self.client.get(f"/v1/vouchers/{quote(code, safe='')}")

    def use(self, code: str, key: str) -> TestResponse:
        """Use a code."""
        return self.client.post(f"/v1/vouchers/{quote(code, safe='')}/uses", {"store": self.store}, key=key)

    def undo(self, use: str) -> TestResponse:
        """Take a use back."""
        return self.client.send("DELETE", f"/v1/voucher-uses/{use}")

    def list(self, query: str = "") -> TestResponse:
        """The uses of a day."""
        return self.client.get(f"/v1/voucher-uses{query}")


@dataclass
class Voucher:
    """A voucher that Alice won."""

    page: Page
    grant: str
    code: str = ""

    def reveal(self) -> str:
        """Alice looks at her code."""
        answer = self.page.client.post(f"/v1/prizes/{self.grant}/reveal")
        assert answer.status_code == 200, answer.get_json()
        self.code = answer.get_json()["code"]
        return self.code

    def state(self) -> str:
        """What Alice's list says of it."""
        state: str = self.page.client.get(f"/v1/prizes/{self.grant}").get_json()["state"]
        return state


def open_till(client: Client, store: str = "Shop 12") -> Till:
    """A till with a key of the scope `vouchers` alone."""
    return Till(client.brand("vouchers"), store)


def win_voucher(client: Client, name: str = "alice", game: str = "gam_w") -> Voucher:
    """A member wins a voucher, which can be used for thirty days."""
    page = page_of(client, name, game)
    return Voucher(page, page.play()["prize"]["grant"])


def publish_vouchers(client: Client, game: str = "gam_w") -> str:
    """A game in which every play wins a voucher; the code of unit n is `gam_w-prz_meal-000n`."""
    document = rules(game, [prize("prz_meal", "voucher", units=50)], [slot("s1", 1, "prz_meal")])
    texts = {
        "prizes": {"prz_meal": {"zh-CN": "套餐券", "en": "Meal voucher"}},
        "where": {"prz_meal": {"zh-CN": "各门店", "en": "In every shop"}},
    }
    return client.world.publish(document, use_by_days={"prz_meal": USE_BY_DAYS}, texts=texts)
