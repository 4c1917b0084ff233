"""The application in this process, asked as members and brands' servers ask it: with tokens, keys and JSON."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import has_app_context
from flask_openapi import OpenAPI
from werkzeug.test import TestResponse

from engage.app import create_app
from engage.fairness.verifier import client_commitment
from engage.feature import Services
from engage.storage.writer import Command
from engage.web import SCOPES, create_key, edge_of
from engage.web.queries import has_connection
from tests.support.features import FEATURES
from tests.support.world import World


@dataclass
class Client:
    """Whoever asks over HTTP. `bearer` is the token or API key that is sent; empty is none."""

    world: World
    app: OpenAPI
    bearer: str = ""
    member_id: str = ""

    def member(self, member: str) -> Client:
        """The same, signed in as a member, with a token that is renewed as time goes by."""
        return Client(self.world, self.app, self.mint(member), member)

    def mint(self, member: str) -> str:
        """A token of a member that lasts an hour from now."""
        return edge_of(self.app).tokens.mint(member, 3600)[0]

    def brand(self, *scopes: str) -> Client:
        """The same, with an API key of these scopes (none: all)."""
        secret = self.world.services.writer.run(
            lambda work: create_key(work, f"key {secrets.token_hex(4)}", scopes or SCOPES)
        )
        return Client(self.world, self.app, secret)

    def send(  # noqa: PLR0913  a request has these parts
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """Send a request; `body` goes as JSON, `data` as it is."""
        bearer = self.mint(self.member_id) if self.member_id else self.bearer
        sent = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        sent |= {"Idempotency-Key": key} if key is not None else {}
        arguments: dict[str, Any] = {"headers": sent | (headers or {})}
        if data is not None:
            arguments |= {"data": data, "content_type": "application/json"}
        elif body is not None:
            arguments["json"] = body
        return self.app.test_client().open(path, method=method, buffered=True, **arguments)

    def get(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        """GET."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> TestResponse:
        """POST."""
        return self.send("POST", path, {} if body is None else body, key=key)

    def put(self, path: str, body: Any) -> TestResponse:
        """PUT."""
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any) -> TestResponse:
        """PATCH."""
        return self.send("PATCH", path, body)


@dataclass
class Page:
    """A member's page: it makes its own seeds and keeps them."""

    client: Client
    member: str
    game: str
    seed: bytes = b""
    epoch: str = ""

    def open(self) -> dict[str, Any]:
        """Open an epoch with a fresh seed; the answer."""
        self.seed = secrets.token_bytes(32)
        answer = self.client.post(
            f"/v1/games/{self.game}/epochs", {"client_commitment": client_commitment(self.seed).hex()}
        )
        document: dict[str, Any] = answer.get_json()
        assert answer.status_code == 201, document
        self.epoch = document["epoch"]
        return document

    def send_play(self, key: str | None = None, **changes: Any) -> TestResponse:
        """Play once, in an epoch that is opened if there is none; the answer as it came."""
        if not self.epoch:
            self.open()
        body = {"epoch": self.epoch, "client_seed": self.seed.hex()} | changes
        return self.client.post(f"/v1/games/{self.game}/plays", body, key=key or secrets.token_hex(8))

    def play(self, key: str | None = None, **changes: Any) -> dict[str, Any]:
        """Play once; what came of it."""
        answer = self.send_play(key, **changes)
        document: dict[str, Any] = answer.get_json()
        assert answer.status_code == 201, document
        return document


def open_client(world: World) -> Client:
    """Nobody in particular, asking the application over a world."""
    return Client(world, open_app(world.services))


def open_app(services: Services) -> OpenAPI:
    """The application. In it a request that waits for the Writer with a connection in hand is a fault."""
    submit = services.writer.submit

    def submit_with_empty_hands(command: Command[Any]) -> Any:
        assert not (has_app_context() and has_connection()), "give the connection back first: reading()"
        return submit(command)

    services.writer.submit = submit_with_empty_hands  # type: ignore[method-assign]  # the test's own look at it
    return create_app(services, FEATURES)


def page_of(client: Client, name: str, game: str, turns: int = 100, **changes: Any) -> Page:
    """A new member of the world with turns, and their page."""
    member = client.world.player(name, game, turns, **changes).member
    return Page(client.member(member), member, game)


def code_of(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal, which has to be problem+json."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    document = answer.get_json()
    assert document["status"] == answer.status_code
    assert document["type"] == f"/docs/problems#{document['code']}"
    return answer.status_code, document["code"]
