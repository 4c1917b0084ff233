"""Over random campaigns.

Nothing is drawn that can't be honoured, odds never move, and every substitution is the chain's.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.fairness.verifier import draw_ticket
from engage.kernel.refusals import Refusal
from tests.support.world import Client, World, answer_of, prize, rules, slot

SEALED = sa.text("SELECT sealed_seed FROM epoch WHERE id = :epoch")
IDS = ["prz_a", "prz_b", "prz_c", "prz_d"]


@st.composite
def campaigns(draw: st.DrawFn) -> dict[str, Any]:
    """A game by odds whose prizes run out soon.

    1–4 prizes of 1–6 units, chains with or without an end, perhaps a guarantee.
    """
    ids = IDS[: draw(st.integers(1, 4))]
    kinds = {id_: draw(st.sampled_from(["points", "voucher", "goods", "turns"])) for id_ in ids}
    prizes = [
        prize(
            id_,
            kinds[id_],
            units=draw(st.one_of(st.none(), st.integers(1, 6))) if kinds[id_] == "turns" else draw(st.integers(1, 6)),
            per_member=draw(st.one_of(st.none(), st.integers(1, 3))),
            **{"class": draw(st.integers(1, 2))},
        )
        for id_ in ids
    ]
    chains = st.permutations(ids).flatmap(lambda order: st.integers(1, len(order)).map(lambda n: list(order[:n])))
    slots = [
        slot(f"s{i}", draw(st.integers(1, 9)), *draw(chains), *draw(st.sampled_from([[], ["none"], ["none"]])))
        for i in range(draw(st.integers(1, 4)))
    ]
    tables = [[*slots, slot("miss", draw(st.integers(1, 9)), "none")]]
    guarantee = None
    if draw(st.booleans()):
        guarantee = {"class": 1, "misses": draw(st.integers(1, 3)), "table": 1}
        tables.append([slot("s0", 1, *draw(chains))])
    return rules("gam_random", prizes, *tables, guarantee=guarantee)


class Model:
    """The slow and obvious way: what a play should come to, from the published rules and the receipts before it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.left = {p["id"]: p["units"] for p in document["prizes"]}
        self.limit = {p["id"]: p["per_member"] for p in document["prizes"]}
        self.classes = {p["id"]: p["class"] for p in document["prizes"]} | {"none": 0}
        self.wins: dict[tuple[str, str], int] = {}
        self.misses: dict[str, int] = {}

    def why_not(self, member: str, prize_id: str) -> str | None:
        if prize_id == "none":
            return None
        if self.left[prize_id] == 0:
            return "out"
        limit = self.limit[prize_id]
        return "limit" if limit is not None and self.wins.get((member, prize_id), 0) >= limit else None

    def table(self, member: str) -> dict[str, Any]:
        guarantee = self.document["guarantee"]
        due = guarantee and self.misses.get(member, 0) >= guarantee["misses"]
        table: dict[str, Any] = self.document["tables"][guarantee["table"] if due else 0]
        return table

    def could_always_pay(self, member: str) -> bool:
        return all(
            any(self.why_not(member, one) is None for one in [s["prize"], *s["else"]])
            for s in self.table(member)["slots"]
        )

    def expect(self, member: str, ticket: int) -> tuple[str, str, list[dict[str, str]]]:
        slots = self.table(member)["slots"]
        bounds = list(accumulate(s["weight"] for s in slots))
        chosen = slots[next(i for i, bound in enumerate(bounds) if bound > ticket)]
        passed: list[dict[str, str]] = []
        for one in [chosen["prize"], *chosen["else"]]:
            why = self.why_not(member, one)
            if why is None:
                return chosen["slot"], one, passed
            passed.append({"prize": one, "why": why})
        raise AssertionError("drawn though it could not be honoured")

    def record(self, member: str, prize_id: str) -> None:
        if prize_id != "none":
            if self.left[prize_id] is not None:
                self.left[prize_id] -= 1
            self.wins[member, prize_id] = self.wins.get((member, prize_id), 0) + 1
        guarantee = self.document["guarantee"]
        if guarantee:
            won = self.classes[prize_id] >= guarantee["class"]
            self.misses[member] = 0 if won else self.misses.get(member, 0) + 1


def check(world: World, model: Model, player: Client, receipt: dict[str, Any]) -> None:
    assert model.could_always_pay(player.member), "a draw was made that might not have been honoured"
    table = model.table(player.member)
    total = sum(s["weight"] for s in table["slots"])
    assert receipt["table"] == table["id"]
    with world.services.reader.connect() as connection:
        sealed = connection.execute(SEALED, {"epoch": player.epoch}).scalar_one()
    ticket = draw_ticket(
        world.desk.open_seed(sealed),
        bytes.fromhex(receipt["rules_hash"]),
        player.epoch,
        player.seed,
        receipt["nonce"],
        total,
    )
    assert receipt["ticket"] == ticket
    expected = model.expect(player.member, ticket)
    assert (receipt["slot"], receipt["prize"], receipt["passed"]) == expected
    model.record(player.member, receipt["prize"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=campaigns(), batches=st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=6), max_size=12))
def test_a_random_campaign_keeps_its_odds_to_the_end(
    fresh_world: Any, document: dict[str, Any], batches: list[list[int]]
) -> None:
    with fresh_world() as world:
        world.publish(document, turns={p["id"]: 1 for p in document["prizes"] if p["kind"] == "turns"})
        players = [world.player(name, document["game"]) for name in ("alice", "bob", "carol")]
        model = Model(document)
        for player in players:
            player.open()
        for batch in batches:
            commands = [players[i].command() for i in batch]
            outcomes = world.services.writer.decide_all(commands)
            for i, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, Refusal):
                    assert not model.could_always_pay(players[i].member) or outcome.code in ("epoch_ended", "sold_out")
                    continue
                check(world, model, players[i], answer_of(outcome)["receipt"])
