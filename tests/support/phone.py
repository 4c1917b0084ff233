"""A browser as far as signing in goes: it keeps cookies, follows where it is sent, and says where a request is from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask_openapi import OpenAPI
from werkzeug.test import Client as HttpClient
from werkzeug.test import TestResponse

from tests.support.server import Client, open_app
from tests.support.world import World

HTTPS, HTTP = "https://play.example.com", "http://localhost:8000"
BRAND = "https://shop.example.com/account/sign-in?from=games"


def open_house(world: World, base_url: str = HTTPS, sign_in_url: str = BRAND) -> Client:
    """The application over a world, as a deployment with a sign-in address serves it."""
    settings = world.services.settings.model_copy(update={"base_url": base_url, "sign_in_url": sign_in_url})
    return Client(world, open_app(replace(world.services, settings=settings)))


@dataclass
class Phone:
    """Somebody's browser. `origin` is the address under which it knows the house."""

    app: OpenAPI
    origin: str = HTTPS
    http: HttpClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = self.app.test_client()

    @property
    def cookies(self) -> dict[str, str]:
        """What this browser would send along."""
        host = urlsplit(self.origin).hostname or ""
        kept = self.http._cookies or {}
        return {cookie.key: cookie.value for cookie in kept.values() if cookie.domain == host}

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open an address by hand or by a link."""
        return self.send("GET", path, headers=headers)

    def act(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Ask as a page of the house does."""
        sent = {"X-Engage-Page": "1", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self.send(method, path, {} if body is None else body, headers=sent | named(headers))

    def send(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> TestResponse:
        """Ask with these headers only."""
        arguments: dict[str, Any] = {"headers": named(headers or {})}
        if body is not None:
            arguments["json"] = body
        return self.http.open(path, method=method, base_url=self.origin, buffered=True, **arguments)

    def leave(self, path: str = "/sign-in?return=/v1/me") -> str:
        """Open a page and be sent to the brand; the state that it sees there."""
        return state_of(self.get(path))

    def sign_in(self, brand: Client, member: str, back: str = "/v1/me") -> TestResponse:
        """The whole way through the brand's site and back; the last answer."""
        code = hand_over(brand, member, self.leave(f"/sign-in?return={back}"))
        return self.get(f"/sign-in?code={code}")


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers by their names, which keywords can't hold."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def state_of(answer: TestResponse) -> str:
    """The state in the address that a browser is sent to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def hand_over(brand: Client, member: str, state: str) -> str:
    """The code that the brand's server gets for its member."""
    answer = brand.post(f"/v1/members/{member}/handovers", {"state": state})
    assert answer.status_code == 201, answer.get_json()
    code: str = answer.get_json()["code"]
    return code
