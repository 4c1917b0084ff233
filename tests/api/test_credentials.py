"""Tokens and API keys: whatever was not minted here, for this, and still holds, is nobody."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import orjson
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OctKey

from engage.web import create_key, edge_of
from engage.web.credentials import _signing_key, revoke_key
from engage.web.limits import RateLimit
from tests.support.server import Client, code_of
from tests.support.world import SECRET

CLAIMS = {"iss": "engage", "aud": "engage:member", "sub": "mem_alice", "exp": 4_000_000_000, "iat": 1}


def part(document: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(document)).rstrip(b"=").decode()


def signed(claims: dict[str, object], key: OctKey | None = None, alg: str = "HS256") -> str:
    return jwt.encode({"alg": alg}, claims, key or _signing_key(SECRET), algorithms=[alg])


NO_SIGNATURE = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}."
FORGERIES = {
    "no token": "",
    "no signature": NO_SIGNATURE,
    "another server's": signed(CLAIMS, OctKey.import_key(b"another secret of another server, 32")),
    "the bare secret": signed(CLAIMS, OctKey.import_key(SECRET.encode())),
    "another algorithm": signed(CLAIMS, alg="HS512"),
    "another audience": signed(CLAIMS | {"aud": "engage:staff"}),
    "another issuer": signed(CLAIMS | {"iss": "mallory"}),
    "without an end": signed({name: value for name, value in CLAIMS.items() if name != "exp"}),
    "expired": signed(CLAIMS | {"exp": 1_700_000_000}),
    "no member in it": signed({name: value for name, value in CLAIMS.items() if name != "sub"}),
    "no token at all": "a.b.c",
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES.keys())
def test_what_was_not_minted_here_for_this_is_nobody(client: Client, forged: str) -> None:
    client.world.member("alice")
    answer = Client(client.world, client.app, forged).get("/v1/me")
    assert code_of(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_same_claims_signed_here_are_the_member(client: Client) -> None:
    client.world.member("alice")
    assert Client(client.world, client.app, signed(CLAIMS)).get("/v1/me").get_json()["member"] == "mem_alice"


def test_a_token_ends_on_time_though_it_was_read_before(client: Client) -> None:
    client.world.member("alice")
    alice = Client(client.world, client.app, client.mint("mem_alice"))
    assert alice.get("/v1/me").status_code == 200
    client.world.clock.move(timedelta(seconds=3599))
    assert alice.get("/v1/me").status_code == 200
    client.world.clock.move(timedelta(seconds=1))
    assert code_of(alice.get("/v1/me")) == (401, "unauthenticated")


def test_a_brand_mints_tokens_that_last_at_most_an_hour(client: Client) -> None:
    client.world.member("alice")
    brand = client.brand("tokens")
    answer = brand.post("/v1/members/alice/tokens", {"ttl_seconds": 60})
    assert (answer.status_code, answer.get_json()["expires_at"]) == (201, "2026-12-01T04:01:00.000Z")
    assert Client(client.world, client.app, answer.get_json()["token"]).get("/v1/me").status_code == 200
    for ttl in (0, 59, 3601, 10**12, "60", True):
        assert code_of(brand.post("/v1/members/alice/tokens", {"ttl_seconds": ttl})) == (422, "invalid_request")
    assert code_of(brand.post("/v1/members/nobody/tokens")) == (404, "not_found")


def test_a_revoked_key_is_refused_within_a_second(client: Client) -> None:
    client.world.member("alice")
    secret = client.world.services.writer.run(lambda work: create_key(work, "till", ("support",)))
    till = Client(client.world, client.app, secret)
    assert till.get("/v1/members/alice").status_code == 200
    with client.world.services.reader.connect() as connection:
        key = connection.execute(sa.text("SELECT id FROM api_key")).scalar_one()
    client.world.services.writer.run(lambda work: revoke_key(work, key))
    client.world.clock.move(timedelta(seconds=1))
    assert code_of(till.get("/v1/members/alice")) == (401, "unauthenticated")


def test_a_key_does_what_its_scopes_allow_and_no_member_is_a_key(client: Client) -> None:
    client.world.member("alice")
    answer = client.brand("support").put("/v1/members/bob", {})
    assert (code_of(answer), answer.get_json()["scope"]) == ((403, "forbidden"), "members")
    assert code_of(client.member("mem_alice").put("/v1/members/bob", {})) == (401, "unauthenticated")
    confused = client.brand().get("/v1/me")
    assert (code_of(confused), "/v1/members/{ext}/tokens" in confused.get_json()["detail"]) == (
        (401, "unauthenticated"),
        True,
    )


def test_every_route_is_open_to_whom_the_contract_says(client: Client) -> None:
    client.world.member("alice")
    open_paths = (
        "/healthz",
        "/readyz",
        "/metrics",
        "/log/",
        "/.well-known/",
        "/g/",
        "/b/",
        "/badges/",
        "/docs",
        "/openapi.json",
        "/static/",
        "/media/",
        "/share/",
        "/verify",
        "/counter",
        "/prizes-offline.js",
        "/hub.webmanifest",
        "/c/",
    )
    public = re.compile(r"/v1/(games/[^/]+/(rules|fairness|deck|winners|bundle)|campaigns/[^/]+/rules)$")
    for rule in client.app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.send(method, path, None if method == "GET" else {})
            is_open = (path == "/" or path.startswith(open_paths)) or (method == "GET" and public.match(path))
            assert (answer.status_code == 401) != bool(is_open), (method, path, answer.status_code)


def test_a_limit_counts_each_member_alone(client: Client) -> None:
    alice, bob = (client.member(client.world.member(name)) for name in ("alice", "bob"))
    edge_of(client.app).limit = RateLimit("5/day", "", client.world.clock)
    assert [alice.get("/v1/me").status_code for _ in range(5)] == [200] * 5
    refused = alice.get("/v1/me")
    assert code_of(refused) == (429, "too_fast")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.get_json()["retry_at"].endswith("Z")
    assert bob.get("/v1/me").status_code == 200
