"""Where a member goes after signing in: to a path of this server, whatever anybody wrote into a link or a cookie."""

from __future__ import annotations

import shutil
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from engage.web import edge_of, is_own_path
from engage.web.limits import RateLimit
from tests.support.phone import HTTPS, Phone, hand_over, open_house
from tests.support.server import Client, code_of
from tests.support.world import World

ELSEWHERE = (
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "/\uff0fevil.example",
    "/g/gam_w\r\nLocation: https://evil.example",
    "/g/gam_w\r\nSet-Cookie: engage=x",
    "/g\\@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "evil.example",
    "./evil",
    "../evil",
    "?code=x",
    "#fragment",
    "@evil.example",
    "play.example.com.evil.example",
    "https://play.example.com@evil.example",
    "https://play.example.com/prizes",
    "/" + "a" * 512,
    "",
)
OWN = ("/", "/prizes", "/g/gam_w", "/g/gam_w?from=mail&n=1", "/g/gam_w#top", "/g/%E5%A5%96", "/a//b", "/@x", "/g/..%2f")


@pytest.fixture(scope="module")
def app_of_house(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Client]:
    """One house for the whole corpus: nothing in it changes but codes and sessions."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("returns") / "engage.db")
    world = World(f"sqlite:///{copy}")
    world.member("alice")
    house = open_house(world)
    edge_of(house.app).guesses = RateLimit("1000/day", "", world.clock)
    yield house
    world.close()


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nobody_is_sent_elsewhere(app_of_house: Client, path: str) -> None:
    phone = Phone(app_of_house.app)
    assert not is_own_path(path)
    answer = phone.get(f"/sign-in?return={quote(path, safe='')}")
    if path:
        assert code_of(answer) == (422, "invalid_request")
        assert "Location" not in answer.headers
        assert not phone.cookies


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nobody_is_sent_elsewhere_by_a_cookie_that_was_tampered_with(app_of_house: Client, path: str) -> None:
    phone = Phone(app_of_house.app)
    state = phone.leave()
    (name,) = phone.cookies
    packed = urlsafe_b64encode(path.encode()).decode()
    phone.http.set_cookie(name, f"{state}.{packed}", domain="play.example.com")
    answer = phone.get(f"/sign-in?code={hand_over(app_of_house.brand('tokens'), 'alice', state)}")
    assert code_of(answer) == (401, "unauthenticated")
    assert "Location" not in answer.headers


@pytest.mark.parametrize("path", OWN)
def test_every_path_of_this_server_is_come_back_to(app_of_house: Client, path: str) -> None:
    phone = Phone(app_of_house.app)
    answer = phone.sign_in(app_of_house.brand("tokens"), "alice", quote(path, safe=""))
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert HTTPS not in answer.headers["Location"]
