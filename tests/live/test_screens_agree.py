"""Snapshot and pushes are what a fresh snapshot says, after every action, on every screen, asleep in between or not."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.live.conftest import CARDS, WHEEL, House
from tests.support.http import MemberClient
from tests.support.screens import PAGE, Screen, fresh_standing, get

PLAYS = int(os.environ.get("PLAYS", "200"))
MAKES_A_PLAY, MOST_UNSEEN, OLDEST = 0.45, 6, 4


@dataclass
class Sitting:
    """A member with two screens, and what the member knows but has not seen."""

    house: House
    phone: MemberClient
    screens: list[Screen]
    chance: Random
    unseen: dict[str, dict[str, Any]] = field(default_factory=dict)
    tabs: dict[str, MemberClient] = field(default_factory=dict)
    plays: int = 0

    def act(self) -> None:
        """Do something at random."""
        drawn = self.chance.random()
        if drawn < MAKES_A_PLAY:
            self.play(self.chance.choice([WHEEL, WHEEL, CARDS]))
        elif (drawn < 0.75 and self.unseen) or len(self.unseen) > MOST_UNSEEN:
            self.see(self.chance.choice(list(self.unseen)[:OLDEST]))
        elif drawn < 0.8:
            self.give_turns(self.chance.choice([WHEEL, CARDS]))
        else:
            self.wake_or_sleep(self.chance.choice(self.screens))

    def close(self) -> None:
        for tab in self.tabs.values():
            tab.close()

    def play(self, game: str) -> None:
        if game not in self.tabs:
            self.tabs[game] = self.phone.tab(self.chance.choice(self.house.ports))
        status, body = self.tabs[game].play_surely(game, secrets.token_hex(8))
        answer = json.loads(body)
        assert status == 201, answer
        self.unseen[answer["play"]] = answer
        self.plays += 1

    def see(self, play: str) -> None:
        status, body = self.phone.send_surely("POST", f"/v1/plays/{play}/seen", {})
        assert status == 200, body
        assert json.loads(body)["prize"] == self.unseen.pop(play)["prize"]

    def give_turns(self, game: str) -> None:
        body = {"game": game, "count": 2, "reason": "a test"}
        brand = MemberClient("", self.house.key)
        brand.connect(self.house.ports[0])
        status, answer = brand.send_surely(
            "POST", f"/v1/members/{self.phone.member.removeprefix('mem_')}/turns", body, key=secrets.token_hex(8)
        )
        brand.close()
        assert status == 201, answer

    def wake_or_sleep(self, screen: Screen) -> None:
        if screen.is_open:
            screen.close()
            return
        if screen.standing and self.chance.random() < 0.5:
            screen.catch_up()
            assert screen.standing == fresh_standing(self.phone), "the feed goes on from where the pushes ended"
        screen.open()
        screen.watch(WHEEL)
        screen.watch(CARDS)

    def agree(self) -> None:
        """Each screen that is awake says what a page is told that is opened now."""
        fresh = fresh_standing(self.phone)
        assert {each["play"] for each in fresh["unseen"]} == self.unseen.keys()
        for screen in self.screens:
            if screen.is_open:
                screen.wait_for(fresh["position"])
                assert screen.standing == fresh
        self.give_nothing_away()

    def give_nothing_away(self) -> None:
        """No screen was ever told more of an unseen play than that it took place."""
        for screen in self.screens:
            for name, message in screen.heard:
                data = message.get("data", {})
                if data.get("play") in self.unseen:
                    assert data.keys() == {"play", "turns", "until", "until_position"}, (name, message)
                for play, answer in self.unseen.items():
                    grant = (answer["prize"] or {}).get("grant")
                    assert grant is None or grant not in str(message), (play, message)


@pytest.mark.timeout(400)
def test_two_screens_agree_through_plays_sleep_and_reconnection(
    live_house: House, screens: Callable[..., Screen], request: pytest.FixtureRequest
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    alice, bob = live_house.newcomer(), live_house.newcomer()
    sitting = Sitting(live_house, alice, [screens(alice, 0), screens(alice, 1)], Random(seed))  # noqa: S311  a test draws its own examples
    request.addfinalizer(sitting.close)
    stranger = screens(bob, 1)
    stranger.open()
    before = dict(stranger.standing)
    for screen in sitting.screens:
        sitting.wake_or_sleep(screen)
    while sitting.plays < PLAYS:
        sitting.act()
        sitting.agree()
    for play in list(sitting.unseen):
        sitting.see(play)
        sitting.agree()
    assert stranger.standing == before, "nobody else is told"
    for screen in sitting.screens:
        if screen.is_open:
            screen.wait(lambda screen=screen: _pools(screen) == _pools_now(alice))


def _pools_now(client: MemberClient) -> dict[str, int | None]:
    """The units that are left as a page is told anew."""
    games = get(client, "/v1/games", PAGE)["items"]
    return {pool["prize"]: pool["left"] for game in games for pool in game["pools"] if pool["units"] is not None}


def _pools(screen: Screen) -> dict[str, int | None]:
    """The units left as the screen was told last."""
    told: dict[str, int | None] = {}
    for game in (WHEEL, CARDS):
        message = screen.last("pool.changed", game)
        for pool in message["data"]["pools"] if message else ():
            if pool["units"] is not None:
                told[pool["prize"]] = pool["left"]
    return told


def test_the_pools_of_an_unseen_play_are_the_members_own_secret(
    live_house: House, screens: Callable[..., Screen]
) -> None:
    player, witness = live_house.newcomer(), live_house.newcomer()
    alice, bob = screens(player, 1), screens(witness, 0)
    for screen in (alice, bob):
        screen.open()
        assert screen.watch(CARDS) == {"game": CARDS}
    units = _pools(bob)["prz_p10"] or 0
    sitting = Sitting(live_house, player, [alice], Random(1))  # noqa: S311  nothing is drawn
    sitting.play(CARDS)
    (play,) = sitting.unseen
    bob.wait(lambda: _pools(bob)["prz_p10"] == units - 1)
    again = screens(player, 0)
    again.open()
    again.watch(CARDS)
    assert _pools(alice)["prz_p10"] == _pools(again)["prz_p10"] == units
    sitting.see(play)
    sitting.close()
    alice.wait(lambda: _pools(alice)["prz_p10"] == units - 1)
    again.wait(lambda: _pools(again)["prz_p10"] == units - 1)
