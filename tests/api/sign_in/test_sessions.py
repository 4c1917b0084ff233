"""A session in a cookie: as good as a token for pages of this origin, for nobody else, and not for ever."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest

from engage.fairness.verifier import client_commitment
from engage.kernel.refusals import Forbidden, Unauthenticated
from engage.web import LANGUAGE_COOKIE, edge_of
from engage.web.sessions import PageSession
from tests.support.phone import HTTP, HTTPS, Phone, hand_over, open_house
from tests.support.server import Client, code_of
from tests.support.world import World, prize, rules, slot

PLAIN = rules("gam_w", [prize("prz_p50")], [slot("s1", 1, "prz_p50")])
UNSAFE: tuple[tuple[str, str, Any], ...] = (
    ("PATCH", "/v1/me", {"nickname": "Mallory"}),
    ("POST", "/v1/me/consents", {"purpose": "marketing", "granted": True}),
    ("POST", "/v1/games/gam_w/epochs", {"client_commitment": "11" * 32}),
    ("POST", "/v1/games/gam_w/plays", {"epoch": "epo_x"}),
    ("POST", "/sign-out", {}),
)


@pytest.fixture
def signed_in(phone: Phone, brand: Client) -> Phone:
    phone.sign_in(brand, "alice")
    return phone


def foreign(origin: str) -> list[dict[str, str]]:
    """How requests look that were not made by a page of this origin."""
    page, scheme = {"X-Engage-Page": "1"}, origin.partition(":")[0]
    return [
        {},
        {"Origin": origin},
        {"Origin": origin, "Sec-Fetch-Site": "same-origin"},
        page,
        page | {"Origin": "null"},
        page | {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        page | {"Origin": ""},
        page | {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        page | {"Origin": origin, "Sec-Fetch-Site": "cross-site"},
        page | {"Origin": origin, "Sec-Fetch-Site": "same-site"},
        page | {"Origin": origin, "Sec-Fetch-Site": "none"},
        page | {"Sec-Fetch-Site": "same-site"},
        page | {"Origin": origin + ".evil.example"},
        page | {"Origin": origin + ":81"},
        page | {"Origin": origin.replace(scheme, {"http": "https", "https": "http"}[scheme])},
        page | {"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"},
    ]


def test_nothing_is_changed_for_a_request_that_no_page_of_ours_made(signed_in: Phone, origin: str) -> None:
    before = signed_in.get("/v1/me").get_json()
    for headers in foreign(origin):
        for method, path, body in UNSAFE:
            answer = signed_in.send(method, path, body, headers={"Idempotency-Key": "k"} | headers)
            assert code_of(answer) == (403, "forbidden"), (method, path, headers)
    assert signed_in.get("/v1/me").get_json() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Engage-Page": "1", "Origin": "{origin}"},
        {"X-Engage-Page": "1", "Origin": "{origin}", "Sec-Fetch-Site": "same-origin"},
        {"X-Engage-Page": "1", "Sec-Fetch-Site": "same-origin"},
        {"X-Engage-Page": "1", "Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"X-Engage-Page": "mem_alice", "Origin": "{origin}"},
    ],
)
def test_a_page_of_ours_is_believed(signed_in: Phone, origin: str, headers: dict[str, str]) -> None:
    sent = {name: value.format(origin=origin) for name, value in headers.items()}
    assert signed_in.send("PATCH", "/v1/me", {"nickname": "Ally"}, headers=sent).get_json()["nickname"] == "Ally"


def test_on_the_own_machine_its_every_name_is_good_over_https_only_the_one(world: World) -> None:
    world.member("alice")
    for base_url, other, status in ((HTTP, "http://127.0.0.1:8000", 200), (HTTPS, "https://play.example.org", 403)):
        house = open_house(world, base_url)
        phone = Phone(house.app, other)
        phone.sign_in(house.brand("tokens"), "alice")
        assert phone.act("PATCH", "/v1/me", {}).status_code == status


def test_a_page_that_shows_another_member_than_the_cookies_changes_nothing(signed_in: Phone, brand: Client) -> None:
    """Two tabs on one phone: in one of them Bob signs in, the other still shows Alice."""
    assert signed_in.act("PATCH", "/v1/me", {"nickname": "A"}, X_Engage_Page="mem_alice").status_code == 200
    signed_in.sign_in(brand, "bob")
    for method, path, body in (("GET", "/v1/me", None), *UNSAFE):
        answer = signed_in.act(method, path, body, X_Engage_Page="mem_alice", Idempotency_Key="k")
        assert code_of(answer) == (401, "unauthenticated"), path
        assert answer.get_json()["changed"] is True
    assert signed_in.get("/v1/me").get_json()["nickname"] == "bob"


def play(phone: Phone, **headers: str) -> dict[str, Any]:
    seed = secrets.token_bytes(32)
    commitment = {"client_commitment": client_commitment(seed).hex()}
    epoch = phone.act("POST", "/v1/games/gam_w/epochs", commitment, **headers).get_json()["epoch"]
    body = {"epoch": epoch, "client_seed": seed.hex()}
    answer = phone.act("POST", "/v1/games/gam_w/plays", body, Idempotency_Key=secrets.token_hex(8), **headers)
    assert answer.status_code == 201, answer.get_json()
    document: dict[str, Any] = answer.get_json()
    return document


def test_a_play_with_a_cookie_is_a_play(house: Client, signed_in: Phone) -> None:
    house.world.publish(PLAIN)
    house.world.turns("mem_alice", "gam_w", 3)
    points = [play(signed_in)["balances"]["points"] for _ in range(3)]
    assert points == [50, 100, 150]


def test_a_play_with_a_cookie_takes_the_fast_lane_once_the_session_is_known(
    house: Client, signed_in: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.world.publish(PLAIN)
    house.world.turns("mem_alice", "gam_w", 3)
    play(signed_in)
    monkeypatch.setattr(edge_of(house.app).tokens, "require", None)
    monkeypatch.delitem(house.app.view_functions, "post_play")
    play(signed_in)
    house.world.clock.move(timedelta(seconds=30))
    with pytest.raises(AssertionError, match="fault"):
        play_once_more(signed_in)


def play_once_more(phone: Phone) -> None:
    answer = phone.act("POST", "/v1/games/gam_w/plays", {"epoch": "epo_x"}, Idempotency_Key="k")
    assert answer.status_code < 500, answer.get_json()


def test_a_session_is_renewed_while_it_is_in_use_and_ends_after_half_a_day(house: Client, signed_in: Phone) -> None:
    clock = house.world.clock
    for minutes in range(5, 12 * 60, 5):
        clock.move(timedelta(minutes=5))
        answer = signed_in.get("/v1/me")
        assert answer.status_code == 200, minutes
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert int(cookie.partition("Max-Age=")[2].partition(";")[0]) <= 3600
    clock.move(timedelta(minutes=5))
    assert code_of(signed_in.get("/v1/me")) == (401, "unauthenticated")


def test_a_session_that_is_not_used_for_an_hour_is_over(house: Client, signed_in: Phone) -> None:
    house.world.clock.move(timedelta(minutes=59, seconds=59))
    assert signed_in.get("/v1/me").status_code == 200
    house.world.clock.move(timedelta(minutes=60))
    assert code_of(signed_in.get("/v1/me")) == (401, "unauthenticated")


def test_renewing_is_done_every_ten_minutes_and_no_oftener(house: Client, signed_in: Phone) -> None:
    renewals = 0
    for _ in range(120):
        house.world.clock.move(timedelta(seconds=15))
        renewals += len(signed_in.get("/v1/me").headers.getlist("Set-Cookie"))
    assert renewals == 3


def cookie_of(phone: Phone) -> tuple[str, str]:
    return next((name, value) for name, value in phone.cookies.items() if name.endswith("engage"))


def test_signing_out_ends_the_session_and_not_only_the_cookie(house: Client, signed_in: Phone, other: Phone) -> None:
    name, value = cookie_of(signed_in)
    host = signed_in.origin.split("/")[2].partition(":")[0]
    other.http.set_cookie(name, value, domain=host)
    assert other.get("/v1/me").status_code == 200
    signed_in.http.set_cookie(LANGUAGE_COOKIE, "en", domain=host)
    answer = signed_in.act("POST", "/sign-out")
    assert answer.status_code == 204
    assert not {name, LANGUAGE_COOKIE} & signed_in.cookies.keys()
    assert code_of(other.get("/v1/me")) == (401, "unauthenticated")


def test_a_link_of_ours_to_be_somebody_else_signs_out_and_one_of_other_sites_does_not(signed_in: Phone) -> None:
    for site in ("cross-site", "same-site", "none"):
        signed_in.get("/sign-in?return=/v1/me&switch=1", Sec_Fetch_Site=site)
        assert signed_in.get("/v1/me").status_code == 200, site
    signed_in.get("/sign-in?return=/v1/me", Sec_Fetch_Site="same-origin")
    assert signed_in.get("/v1/me").status_code == 200
    answer = signed_in.get("/sign-in?return=/v1/me&switch=1", Sec_Fetch_Site="same-origin")
    assert answer.status_code == 303
    assert code_of(signed_in.get("/v1/me")) == (401, "unauthenticated")


def test_signing_out_is_heard_on_every_server_within_half_a_minute(world: World) -> None:
    world.member("alice")
    house = open_house(world)
    phone = Phone(house.app)
    phone.sign_in(house.brand("tokens"), "alice")
    peer = Phone(open_house(world).app)
    peer.http.set_cookie(*cookie_of(phone), domain="play.example.com")
    assert peer.get("/v1/me").status_code == 200
    phone.act("POST", "/sign-out")
    world.clock.move(timedelta(seconds=30))
    assert code_of(peer.get("/v1/me")) == (401, "unauthenticated")


def test_signing_in_anew_ends_the_session_that_this_browser_had(signed_in: Phone, other: Phone, brand: Client) -> None:
    """Whoever had planted or copied the old cookie has nothing of the new session."""
    name, value = cookie_of(signed_in)
    other.http.set_cookie(name, value, domain=signed_in.origin.split("/")[2].partition(":")[0])
    signed_in.sign_in(brand, "bob")
    assert cookie_of(signed_in)[1] != value
    assert code_of(other.get("/v1/me")) == (401, "unauthenticated")


def test_a_token_is_no_cookie_and_a_cookie_no_token(house: Client, signed_in: Phone, other: Phone) -> None:
    name, value = cookie_of(signed_in)
    assert code_of(Client(house.world, house.app, value).get("/v1/me")) == (401, "unauthenticated")
    other.http.set_cookie(name, house.mint("mem_alice"), domain=other.origin.split("/")[2].partition(":")[0])
    assert code_of(other.get("/v1/me")) == (401, "unauthenticated")


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "%00", "é", "mem_alice", "x" * 5000])
def test_a_cookie_that_is_none_of_ours_is_nobody(house: Client, origin: str, value: str) -> None:
    phone = Phone(house.app, origin)
    name = "__Host-engage" if origin == HTTPS else "engage"
    assert code_of(phone.get("/v1/me", Cookie=f"{name}={value}")) == (401, "unauthenticated")


def test_over_https_a_cookie_without_the_prefix_is_not_looked_at(world: World) -> None:
    world.member("alice")
    house = open_house(world)
    phone, other = Phone(house.app), Phone(house.app)
    phone.sign_in(house.brand("tokens"), "alice")
    assert code_of(other.get("/v1/me", Cookie=f"engage={cookie_of(phone)[1]}")) == (401, "unauthenticated")


def test_a_token_counts_before_a_cookie_and_needs_no_header_of_a_page(house: Client, signed_in: Phone) -> None:
    bearer = {"Authorization": f"Bearer {house.mint('mem_bob')}"}
    answer = signed_in.send("PATCH", "/v1/me", {"nickname": "Bobby"}, headers=bearer)
    assert (answer.status_code, answer.get_json()["member"]) == (200, "mem_bob")


def test_a_members_cookie_opens_no_route_of_the_brand_and_no_other_members_things(
    house: Client, signed_in: Phone
) -> None:
    house.world.publish(rules("gam_v", [prize("prz_v", "voucher", units=5)], [slot("s1", 1, "prz_v")]))
    bob = house.world.player("bobby", "gam_v")
    grant = bob.play()["prize"]["grant"]
    assert code_of(signed_in.act("POST", f"/v1/prizes/{grant}/reveal")) == (404, "not_found")
    assert code_of(signed_in.act("POST", f"/v1/epochs/{bob.epoch}/reveal")) == (404, "not_found")
    assert code_of(signed_in.get("/v1/members/bob")) == (401, "unauthenticated")


def test_a_socket_is_opened_by_a_token_or_by_a_page_of_this_origin(house: Client, signed_in: Phone) -> None:
    edge, origin = edge_of(house.app), signed_in.origin
    cookie = "=".join(cookie_of(signed_in))
    environ = {"REQUEST_METHOD": "GET", "HTTP_COOKIE": cookie, "HTTP_HOST": origin.split("/")[2]}
    ours = environ | {"HTTP_ORIGIN": origin}
    assert edge.authenticate_socket({"token": house.mint("mem_bob")}, {"REQUEST_METHOD": "GET"})[0] == "mem_bob"
    for auth in (None, {}, {"token": ""}, {"token": None}, {"member": "mem_alice"}, "x", 7):
        assert edge.authenticate_socket(auth, ours)[0] == "mem_alice"
    for site in ("https://evil.example", "null", "", origin + ".evil.example"):
        with pytest.raises(Forbidden):
            edge.authenticate_socket({}, environ | {"HTTP_ORIGIN": site})
    with pytest.raises(Forbidden):
        edge.authenticate_socket({}, environ)
    for auth, sent in (({"member": "mem_bob"}, ours), ({"token": "x"}, ours), ({}, {"REQUEST_METHOD": "GET"})):
        with pytest.raises(Unauthenticated):
            edge.authenticate_socket(auth, sent)


def test_who_is_signed_in_can_be_asked_where_nobody_has_to_be(house: Client, signed_in: Phone, other: Phone) -> None:
    edge = edge_of(house.app)
    for phone, member in ((signed_in, "mem_alice"), (other, None)):
        cookie = "=".join(cookie_of(phone)) if phone is signed_in else ""
        with house.app.test_request_context("/", base_url=phone.origin, headers={"Cookie": cookie}):
            assert edge.find_page_member() == member


def test_a_session_says_no_more_than_it_has_to(signed_in: Phone) -> None:
    assert set(PageSession.__slots__) == {"id", "member", "issued_ms", "expires_ms", "ends_ms"}
    assert len(cookie_of(signed_in)[1]) < 500


def test_a_code_of_another_member_is_that_members_and_not_the_signed_in_ones(signed_in: Phone, brand: Client) -> None:
    code = hand_over(brand, "bob", signed_in.leave())
    assert signed_in.get(f"/sign-in?code={code}").status_code == 303
    assert signed_in.get("/v1/me").get_json()["member"] == "mem_bob"


def test_whoever_is_erased_is_signed_in_nowhere_and_no_code_signs_them_in(house: Client, signed_in: Phone) -> None:
    brand, tablet, other = house.brand("tokens"), Phone(house.app, signed_in.origin), Phone(house.app, signed_in.origin)
    tablet.sign_in(brand, "alice")
    assert tablet.get("/v1/me").status_code == 200
    code = hand_over(brand, "alice", other.leave())
    assert signed_in.act("DELETE", "/v1/me", {"confirm": "erase"}).status_code == 204
    for phone in (signed_in, tablet):
        assert code_of(phone.get("/v1/me")) == (401, "unauthenticated")
        assert phone.get("/prizes").status_code == 303
    assert code_of(other.get(f"/sign-in?code={code}")) == (401, "unauthenticated")
