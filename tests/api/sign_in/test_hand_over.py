"""The way in: once, within a minute, in the browser that asked, as the member whom the brand named, and to no other."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from engage.app import create_app
from engage.jobs import SIGN_IN_JOB
from engage.web import configure_logs, edge_of
from engage.web.limits import RateLimit
from tests.support.features import FEATURES
from tests.support.phone import BRAND, HTTPS, Phone, hand_over, open_house
from tests.support.server import Client, code_of
from tests.support.world import World, settings_for

ROWS = sa.text("SELECT (SELECT count(*) FROM handover), (SELECT count(*) FROM page_session)")


def rows(world: World) -> tuple[int, ...]:
    """How many codes and sessions there are."""
    with world.services.reader.connect() as connection:
        return tuple(connection.execute(ROWS).one())


def test_the_brand_is_told_where_the_member_wants_to_go_and_a_state(phone: Phone) -> None:
    answer = phone.get("/sign-in?return=/g/gam_w%3Ffrom%3Dmail")
    address = urlsplit(answer.headers["Location"])
    asked = parse_qs(address.query)
    assert answer.headers["Location"].startswith(BRAND + "&")
    assert (asked["from"], asked["return"], len(asked["state"][0])) == (["games"], ["/g/gam_w?from=mail"], 43)
    assert "switch" not in asked
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_member_who_wants_to_be_somebody_else_is_told_to_the_brand(phone: Phone) -> None:
    answer = phone.get("/sign-in?return=/prizes&switch=1")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["switch"] == ["1"]


def test_a_member_who_is_handed_over_is_signed_in_where_they_wanted_to_go(phone: Phone, brand: Client) -> None:
    answer = phone.sign_in(brand, "alice", "/g/gam_w")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/g/gam_w")
    assert phone.get("/v1/me").get_json()["member"] == "mem_alice"


def test_cookies_are_out_of_reach_for_scripts_other_sites_and_other_hosts(
    phone: Phone, brand: Client, origin: str
) -> None:
    left = phone.get("/sign-in?return=/v1/me")
    came = phone.get(f"/sign-in?code={hand_over(brand, 'alice', parse_state(left.headers['Location']))}")
    cookies = [*left.headers.getlist("Set-Cookie"), *came.headers.getlist("Set-Cookie")]
    assert len(cookies) == 3
    for cookie in cookies:
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert (cookie.startswith("__Host-engage"), "; Secure" in cookie) == ((origin == HTTPS),) * 2
    assert not [name for name in phone.cookies if "state" in name], "a state that was used is gone"


def parse_state(location: str) -> str:
    return parse_qs(urlsplit(location).query)["state"][0]


def test_the_address_that_stays_in_the_browser_has_no_code(phone: Phone, brand: Client) -> None:
    code = hand_over(brand, "alice", phone.leave())
    answer = phone.get(f"/sign-in?code={code}")
    assert answer.status_code == 303
    assert code not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert code not in answer.get_data(as_text=True)


def test_a_code_is_of_use_once(phone: Phone, other: Phone, brand: Client) -> None:
    code = hand_over(brand, "alice", phone.leave())
    assert phone.get(f"/sign-in?code={code}").status_code == 303
    for browser in (phone, other):
        assert code_of(browser.get(f"/sign-in?code={code}")) == (401, "unauthenticated")
    assert phone.get("/v1/me").status_code == 200


def test_a_stolen_code_is_of_no_use_in_another_browser_nor_afterwards(
    phone: Phone, other: Phone, brand: Client
) -> None:
    code = hand_over(brand, "alice", phone.leave())
    other.leave()
    assert code_of(other.get(f"/sign-in?code={code}")) == (401, "unauthenticated")
    assert code_of(other.get("/v1/me")) == (401, "unauthenticated")
    assert code_of(phone.get(f"/sign-in?code={code}")) == (401, "unauthenticated"), "it was used up by the thief"


def test_nobody_is_signed_in_as_whoever_sent_them_a_link(phone: Phone, other: Phone, brand: Client) -> None:
    """Login CSRF: Mallory gets a code for an account of his own and lets Alice open it, with or without a state."""
    code = hand_over(brand, "bob", other.leave())
    assert code_of(phone.get(f"/sign-in?code={code}")) == (401, "unauthenticated")
    code = hand_over(brand, "bob", other.leave())
    phone.leave()
    assert code_of(phone.get(f"/sign-in?code={code}")) == (401, "unauthenticated")
    assert code_of(phone.get("/v1/me")) == (401, "unauthenticated")


def test_a_code_ends_after_a_minute(house: Client, phone: Phone, brand: Client) -> None:
    late, in_time = hand_over(brand, "alice", phone.leave()), phone.leave()
    house.world.clock.move(timedelta(seconds=1))
    code = hand_over(brand, "alice", in_time)
    house.world.clock.move(timedelta(seconds=59))
    assert code_of(phone.get(f"/sign-in?code={late}")) == (401, "unauthenticated")
    assert phone.get(f"/sign-in?code={code}").status_code == 303


def test_several_tabs_sign_in_at_once_each_where_it_was(phone: Phone, brand: Client) -> None:
    first, second = phone.leave("/sign-in?return=/one"), phone.leave("/sign-in?return=/two")
    codes = [hand_over(brand, "alice", state) for state in (first, second)]
    assert [phone.get(f"/sign-in?code={code}").headers["Location"] for code in codes] == ["/one", "/two"]


def test_a_browser_that_is_sent_off_for_ever_keeps_a_few_states(phone: Phone, brand: Client) -> None:
    states = [phone.leave() for _ in range(20)]
    assert len([name for name in phone.cookies if "state" in name]) == 8
    assert phone.get(f"/sign-in?code={hand_over(brand, 'alice', states[-1])}").status_code == 303


@pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
def test_of_two_who_use_a_code_at_once_one_wins(world: World) -> None:
    """The same browser's cookies, two servers, one code."""
    world.member("alice")
    house = open_house(world)
    peer = World(world.url, world.clock)
    settings = settings_for(world.url, base_url=HTTPS, sign_in_url=BRAND)
    assert settings.sign_in_url == BRAND
    try:
        apps = (house.app, open_house(peer).app)
        for _ in range(10):
            phone = Phone(house.app)
            code = hand_over(house.brand("tokens"), "alice", phone.leave())
            twins = [Phone(app) for app in apps]
            for twin in twins:
                for name, value in phone.cookies.items():
                    twin.http.set_cookie(name, value, domain="play.example.com")
            with ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(lambda twin, code=code: twin.get(f"/sign-in?code={code}").status_code, twins))
            assert sorted(answers) == [303, 401]
    finally:
        peer.close()


