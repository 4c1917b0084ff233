"""Members of the demo, each with seeds of their own, who play over HTTP and take their exports home."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.support.http import MemberClient

EPOCH_PLAYS = 25
WHEEL, CARDS = "gam_anniversary_wheel", "gam_dealer_cards"


@dataclass(frozen=True)
class Home:
    """What a member took home: the export file, and how many epochs and plays are in it."""

    file: Path
    epochs: int
    plays: int


def play_as_member(port: int, folder: Path, plays: dict[str, int]) -> Home:
    """Play so often in each game as a fresh member, reveal every epoch, and keep the export."""
    client = _new_member(port, max(plays.values()))
    told: list[Any] = []
    epochs = 0
    for game, count in plays.items():
        _accept(client, game)
        for begin in range(0, count, EPOCH_PLAYS):
            numbers = range(begin, min(begin + EPOCH_PLAYS, count))
            told += _play_epoch(client, game, numbers)
            epochs += 1
    export = client.send_surely("GET", "/v1/receipts")[1]
    client.close()
    require_same_receipts(json.loads(export)["receipts"], told)
    file = folder / f"{client.member}.json"
    file.write_bytes(export)
    return Home(file, epochs, len(told))


def require_same_receipts(exported: Sequence[Any], told: Sequence[Any]) -> None:
    """The export must hold just the receipts that were handed out with the plays."""
    by_play = {one["play"]: one for one in exported}
    assert len(exported) == len(told)
    assert all(by_play[one["play"]] == one for one in told)


def _new_member(port: int, turns: int) -> MemberClient:
    stranger = MemberClient("", "")
    stranger.connect(port)
    answer = _expect(HTTPStatus.CREATED, *stranger.send_surely("POST", "/v1/demo/members", {"turns": max(turns, 3)}))
    stranger.close()
    client = MemberClient(answer["member"], answer["token"])
    client.connect(port)
    return client


def _accept(client: MemberClient, game: str) -> None:
    """Accept the rules by the hash of their bytes, made here."""
    _, document = client.send_surely("GET", f"/v1/games/{game}/rules")
    accepted = {"rules_hash": hashlib.sha256(b"draw/1 rules\0" + document).hexdigest(), "adult": True}
    _expect(HTTPStatus.CREATED, *client.send_surely("POST", f"/v1/games/{game}/acceptances", accepted))


def _play_epoch(client: MemberClient, game: str, numbers: range) -> list[Any]:
    """The receipts of one epoch, played with a fresh seed and revealed."""
    client.open_surely(game)
    receipts = []
    for number in numbers:
        status, answer = client.play_surely(game, f"{game}-{number}")
        receipts.append(_expect(HTTPStatus.CREATED, status, answer)["receipt"])
    _expect(HTTPStatus.OK, *client.send_surely("POST", f"/v1/epochs/{client.epoch}/reveal", {}))
    return receipts


def _expect(expected: HTTPStatus, status: int, body: bytes) -> Any:
    assert status == expected, f"{status} {body!r}"
    return json.loads(body)
