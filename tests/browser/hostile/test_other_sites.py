"""Other sites can't act for whoever is signed in, show our pages in theirs, or learn where somebody came from.

Mallory's site is asked under two names: one that browsers take for another site, and one of the same site, to which
they send the cookie along. The second is what a neighbour on the same domain could do.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.attacker import Attacker
from tests.support.screen import Screen
from tests.support.served import Served

NAMES = ("other_site", "same_site")
FRAMED = (
    "/",
    "/demo/sign-in?state=x",
    "/docs",
    "/docs/problems",
    "/g/gam_anniversary_wheel",
    "/g/gam_anniversary_wheel/rules",
    "/g/gam_dealer_cards",
    "/nowhere",
    "/prizes",
    "/sign-in?return=/prizes",
)
FORM = """<form method="post" enctype="text/plain" action="{address}{path}">
<input name='{{"purpose": "marketing", "granted": true, "x": "' value='"}}'></form>
<script>document.forms[0].submit()</script>"""
FETCHES = """<script>
const outcomes = [];
async function attempt(method, path, body, headers, mode) {{
  try {{
    const answer = await fetch('{address}' + path, {{ method, body, headers, mode, credentials: 'include' }});
    outcomes.push(`${{method}} ${{path}} ${{answer.type}} ${{await answer.text().catch(() => '')}}`);
  }} catch (fault) {{
    outcomes.push(`${{method}} ${{path}} ${{fault.name}}`);
  }}
}}
(async () => {{
  const consent = JSON.stringify({{ purpose: 'marketing', granted: true }});
  const json = {{ 'Content-Type': 'application/json' }};
  await attempt('GET', '/v1/me', undefined, {{}}, 'cors');
  await attempt('GET', '/v1/me', undefined, {{}}, 'no-cors');
  await attempt('POST', '/v1/me/consents', consent, {{ 'Content-Type': 'text/plain' }}, 'no-cors');
  await attempt('POST', '/v1/me/consents', consent, json, 'cors');
  await attempt('POST', '/v1/me/consents', consent, {{ ...json, 'X-Engage-Page': '1' }}, 'cors');
  await attempt('PATCH', '/v1/me', '{{"nickname": "Mallory"}}', {{ ...json, 'X-Engage-Page': '1' }}, 'cors');
  await attempt('POST', '/sign-out', '', {{ 'X-Engage-Page': '1' }}, 'cors');
  await attempt('POST', '/sign-out', '', {{}}, 'no-cors');
  navigator.sendBeacon('{address}/v1/me/consents', consent);
  window.done = outcomes;
}})();
</script>"""
READS = """<script>window.refused = [];</script>
<img src="{address}/v1/me" onerror="refused.push('image')">
<script src="{address}/v1/me" onerror="refused.push('script')"></script>
<script src="{address}/docs/start.js" onerror="refused.push('library')"></script>
<link rel="stylesheet" href="{address}/docs/swagger-ui.css" onerror="refused.push('style')">
<iframe src="{address}/v1/me"></iframe>"""
CHANGE = """async () => (await fetch('/v1/me', {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', 'X-Engage-Page': '1' },
    body: '{"large_text": true}',
})).status"""
LISTEN = """(address) => new Promise((resolve) => {
  const heard = [];
  const socket = new WebSocket(`${address}/socket.io/?EIO=4&transport=websocket`);
  socket.onmessage = ({ data }) => {
    heard.push(data);
    if (data.startsWith('0')) socket.send('40/live,{}');
    if (data.includes('snapshot') || data.startsWith('44')) socket.close();
  };
  socket.onclose = () => resolve(heard);
})"""
KEPT = """() => JSON.stringify([
    document.referrer, location.href, document.documentElement.outerHTML, Object.entries(localStorage),
    performance.getEntries().map((entry) => entry.name), document.cookie,
])"""


def my(phone: Screen) -> Any:
    """What the server says of whoever is signed in on a phone."""
    answer = phone.context.request.get("/v1/me")
    assert answer.status == 200, answer.text()
    return answer.json()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/v1/me/consents", "/sign-out", "/v1/games/gam_anniversary_wheel/epochs"])
def test_a_form_of_another_site_does_nothing(
    phone: Screen, mallory: Attacker, served: Served, name: str, path: str
) -> None:
    before = my(phone)
    page = phone.open()
    page.goto(getattr(mallory, name) + mallory.page(FORM.format(address=served.address, path=path)))
    page.wait_for_url(served.address + path)
    assert my(phone) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_script_of_another_site_changes_nothing_and_reads_nothing(
    phone: Screen, mallory: Attacker, served: Served, name: str
) -> None:
    before = my(phone)
    page = phone.open(getattr(mallory, name) + mallory.page(FETCHES.format(address=served.address)))
    outcomes = page.wait_for_function("window.done").json_value()
    assert len(outcomes) == 8
    assert not [told for told in outcomes if before["member"] in told or "nickname" in told], outcomes
    assert my(phone) == before


@pytest.mark.parametrize("name", NAMES)
def test_what_is_ours_is_no_part_of_another_site(phone: Screen, mallory: Attacker, served: Served, name: str) -> None:
    page = phone.open(getattr(mallory, name) + mallory.page(READS.format(address=served.address)))
    page.wait_for_load_state()
    assert sorted(page.evaluate("refused")) == ["image", "library", "script", "style"]
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", FRAMED)
def test_no_page_of_ours_is_shown_in_a_frame(
    phone: Screen, mallory: Attacker, served: Served, name: str, path: str
) -> None:
    address = served.address + path
    page = phone.open(getattr(mallory, name) + mallory.page(f'<iframe src="{address}"></iframe>'))
    page.wait_for_load_state()
    page.wait_for_function("window.length === 1")
    (frame,) = page.frames[1:]
    assert frame.url == "chrome-error://chromewebdata/"


def test_a_page_that_was_opened_by_another_site_is_out_of_its_reach(
    phone: Screen, mallory: Attacker, served: Served
) -> None:
    button = f"""<button onclick="ours = window.open('{served.address}/')">open</button>"""
    page = phone.open(mallory.same_site + mallory.page(button))
    page.locator("button").click()
    page.wait_for_function("window.ours.closed")


def test_nobody_learns_from_our_pages_where_somebody_came_from(phone: Screen, mallory: Attacker) -> None:
    page = phone.open("/demo/hand-over")
    target = mallory.other_site + mallory.page("here")
    page.locator("a").first.evaluate("(link, address) => { link.href = address; link.click(); }", target)
    page.wait_for_url(target)
    assert [referrer for path, referrer in mallory.heard if path.startswith("/page")] == [""]


def test_a_code_is_nowhere_in_the_browser_after_it_was_used(phone: Screen, served: Served) -> None:
    page = phone.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    page.goto("/sign-in?return=/demo/hand-over")
    (code,) = {url.partition("code=")[2] for url in asked if "code=" in url}
    assert len(code) == 64
    assert page.url == f"{served.address}/demo/hand-over"
    kept = page.evaluate(KEPT)
    assert code not in kept
    assert json.loads(kept)[0] == ""
    page.go_back()
    assert page.url == f"{served.address}/"
    assert not [cookie for cookie in page.context.cookies() if "state" in cookie.get("name", "")]


def test_scripts_can_not_read_the_cookies(phone: Screen) -> None:
    page = phone.open("/demo/hand-over")
    assert "engage=" not in page.evaluate("document.cookie")
    kept = {cookie.get("name"): cookie for cookie in page.context.cookies()}
    assert all(kept[name].get("httpOnly") for name in ("engage", "demo-brand"))
    assert kept["engage"].get("sameSite") == "Lax"


def test_our_own_page_is_believed(phone: Screen) -> None:
    """What others are refused goes through from here, so it is not for nothing that they fail."""
    page = phone.open("/demo/hand-over")
    assert page.evaluate(CHANGE) == 200
    assert my(phone)["large_text"] is True


@pytest.mark.parametrize("name", NAMES)
def test_a_socket_of_another_site_hears_nothing(phone: Screen, mallory: Attacker, served: Served, name: str) -> None:
    address, member = served.address.replace("http", "ws", 1), my(phone)["member"]
    page = phone.open(getattr(mallory, name) + mallory.page("listening"))
    assert not [told for told in page.evaluate(LISTEN, address) if "snapshot" in told or member in told]
    ours = phone.open("/demo/hand-over")
    assert [told for told in ours.evaluate(LISTEN, address) if "snapshot" in told], "from here it is ours to hear"
