"""A member's client in a terminal: its own randomness, real HTTP, and a check that trusts nobody.

It follows the published protocol only: the rules are hashed before an epoch is opened in them, the seed is made here,
and the export is checked by the one-file verifier.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from engage.fairness.verifier import client_commitment, verify_export
from engage.kernel.entropy import random_bytes

TIMEOUT_SECONDS = 15.0


class PlayFault(Exception):  # noqa: N818  said to whoever ran the command
    """The server answered something that an honest one would not, or refused."""


@dataclass(frozen=True)
class DemoMember:
    """A fresh member of the demo."""

    member: str
    external_id: str
    token: str


class Player:
    """Plays one game of one server as one member."""

    def __init__(self, base_url: str, member: DemoMember | None = None) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self.member = member or self._new_member()
        self._http.headers["Authorization"] = f"Bearer {self.member.token}"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _new_member(self) -> DemoMember:
        answer = self._send("POST", "/v1/demo/members", {})
        return DemoMember(answer["member"], answer["external_id"], answer["token"])

    def games(self) -> list[dict[str, Any]]:
        """The games that this member sees."""
        items: list[dict[str, Any]] = self._send("GET", "/v1/games")["items"]
        return items

    def play_and_prove(self, game: str) -> Iterator[str]:
        """Play once and prove it; each step as a sentence. PlayFault if anything is not as promised."""
        rules_hash = self._read_rules(game)
        yield f"Rules read and hashed here: {rules_hash[:16]}…"
        seed = random_bytes(32)
        epoch = self._open(game, seed, rules_hash)
        yield f"Only the hash of my seed was sent. The server committed to its own: {epoch['server_commitment'][:16]}…"
        path = f"/v1/games/{game}/plays"
        body = {"epoch": epoch["epoch"], "client_seed": seed.hex()}
        answer = self._send("POST", path, body, key=random_bytes(16).hex())
        yield f"Played: {describe_outcome(answer)} Balance: {answer['balances']['points']} points."
        revealed = self._send("POST", f"/v1/epochs/{epoch['epoch']}/reveal", {})
        yield f"The epoch is over and the server's seed is shown: {revealed['server_seed'][:16]}…"
        export = self._send("GET", "/v1/receipts")
        yield self._check(export, answer["play"])

    def _read_rules(self, game: str) -> str:
        """The hash of the rules document that the server publishes, made here from its bytes."""
        document = self._http.get(f"/v1/games/{game}/rules").content
        return hashlib.sha256(b"draw/1 rules\0" + document).hexdigest()

    def _open(self, game: str, seed: bytes, rules_hash: str) -> dict[str, Any]:
        self._accept(game, rules_hash)
        epoch = self._send("POST", f"/v1/games/{game}/epochs", {"client_commitment": client_commitment(seed).hex()})
        if epoch["rules_hash"] != rules_hash:
            message = "The server opened the epoch under other rules than it publishes."
            raise PlayFault(message)
        return epoch

    def _accept(self, game: str, rules_hash: str) -> None:
        shown = self._send("GET", f"/v1/games/{game}")
        if not shown["accepted"]:
            self._send("POST", f"/v1/games/{game}/acceptances", {"rules_hash": rules_hash, "adult": True})

    def _check(self, export: dict[str, Any], play: str) -> str:
        report = verify_export(export)
        if report.failed:
            message = f"The export does not prove what was played: {report.failed[0]}"
            raise PlayFault(message)
        verdicts = {subject: verdict for subject, verdict, *_ in report.results}
        return f"Checked offline by the one-file verifier: {play} is {verdicts[play]}."

    def _send(self, method: str, path: str, body: object = None, key: str | None = None) -> dict[str, Any]:
        """The document of an answer. PlayFault if there is none, or a refusal."""
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = self._http.request(method, path, json=body, headers=headers)
            document: dict[str, Any] = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            message = f"No demo answers on {self._http.base_url}. Say where it is: --url http://127.0.0.1:PORT"
            raise PlayFault(message) from None
        if answer.is_error:
            message = f"{method} {path}: {document.get('detail', answer.reason_phrase)}"
            raise PlayFault(message)
        return document


def describe_outcome(answer: dict[str, Any]) -> str:
    """What was won, in a few words."""
    prize = answer["prize"]
    if prize is None:
        return "no prize this time."
    amount = {"points": f"{prize.get('points')} points", "turns": f"{prize.get('turns')} more turns"}
    return f"won {amount.get(prize['kind'], prize['kind'] + ' ' + prize['id'])}."
