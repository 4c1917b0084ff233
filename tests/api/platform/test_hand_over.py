"""What was won is handed over to nobody who may not have it: staff, suppliers and test members."""

from __future__ import annotations

from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import prize, rules, slot

TO = {"name": "Alice", "phone": "+86 138 0000 0000", "address": "1 Pine Lane, Shanghai", "consent": True}


def winner(client: Client, kind: str) -> tuple[Page, str]:
    """Alice, and the grant of what she won."""
    document = rules("gam_w", [prize("prz_it", kind, units=5)], [slot("s1", 1, "prz_it")])
    alice = page_of(client, "alice", client.world.publish(document))
    grant: str = alice.play()["prize"]["grant"]
    return alice, grant


def make_insider(client: Client) -> None:
    assert client.brand("members").put("/v1/members/alice", {"insider": True}).status_code == 200


def test_an_insider_is_shown_no_code(client: Client) -> None:
    alice, grant = winner(client, "voucher")
    make_insider(client)
    answer = alice.client.post(f"/v1/prizes/{grant}/reveal")
    assert (code_of(answer), answer.get_json()["reason"]) == ((403, "not_eligible"), "insider")
    assert alice.client.get(f"/v1/prizes/{grant}").get_json()["state"] == "won"


def test_goods_that_an_insider_claimed_before_are_not_sent_but_can_be_declined(client: Client) -> None:
    alice, grant = winner(client, "goods")
    assert alice.client.post(f"/v1/prizes/{grant}/claim", TO).status_code == 200
    make_insider(client)
    brand, path = client.brand("prizes"), f"/v1/prizes/{grant}/states"
    assert code_of(brand.post(path, {"state": "shipped"}, key="ship")) == (403, "not_eligible")
    assert brand.post(path, {"state": "declined"}, key="no").get_json()["state"] == "declined"