def test_only_the_brands_server_hands_over_and_only_its_members(house: Client, phone: Phone, brand: Client) -> None:
    body = {"state": phone.leave()}
    assert code_of(house.post("/v1/members/alice/handovers", body)) == (401, "unauthenticated")
    assert code_of(house.member("mem_bob").post("/v1/members/alice/handovers", body)) == (401, "unauthenticated")
    answer = house.brand("support", "members").post("/v1/members/alice/handovers", body)
    assert (code_of(answer), answer.get_json()["scope"]) == ((403, "forbidden"), "tokens")
    assert code_of(brand.post("/v1/members/nobody/handovers", body)) == (404, "not_found")
    for state in ("", "short", "x" * 31, "x" * 201, "a b" * 20, "<script>" * 8, None, 7):
        assert code_of(brand.post("/v1/members/alice/handovers", {"state": state})) == (422, "invalid_request")


def test_the_answer_says_where_the_browser_goes_and_until_when(phone: Phone, brand: Client, origin: str) -> None:
    answer = brand.post("/v1/members/alice/handovers", {"state": phone.leave()}, key="one").get_json()
    assert answer["location"] == f"{origin}/sign-in?code={answer['code']}"
    assert answer["expires_at"] == "2026-12-01T04:01:00.000Z"


def test_neither_code_nor_state_nor_token_is_stored_or_logged(
    house: Client, phone: Phone, brand: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    configure_logs("info")
    state = phone.leave()
    code = hand_over(brand, "alice", state)
    with house.world.services.reader.connect() as connection:
        stored = str(connection.execute(sa.text("SELECT * FROM handover")).all())
    phone.get(f"/sign-in?code={code}")
    phone.get(f"/sign-in?code={code}")
    cookie = next(value for name, value in phone.cookies.items() if name.endswith("engage"))
    phone.act("PATCH", "/v1/me", {"nickname": "Ally"})
    out, err = capsys.readouterr()
    assert err.count("request_answered") >= 5
    for secret in (state, code, cookie, brand.bearer):
        assert secret not in stored + out + err + caplog.text


def test_what_is_over_is_removed(house: Client, phone: Phone, brand: Client) -> None:
    world = house.world
    hand_over(brand, "alice", phone.leave())
    phone.sign_in(brand, "alice")
    world.clock.move(timedelta(seconds=59))
    SIGN_IN_JOB.run(world.services)
    assert rows(world) == (1, 1)
    world.clock.move(timedelta(seconds=1))
    SIGN_IN_JOB.run(world.services)
    assert rows(world) == (0, 1)
    world.clock.move(timedelta(hours=12))
    SIGN_IN_JOB.run(world.services)
    assert rows(world) == (0, 0)


def test_whoever_guesses_codes_is_soon_refused_even_a_right_one(house: Client, phone: Phone, brand: Client) -> None:
    edge_of(house.app).guesses = RateLimit("5/day", "", house.world.clock)
    code = hand_over(brand, "alice", phone.leave())
    guesses = [phone.get(f"/sign-in?code={n:064x}") for n in range(6)]
    assert [code_of(guess)[0] for guess in guesses] == [401] * 5 + [429]
    refused = phone.get(f"/sign-in?code={code}")
    assert code_of(refused) == (429, "too_fast")
    assert int(refused.headers["Retry-After"]) >= 1


def test_guesses_are_counted_for_the_address_that_the_proxy_tells_and_no_other(world: World) -> None:
    for proxies, status in ((1, 401), (0, 429)):
        settings = world.services.settings.model_copy(update={"sign_in_url": BRAND, "proxies": proxies})
        app = create_app(replace(world.services, settings=settings), FEATURES)
        edge_of(app).guesses = RateLimit("1/day", "", world.clock)
        phone, guess = Phone(app), f"/sign-in?code={1:064x}"
        assert code_of(phone.get(guess, X_Forwarded_For="203.0.113.7"))[0] == 401
        assert code_of(phone.get(guess, X_Forwarded_For="203.0.113.8"))[0] == status
        assert code_of(phone.get(guess, X_Forwarded_For="203.0.113.9, 203.0.113.7"))[0] == 429


def test_without_a_sign_in_address_members_are_told_to_come_from_the_brands_app(world: World) -> None:
    app = create_app(world.services, FEATURES)
    answer = Phone(app).get("/sign-in?return=/prizes")
    assert code_of(answer) == (401, "unauthenticated")
    assert "Location" not in answer.headers
