"""Every answer of every address says that it is in nobody's frame, and tells nobody of itself."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from tests.support.phone import HTTP, HTTPS, Phone, open_house
from tests.support.server import Client
from tests.support.world import World

PAGE, DOCUMENT = "text/html", "application/json"


def answers(house: Client, origin: str) -> list[tuple[str, TestResponse]]:
    """What each address answers to a browser and to a program: to a stranger's, and to Alice's."""
    stranger, alice = Phone(house.app, origin), Phone(house.app, origin)
    alice.sign_in(house.brand("tokens"), "alice")
    rules = [rule for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = {"/nowhere", "/v1/nowhere", *(re.sub(r"<[^>]+>", "x", rule.rule) for rule in rules)}
    return [
        (path, phone.get(path, Accept=accept))
        for path in sorted(paths)
        for phone in (stranger, alice)
        for accept in (PAGE, DOCUMENT)
    ]


@pytest.mark.parametrize("origin", [HTTPS, HTTP])
def test_every_answer_keeps_to_itself(world: World, origin: str) -> None:
    world.member("alice")
    for path, answer in answers(open_house(world, origin), origin):
        headers, policy = answer.headers, answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert policy.startswith("default-src 'none'"), path
        assert not re.search(r"\*|https?:|'unsafe-eval'", policy), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "Access-Control-Allow-Origin" not in headers, path
        assert ("Strict-Transport-Security" in headers) == (origin == HTTPS), path
        if answer.mimetype == PAGE:
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert "geolocation=()" in headers["Permissions-Policy"], path
