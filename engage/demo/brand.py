"""The demo brand's server: knows its members, and tells Engage of them over the API with nothing but its key."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from engage.kernel.entropy import random_bytes
from engage.kernel.refusals import InvalidRequest
from engage.web import gettext

ADULT = "1990-01-01"
WELCOME_TURNS, GUEST_TURNS, ORDER_TURNS = 20, 5, 1
ORDER_FEN = 6800
NEW_GUEST = "guest"
MAX_SIGNED_IN = 10_000
GONE = (404, 409)


def name_of(external_id: str) -> str:
    """What the brand calls one of its members."""
    names = {"alice": gettext("Alice"), "bob": gettext("Bob")}
    return names.get(external_id) or gettext("Guest {number}", number=external_id[-4:].upper())


class Brand:
    """The brand's own accounts, and its calls of the API.

    The calls go to the application in this process: they are requests like any other, but for the wire.
    """

    def __init__(self, app: Flask, key_file: Path, games: Sequence[str]) -> None:
        self._http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://engage")
        self._key_file, self._games = key_file, games
        self._signed_in: dict[str, str] = {}

    def sign_in(self, external_id: str) -> str:
        """Sign a member in on the brand's own site; the secret of that session."""
        while len(self._signed_in) >= MAX_SIGNED_IN:
            self._signed_in.pop(next(iter(self._signed_in)))
        session = random_bytes(16).hex()
        self._signed_in[session] = external_id
        return session

    def find_signed_in(self, session: str) -> str | None:
        """Who is signed in on the brand's own site."""
        return self._signed_in.get(session)

    def sign_out(self, session: str) -> None:
        """End a session of the brand's own site."""
        self._signed_in.pop(session, None)

    def welcome(self, who: str, language: str) -> str:
        """Tell Engage of Alice, Bob or a new guest, in the language of the page that they see; the external id.

        Whoever is new gets turns. Of Bob the brand knows no birth date, so he is asked for his age.
        """
        external_id = f"guest-{random_bytes(6).hex()}" if who == NEW_GUEST else who
        path = f"/v1/members/{external_id}"
        described: dict[str, Any] = {"locale": language}
        known = self._ask("GET", path, but=GONE)
        if not known or known["nickname"] is None:
            described |= {"nickname": name_of(external_id)} | ({} if who == "bob" else {"birth_date": ADULT})
        self._ask("PUT", path, described)
        if not known:
            self._give_turns(external_id, GUEST_TURNS if who == NEW_GUEST else WELCOME_TURNS, "welcome")
        return external_id

    def hand_over(self, external_id: str, state: str) -> str:
        """The code that signs a member in on Engage's pages. Refuses with InvalidRequest for a state that is none."""
        answer = self._ask("POST", f"/v1/members/{external_id}/handovers", {"state": state}, but=(422,))
        if not answer:
            raise InvalidRequest("This is not the state of a page. Open the game again.")
        code: str = answer["code"]
        return code

    def pay_order(self, external_id: str) -> None:
        """An order was paid: a turn more in each game, and the event that everything which counts orders reads."""
        self._give_turns(external_id, ORDER_TURNS, "order paid")
        order = random_bytes(6).hex()
        event = {
            "specversion": "1.0",
            "id": order,
            "source": "demo/shop",
            "type": "order.completed",
            "subject": external_id,
            "data": {"order": order, "merchant": "pine-lane", "net_fen": ORDER_FEN},
        }
        self._ask("POST", "/v1/events", event)

    def _give_turns(self, external_id: str, count: int, reason: str) -> None:
        """In a game that is over there is nothing to give."""
        for game in self._games:
            body = {"game": game, "count": count, "reason": reason}
            self._ask("POST", f"/v1/members/{external_id}/turns", body, but=GONE)

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, but: Sequence[int] = ()
    ) -> dict[str, Any]:
        """The document of an answer; empty if its status is one that the caller expects."""
        key = self._key_file.read_text(encoding="utf-8").strip()
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": random_bytes(16).hex()}
        answer = self._http.request(method, path, json=body, headers=headers)
        if answer.status_code in but:
            return {}
        document: dict[str, Any] = answer.raise_for_status().json()
        return document
