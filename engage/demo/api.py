"""In demo mode only: a fresh member with turns in every game, so that anyone can play at once."""

from typing import Annotated

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api import Answer, Instant, Request
from engage.demo.site import register_site
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.entropy import random_bytes
from engage.members import Description, upsert
from engage.storage.work import Work
from engage.web import ANYONE, MAX_TTL_SECONDS, KeyAccepted, Routes, edge_of, json_answer

DEFAULT_TURNS, MAX_TURNS = 3, 1000
ADULT = "1990-01-01"


class DemoRequest(Request):
    """How many turns the member gets in each game."""

    turns: Annotated[int, Field(ge=DEFAULT_TURNS, le=MAX_TURNS)] = DEFAULT_TURNS


class DemoMemberAnswer(Answer):
    """A fresh member with a token."""

    member: str
    external_id: str
    token: str
    expires_at: Instant


def register(app: OpenAPI, services: Services) -> None:
    """Add the demo's route, and the site of its brand."""
    register_site(app, services)
    routes = Routes(app, "demo", "Only in the demo.")
    tokens = edge_of(app).tokens

    @routes.add("post", "/v1/demo/members", ANYONE, {201: DemoMemberAnswer})
    def post_demo_member(body: DemoRequest, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """A fresh member with this many turns in each game, and a token for it."""
        external_id = f"demo-{random_bytes(6).hex()}"

        def make(work: Work) -> str:
            member, _ = upsert(work, Description(external_id, birth_date=ADULT))
            for (game,) in work.connection.execute(sa.text("SELECT id FROM game WHERE state <> 'ended' ORDER BY id")):
                services.give_turns(work, member.id, game, body.turns, expires_at=None, reason="demo")
            return member.id

        member = services.writer.run(make)
        token, expires = tokens.mint(member, MAX_TTL_SECONDS)
        return json_answer(
            {"member": member, "external_id": external_id, "token": token, "expires_at": render_ms(expires)}, 201
        )
