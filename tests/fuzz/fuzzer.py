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

from engage.web import edge_of
from engage.web.limits import RateLimit
from tests.support.bureau import CARDS, WHEEL, Bureau
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
    """Knows a member, a brand and what is theirs, and lets made-up requests name it."""

    def __init__(self, bureau: Bureau, seed: int) -> None:
        self.report, self._chance = Report(seed), random.Random(seed)  # noqa: S311  made-up requests are no secrets
        self._seed, self._bureau = seed, bureau
        client = open_client(bureau)
        edge_of(client.app).limit = RateLimit("1000000/second", "", bureau.clock)
        self._page = Page(client.member(bureau.adult("alice", WHEEL, 1000).member), "mem_alice", WHEEL)
        self._member, self._brand = self._page.client, client.brand()
        self._page.play()
        self._schema = schemathesis.openapi.from_wsgi("/openapi.json", client.app)

    def run(self, requests: int) -> Report:
        """Send about so many requests, shared out among all operations."""
        operations = [found.ok() for found in self._schema.get_all_operations() if isinstance(found, Ok)]
        each = max(1, requests // (2 * len(operations)))
        for number, operation in enumerate(operations):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._fuzz(operation, mode, each, self._seed + number)
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
            "ext": ["alice"],
            "epoch": [page.epoch],
            "grant": self._grants(),
            "play": self._plays(),
        }
        for name, values in known.items():
            if name in case.path_parameters and values:
                case.path_parameters[name] = self._chance.choice(values)
        if isinstance(case.body, dict):
            sound = {"epoch": page.epoch, "client_seed": page.seed.hex(), "game": WHEEL}
            case.body |= {name: value for name, value in sound.items() if name in case.body}

    def _ready_to_play(self) -> None:
        """A new day if this one's epochs or plays are used up, and an epoch whose seed is known."""
        self._bureau.clock.move(timedelta(hours=1))
        if self._bureau.one("SELECT epoch FROM member_game WHERE game = :game", game=WHEEL) != self._page.epoch:
            self._bureau.clock.move(timedelta(days=1))
            self._page.open()

    def _plays(self) -> list[str]:
        return [id_ for (id_,) in self._bureau.rows("SELECT id FROM play ORDER BY id LIMIT 5")]

    def _grants(self) -> list[str]:
        return [id_ for (id_,) in self._bureau.rows("SELECT id FROM prize_grant ORDER BY id LIMIT 5")]
