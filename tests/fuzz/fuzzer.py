"""Sends made-up requests and demands of each answer what the document promises: no fault, and nothing undocumented."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.errors import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engage.app import all_subscribers
from engage.web import edge_of
from engage.web.limits import RateLimit
from tests.fuzz.shop import ASK, open_shop
from tests.stateful.campaign import PRICES, REWARDS
from tests.support.bureau import ADULT, CAMPAIGN, CARDS, WHEEL, Bureau
from tests.support.features import FEATURES
from tests.support.sender import Sender
from tests.support.server import Page, open_client

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
GENERATED = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False
)
KNOWN_SHARE, STRANGER_SHARE = 0.7, 0.1
MAX_SHOWN = 20
EPOCH = "SELECT epoch FROM member_game WHERE game = :game AND member = :member"
ERASE = "DELETE /v1/me"
PLAY = "POST /v1/games/{game}/plays"


@dataclass
class Report:
    """What was sent and what was wrong with it."""

    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def render(self) -> str:
        """A few lines for whoever started it."""
        told = ", ".join(f"{status}: {n}" for status, n in sorted(self.statuses.items()))
        lines = [
            f"seed {self.seed}: {self.statuses.total()} requests to {len(self.operations)} operations ({told}),",
            f"{len(self.faults)} answers were not as documented.",
            *self.faults[:MAX_SHOWN],
        ]
        return "\n".join(lines)


class Fuzzer:
    """Knows a member, a brand and what is theirs, and lets made-up requests name it.

    What was sent is read after each operation, so that what members are told of it can be asked for next.
    """

    def __init__(self, bureau: Bureau, seed: int) -> None:
        self.report, self._chance = Report(seed), random.Random(seed)  # noqa: S311  made-up requests are no secrets
        self._seed, self._bureau = seed, bureau
        open_shop(bureau)
        self._sender = Sender(bureau, *all_subscribers(bureau.services, FEATURES))
        self._client = open_client(bureau)
        edge_of(self._client.app).limit = RateLimit("1000000/second", "", bureau.clock)
        self._brand = self._client.brand()
        self._meet("alice")
        self._schema = schemathesis.openapi.from_wsgi("/openapi.json", self._client.app)

    def _meet(self, name: str) -> None:
        """Somebody new, to whom something of everything happens."""
        bureau, sender = self._bureau, self._sender
        self._name = name
        self._page = Page(self._client.member(bureau.adult(name, WHEEL, 1000).member), f"mem_{name}", WHEEL)
        self._member = self._page.client
        self._page.play()
        sender.send("order.completed", {"order": f"o-{name}", "net_fen": 100_000}, member=name)
        for product in ("p-1", "p-2"):
            sender.send("review.posted", {"product": product}, member=name)
        sender.send("item.recycled", {"what": "cup", "quantity": 2}, member=name)
        bureau.clock.move(timedelta(days=2))
        for item in PRICES:
            self._member.post("/v1/redemptions", {"item": f"itm_{item}", "quantity": 1}, key=f"{item}-{name}")

    def run(self, requests: int) -> Report:
        """Send at least so many requests, shared out among all operations, the last of which erases the member."""
        found = (each.ok() for each in self._schema.get_all_operations() if isinstance(each, Ok))
        operations = sorted(found, key=lambda each: each.label == ERASE)
        number = 0
        while (missing := requests - self.report.statuses.total()) > 0:
            if number:
                self._meet(f"alice{number}")
            each = -(-missing // (2 * len(operations)))
            for operation in operations:
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self._fuzz(operation, mode, each, self._seed + number)
                self._sender.read()
                number += 1
        return self.report

    def _fuzz(
        self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, requests: int, seed: int
    ) -> None:
        @hypothesis.seed(seed)
        @settings(GENERATED, max_examples=requests)
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case[Any]) -> None:
            self._send(case)

        with suppress(Unsatisfiable):  # an operation that takes nothing can't be asked wrongly
            send()

    def _send(self, case: Case[Any]) -> None:
        self._mix_in_what_is_known(case)
        answer = case.call(headers=self._credential(case))
        self.report.operations.add(case.operation.label)
        self.report.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            told = "; ".join(f"{fault.title}: {fault.message}" for fault in group.exceptions)
            self.report.faults.append(f"{case.operation.label}: {told}\n{case.as_curl_command()}")

    def _credential(self, case: Case[Any]) -> dict[str, str]:
        if self._chance.random() < STRANGER_SHARE:
            return {"Authorization": self._chance.choice(["", "Bearer", "Bearer ek_stranger", "Basic bWFsbG9yeTo="])}
        needs = case.operation.definition.raw.get("security", [])
        if not needs:
            return {}
        bearer = self._brand.bearer if "key" in needs[0] else self._member.mint(self._page.member)
        return {"Authorization": f"Bearer {bearer}"}

    def _mix_in_what_is_known(self, case: Case[Any]) -> None:
        if self._chance.random() > KNOWN_SHARE:
            return
        if case.operation.label == PLAY:
            self._ready_to_play()
        page = self._page
        known = {
            "game": [WHEEL, CARDS],
            "ext": [self._name],
            "epoch": [page.epoch],
            "grant": self._ids("SELECT id FROM prize_grant ORDER BY id LIMIT 5"),
            "play": self._ids("SELECT id FROM play ORDER BY id LIMIT 5"),
            "award": self._ids("SELECT id FROM badge_award ORDER BY id LIMIT 5"),
            "redemption": self._ids("SELECT id FROM redemption ORDER BY id LIMIT 5"),
            "use": self._ids("SELECT id FROM voucher_use WHERE id IS NOT NULL ORDER BY id LIMIT 5"),
            "task": [f"tsk_{name}" for name in REWARDS],
            "badge": ["bdg_green", "bdg_critic"],
            "collection": ["col_year"],
            "campaign": [CAMPAIGN],
            "source": ["till"],
            "id": ["e-0", ASK],
        }
        for name, values in known.items():
            if name in case.path_parameters and values:
                case.path_parameters[name] = self._chance.choice(values)
        if isinstance(case.body, dict):
            item = f"itm_{self._chance.choice(sorted(PRICES))}"
            sound = {"epoch": page.epoch, "client_seed": page.seed.hex(), "game": WHEEL, "item": item}
            case.body |= {name: value for name, value in sound.items() if name in case.body}

    def _ready_to_play(self) -> None:
        """Who may play, on a new day if this one's epochs or plays are used up, with an epoch whose seed is known."""
        self._bureau.clock.move(timedelta(hours=1))
        self._brand.put(f"/v1/members/{self._name}", {"insider": False, **ADULT})
        if self._bureau.one(EPOCH, game=WHEEL, member=self._page.member) != self._page.epoch:
            self._bureau.clock.move(timedelta(days=1))
            self._page.open()

    def _ids(self, statement: str) -> list[str]:
        return [id_ for (id_,) in self._bureau.rows(statement)]
