"""No request moves value from one member to another: neither the chart nor the API has a way there."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from engage.ledger import ROUTES
from tests.support.server import Client, Page, page_of
from tests.support.world import prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50", "none")])


def test_no_route_of_the_chart_has_members_at_both_ends() -> None:
    assert not [route for route in ROUTES if (route.debit, route.credit) == ("MEMBER", "MEMBER")]


def test_no_body_that_a_member_sends_names_another_member_or_an_amount(client: Client) -> None:
    document = client.get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    named = re.compile(r"member|external|recipient|to$|amount|points|count|quantity|balance", re.IGNORECASE)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["security"] != [{"member": []}] or method == "get":
                continue
            assert "{ext}" not in path
            reference = (
                operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            )
            fields = schemas[reference["$ref"].rsplit("/", 1)[1]]["properties"] if reference else {}
            assert not [name for name in fields if named.search(name)], (method, path)


def balances(client: Client) -> Counter[tuple[str, str]]:
    """What each member owns, by asset."""
    query = """
        SELECT member, asset, sum(CASE WHEN credit_kind = 'MEMBER' THEN amount ELSE -amount END)
        FROM posting WHERE member IS NOT NULL GROUP BY member, asset
    """
    with client.world.services.reader.connect() as connection:
        return Counter({(member, asset): int(n) for member, asset, n in connection.execute(sa.text(query))})


@pytest.fixture
def pages(client: Client) -> tuple[Page, Page]:
    game = client.world.publish(PLAIN)
    return page_of(client, "alice", game), page_of(client, "mallory", game)


def test_whatever_mallory_asks_for_alice_loses_nothing(client: Client, pages: tuple[Page, Page]) -> None:
    alice, mallory = pages
    alice.play()
    mallory.play()
    before = balances(client)
    names = {"game": "gam_w", "ext": "alice", "epoch": alice.epoch}
    body = {"epoch": alice.epoch, "client_seed": alice.seed.hex(), "game": "gam_w", "count": 1, "reason": "mine"}
    for rule in client.app.url_map.iter_rules():
        path = re.sub(r"<(?:path:)?(\w+)>", lambda found: names.get(found[1], "x"), rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS", "GET"}:
            for sent in ({}, body, {name: body[name] for name in ("epoch", "client_seed")}, {"member": "mem_alice"}):
                mallory.client.send(method, path, sent, key="steal")
    after = balances(client)
    assert {key: n for key, n in after.items() if key[0] == "mem_alice"} == {
        key: n for key, n in before.items() if key[0] == "mem_alice"
    }
    assert after.total() <= before.total()


def test_every_cause_touches_one_member_at_most(client: Client, pages: tuple[Page, Page]) -> None:
    for page in pages:
        page.play()
    with client.world.services.reader.connect() as connection:
        causes = connection.execute(sa.text("SELECT cause, count(DISTINCT member) FROM posting GROUP BY cause")).all()
    assert max(members for _, members in causes) == 1
