"""The demo brand: from its first page anybody plays at once, as anybody; and there is none of it on a real server."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from engage.settings import read_settings
from tests.support.served import Served
from tests.support.server import Client

ROOT = Path(__file__).parents[2]
HERE = {"Sec-Fetch-Site": "same-origin"}
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def browser_of(served: Served) -> Any:
    """Gives browsers as far as addresses and cookies go."""
    opened = []

    def open_one(language: str = "en", **options: Any) -> httpx.Client:
        headers = {"Accept-Language": language, "Accept": "text/html", "Origin": served.address}
        opened.append(httpx.Client(base_url=served.address, headers=headers, follow_redirects=True, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def me(browser: httpx.Client) -> Any:
    return browser.get("/v1/me").json()


def pick(browser: httpx.Client, who: str, to: str = "/v1/me", **fields: str) -> httpx.Response:
    return browser.post("/demo/sign-in", data={"who": who, "to": to} | fields)


def test_one_tap_leads_from_the_first_page_into_a_game_with_turns(browser_of: Any) -> None:
    browser = browser_of()
    page = browser.get("/").text
    games = re.findall(r'name="to" value="/g/([^"]+)"', page)
    assert games == ["gam_anniversary_wheel", "gam_dealer_cards"]
    for game in games:
        answer = pick(browser, "me", f"/v1/games/{game}")
        assert answer.url.path == f"/v1/games/{game}"
        assert answer.json()["turns"]["left"] >= 5
        assert [one.status_code for one in answer.history] == [303] * 4


@pytest.mark.parametrize(("who", "language", "name"), [("alice", "en", "Alice"), ("bob", "en", "Bob")])
def test_whoever_is_picked_is_signed_in_and_nobody_else(browser_of: Any, who: str, language: str, name: str) -> None:
    browser = browser_of(language)
    assert pick(browser, who).json()["nickname"] in {name, {"alice": "爱丽丝", "bob": "鲍勃"}[who]}
    assert name in browser.get("/").text


def test_pages_speak_the_language_in_which_the_brands_site_was_read(browser_of: Any) -> None:
    for language in ("zh-CN", "en"):
        browser = browser_of(language)
        assert pick(browser, "alice").json()["locale"] == language
        assert browser.get("/").headers["Content-Language"] == language
    assert pick(browser_of("zh-CN"), "guest").json()["nickname"].startswith("新客")


def test_each_new_guest_is_somebody_else_and_stays_it(browser_of: Any) -> None:
    browser, other = browser_of(), browser_of()
    first, second = pick(browser, "guest").json()["member"], pick(other, "guest").json()["member"]
    assert first != second
    assert pick(browser, "me").json()["member"] == first


def test_on_one_phone_another_member_takes_over_and_comes_back(browser_of: Any) -> None:
    browser = browser_of()
    alice = pick(browser, "alice").json()["member"]
    assert pick(browser, "bob").json()["member"] != alice
    assert me(browser)["member"] != alice
    assert pick(browser, "alice").json()["member"] == alice


def test_the_brand_asks_who_it_is_only_where_it_does_not_know(browser_of: Any) -> None:
    browser = browser_of()
    asked = browser.get("/sign-in?return=/v1/me")
    state = re.search(r'name="state" value="([^"]+)"', asked.text)
    assert state
    assert asked.url.path == "/demo/sign-in"
    bob = pick(browser, "bob", state=state[1]).json()["member"]
    assert browser.get("/sign-in?return=/v1/me").json()["member"] == bob
    assert browser.get("/sign-in?return=/v1/me&switch=1").url.path == "/demo/sign-in"
    browser.post("/demo/sign-out")
    assert browser.get("/sign-in?return=/v1/me").url.path == "/demo/sign-in"


def test_a_paid_order_gives_a_turn_more(browser_of: Any) -> None:
    browser = browser_of()
    before = pick(browser, "guest").json()["balances"]["turns"]
    answer = browser.post("/demo/orders")
    assert answer.url.path == "/"
    assert 'role="status"' in answer.text
    # The first order is a task of the wheel's campaign as well, whose two turns come a moment later.
    after = me(browser)["balances"]["turns"]
    assert {game: left - before[game] for game, left in after.items()} in (
        {"gam_anniversary_wheel": 1, "gam_dealer_cards": 1},
        {"gam_anniversary_wheel": 3, "gam_dealer_cards": 1},
    )


@pytest.mark.parametrize("path", ["/demo/sign-in", "/demo/orders", "/demo/sign-out"])
def test_forms_of_other_sites_are_refused(browser_of: Any, path: str) -> None:
    browser = browser_of()
    for origin in ("https://evil.example", "null"):
        answer = browser.post(path, data={"who": "bob", "to": "/"}, headers={"Origin": origin})
        assert answer.status_code == 403, origin


@pytest.mark.parametrize(
    "form",
    [{"who": "carol"}, {"who": ""}, {}, {"who": "alice", "state": "short"}, {"who": "alice", "extra": "x"}],
)
def test_forms_that_are_none_of_the_site_are_refused(browser_of: Any, form: dict[str, str]) -> None:
    assert browser_of().post("/demo/sign-in", data=form).status_code == 422


def test_nobody_is_sent_elsewhere(browser_of: Any, served: Served) -> None:
    for path in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        for address in ("alice", "guest"):
            answer = pick(browser_of(), address, path)
            assert str(answer.url).startswith(served.address + "/"), path


def test_by_whatever_name_the_machine_is_called(served: Served) -> None:
    address = served.address.replace("127.0.0.1", "localhost")
    headers = {"Origin": address, "Accept-Language": "en"}
    with httpx.Client(base_url=address, headers=headers, follow_redirects=True) as browser:
        answer = browser.post("/demo/sign-in", data={"who": "alice", "to": "/v1/me"})
        assert (str(answer.url), answer.json()["nickname"] is not None) == (f"{address}/v1/me", True)


def run(script: str, folder: Path) -> str:
    done = subprocess.run(
        ["/bin/bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done
    return done.stdout


def test_the_lines_of_the_developers_page_run(browser_of: Any, served: Served, tmp_path: Path) -> None:
    page = browser_of().get("/demo/hand-over").text
    lines = "\n".join(unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL))
    told = run(lines, tmp_path)
    assert f"{served.address}/demo/sign-in?return=%2Fv1%2Fme&state=" in told
    assert told.count('"external_id":"alice"') == 1
    assert told.count('"member":"mem_') >= 4, "described, signed in, looked at, changed"
    assert told.count('"code":"forbidden"') == 1
    assert told.count('"large_text":true') >= 1


def test_what_the_document_says_runs(served: Served, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "sign-in.md").read_text(encoding="utf-8")
    blocks = dict(BLOCK.findall(text))
    script = blocks["sh"].replace("http://127.0.0.1:8000", served.address)
    told = run(script.replace("data/api-key.txt", str(served.data / "api-key.txt")), tmp_path)
    assert told.count('"external_id":"alice"') == 1
    assert told.count('"position":') == 1, "signed in once"
    assert told.count('"code":"unauthenticated"') == 1
    known: dict[str, Any] = {}
    exec(compile(blocks["python"], "sign-in.md", "exec"), known)  # noqa: S102  it is our own document
    location = known["hand_over"](served.address, served.key, "alice", "s" * 43)
    assert location.startswith(f"{served.address}/sign-in?code=")


def test_there_is_no_demo_on_a_real_server(client: Client) -> None:
    assert not read_settings({"ENGAGE_SECRET_KEY": "s" * 32, "ENGAGE_DEMO": "1"}).demo
    rules = [rule.rule for rule in client.app.url_map.iter_rules()]
    assert not [rule for rule in rules if "demo" in rule]
    for path in ("/demo/sign-in", "/demo/hand-over", "/v1/demo/members"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.get("/").headers["Location"] == "/docs"
