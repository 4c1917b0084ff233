"""The contract of `/live`: who is let in, what is pushed to whom, and that a socket takes no orders."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
import socketio
import sqlalchemy as sa
from socketio.exceptions import ConnectionError as NotConnected

from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.live.board import MIN_INTERVAL_MS
from engage.live.hub import MAX_OF_MEMBER
from engage.web import MemberTokens
from games.tables import winner
from tests.live.conftest import CARDS, WHEEL, House
from tests.support.frames import RawSocket
from tests.support.http import MemberClient
from tests.support.screens import NAMESPACE, Screen, fresh_standing
from tests.support.world import SECRET

Screens = Callable[..., Screen]


def expiring_token(member: str, seconds: float) -> str:
    """A token that ends in so many seconds, rounded down to whole ones."""
    minted = ManualClock(from_ms(SystemClock().now_ms() - int((3600 - seconds) * 1000)))
    return MemberTokens((SECRET,), minted).mint(member, 3600)[0]


def play(client: MemberClient, game: str = WHEEL) -> dict[str, Any]:
    status, body = client.play_surely(game, secrets.token_hex(8))
    answer: dict[str, Any] = json.loads(body)
    assert status == 201, answer
    return answer


def see(client: MemberClient, of: dict[str, Any]) -> None:
    status, body = client.send_surely("POST", f"/v1/plays/{of['play']}/seen", {})
    assert status == 200, body


def refusal_of(house: House, auth: dict[str, Any] | None) -> Any:
    """What a socket that is not let in is told."""
    told: list[Any] = []
    io = socketio.Client(reconnection=False)
    io.on("connect_error", told.append, namespace=NAMESPACE)
    with pytest.raises(NotConnected):
        io.connect(
            f"http://127.0.0.1:{house.ports[0]}",
            transports=["websocket"],
            namespaces=[NAMESPACE],
            auth=auth,
        )
    io.disconnect()
    return told[0] if told else None


def test_a_member_is_told_how_things_stand_and_then_what_changes(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    alice = screens(phone)
    alice.open()
    assert alice.heard[0] == ("snapshot", fresh_standing(phone))
    assert alice.standing["turns"] == {WHEEL: 302, CARDS: 300}
    played = play(phone)
    alice.wait_for(played["position"])
    name, item = alice.heard[-1]
    assert name == item["name"] == "play.settled"
    assert item["unseen"] == item["data"]["play"] == played["play"]
    see(phone, played)
    alice.wait_for(played["position"] + 1)
    name, item = alice.heard[-1]
    assert name == item["name"] == "play.seen"
    assert item["data"]["prize"] == played["prize"]
    assert item["data"]["show"] == played["show"]


def test_pushes_are_the_items_of_the_feed(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    alice = screens(phone, 1)
    alice.open()
    start = alice.standing["position"]
    play(phone)
    phone.send_surely("POST", "/v1/me/consents", {"purpose": "marketing", "granted": True}, key="1")
    last = play(phone)
    alice.wait_for(last["position"])
    pushed = [message for _, message in alice.heard if "position" in message and "name" in message]
    status, body = phone.send("GET", f"/v1/feed?after={start}")
    items = json.loads(body)["items"]
    assert status == 200
    assert [item["name"] for item in items] == ["play.settled", "consent.changed", "play.settled"]
    for item in items + pushed:
        item["data"].pop("turns", None)  # balances are those at the time of telling
    assert pushed == items


def test_another_member_is_told_nothing(live_house: House, screens: Screens) -> None:
    phone, other = live_house.newcomer(), live_house.newcomer()
    alice, bob = screens(phone), screens(other, 1)
    alice.open()
    bob.open()
    played = play(phone)
    see(phone, played)
    alice.wait_for(played["position"] + 1)
    theirs = play(other)
    bob.wait_for(theirs["position"])
    assert [name for name, _ in bob.heard] == ["snapshot", "play.settled"]
    assert played["play"] not in str(bob.heard)


@pytest.mark.parametrize(
    "auth", [None, {}, {"token": ""}, {"token": "x"}, {"token": 7}, {"token": None}, {"token": []}]
)
def test_without_a_valid_token_nobody_comes_in(live_house: House, auth: dict[str, Any] | None) -> None:
    told = refusal_of(live_house, auth)
    assert told["message"] == told["data"]["code"] == "unauthenticated"


def test_an_expired_token_an_api_key_and_a_token_of_others_are_refused(live_house: House) -> None:
    others = MemberTokens(("another deployment's secret, long enough",), SystemClock()).mint("mem_m0", 3600)[0]
    for token in (
        expiring_token("mem_m0", -5),
        live_house.key,
        others,
        f"Bearer {live_house.clients[0].token}",
    ):
        assert refusal_of(live_house, {"token": token})["data"]["code"] == "unauthenticated"


def test_a_socket_ends_with_its_token(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    alice = screens(phone)
    alice.open({"token": expiring_token(phone.member, 4)})
    alice.wait(lambda: alice.last("expired") is not None)
    told = alice.last("expired")
    assert told is not None
    assert told["code"] == "unauthenticated"
    assert wait_until(lambda: not alice.is_open)


def test_pages_of_other_sites_can_open_no_socket(live_house: House) -> None:
    port = live_house.ports[0]
    for origin, status in (
        (None, 101),
        (f"http://127.0.0.1:{port}", 101),
        ("https://evil.example", 400),
        (f"http://127.0.0.1:{port}.evil.example", 400),
        (f"http://evil.example?127.0.0.1:{port}", 400),
        ("null", 400),
    ):
        with RawSocket(port, {} if origin is None else {"Origin": origin}) as opened:
            assert opened.status == status, origin


@pytest.mark.parametrize(
    "query", ["EIO=4&transport=polling", "EIO=4&transport=websocket", "EIO=3&transport=websocket", ""]
)
def test_there_is_no_other_transport(live_house: House, query: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live_house.ports[0], timeout=5)
    connection.request("GET", f"/socket.io/?{query}")
    assert connection.getresponse().status == 400
    connection.close()


def test_there_is_no_other_namespace(live_house: House) -> None:
    io = socketio.Client(reconnection=False)
    with pytest.raises(NotConnected):
        io.connect(
            f"http://127.0.0.1:{live_house.ports[0]}",
            transports=["websocket"],
            namespaces=["/"],
            auth={"token": live_house.clients[0].token},
        )
    io.disconnect()


def test_a_socket_takes_no_orders(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    alice = screens(phone)
    alice.open()
    before = fresh_standing(phone)
    for event, data in (
        ("play", {"game": WHEEL}),
        ("connect", {"HTTP_COOKIE": "engage=x"}),
        ("disconnect", "now"),
        ("snapshot", before | {"points": 10_000}),
        ("play.seen", {"play": "pla_x"}),
        ("trigger_event", [1]),
        ("_come", [1]),
        ("", None),
        ("join", {"room": "mem_bob"}),
    ):
        alice.say(event, data)
    assert alice.watch(WHEEL) == {"game": WHEEL}
    assert fresh_standing(phone) == before
    played = play(phone)
    alice.wait_for(played["position"])


def test_only_games_can_be_watched(live_house: House, screens: Screens) -> None:
    alice = screens(live_house.newcomer())
    alice.open()
    assert alice.watch("gam_unknown") == {"code": "not_found"}
    assert alice.watch("") == {"code": "invalid_request"}
    for data in (None, "gam_w", {"game": 1}, {"game": "g" * 65}, {"game": "gam w"}, [WHEEL], {"room": "mem_bob"}):
        assert alice._io is not None
        assert alice._io.call("watch", data, namespace=NAMESPACE) == {"code": "invalid_request"}
    assert alice.watch(WHEEL) == {"game": WHEEL}
    assert alice.last("game.changed", WHEEL)
    assert alice.last("pool.changed", WHEEL)


def test_whoever_asks_for_games_without_end_is_let_go(live_house: House, screens: Screens) -> None:
    alice = screens(live_house.newcomer())
    alice.open()
    for _ in range(25):
        alice.say("watch", {"game": "gam_unknown"})
    assert wait_until(lambda: not alice.is_open)
    alice.open()


def test_of_too_many_screens_the_first_is_let_go(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    opened = [screens(phone) for _ in range(MAX_OF_MEMBER + 1)]
    for screen in opened:
        screen.open()
    assert wait_until(lambda: not opened[0].is_open)
    assert all(screen.is_open for screen in opened[1:])


def test_pools_are_told_all_at_once_and_at_most_twice_a_second(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    bob = screens(live_house.newcomer(), 1)
    bob.open()
    bob.watch(CARDS)
    arrived: list[float] = []
    hear = bob._hear

    def stamp(name: str, message: dict[str, Any]) -> None:
        if name == "pool.changed":
            arrived.append(time.monotonic())
        hear(name, message)

    assert bob._io is not None
    bob._io.on("*", stamp, namespace=NAMESPACE)
    units = bob.last("pool.changed", CARDS)["data"]["pools"][0]["left"]  # type: ignore[index]  # it was heard
    began, count = time.monotonic(), 0
    while time.monotonic() < began + 3 and count < 150:
        play(phone, CARDS)
        count += 1
    bob.wait(lambda: bob.last("pool.changed", CARDS)["data"]["pools"][0]["left"] == units - count)  # type: ignore[index]  # it was heard
    assert count > len(arrived) >= 1
    # Over the whole stretch, since a busy machine may hand on what was sent apart close together.
    assert len(arrived) <= (arrived[-1] - arrived[0]) / (MIN_INTERVAL_MS / 1000) + 2
    message = bob.last("pool.changed", CARDS)
    assert message == {
        "name": "pool.changed",
        "game": CARDS,
        "data": {"pools": [{"prize": "prz_p10", "units": 400, "left": units - count}], "deck_left": None},
    }


def test_a_winner_is_posted_to_all_some_seconds_after_the_card_was_seen(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    bob = screens(live_house.newcomer(), 1)
    bob.open()
    bob.watch(WHEEL)
    won: dict[str, Any] = {"prize": None}
    while won["prize"] is None or won["prize"]["kind"] == "turns":
        won = play(phone)
        if won["prize"] is None or won["prize"]["kind"] == "turns":
            see(phone, won)
    seen_at = time.monotonic()
    see(phone, won)
    assert wait_until(lambda: winners_of(live_house, won["play"]) != [])
    (listed,) = winners_of(live_house, won["play"])
    bob.wait(lambda: find_winner(bob, listed) is not None, 40)
    assert time.monotonic() - seen_at > 3
    posted = find_winner(bob, listed)
    assert posted is not None
    assert (posted["game"], posted["data"]["name"]) == (WHEEL, "m**")
    assert won["play"] not in str(posted)
    assert "mem_" not in str(posted)


def winners_of(house: House, play: str) -> list[str]:
    """Under which ids a play is posted: no more than one."""
    engine = sa.create_engine(house.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(connection.execute(sa.select(winner.c.id).where(winner.c.play == play)).scalars())


def find_winner(screen: Screen, id_: str) -> dict[str, Any] | None:
    """The message that posted a winner to a screen."""
    heard = (message for name, message in screen.heard if name == "winner.posted")
    return next((message for message in heard if message["data"]["id"] == id_), None)


def wait_until(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)  # between two looks at another process, which has no way to call; the deadline is above
    return True


def test_whoever_is_erased_is_let_go_on_every_screen_and_not_let_in_again(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    opened = [screens(phone, server) for server in (0, 1)]
    for screen in opened:
        screen.open()
    assert phone.send_surely("DELETE", "/v1/me", {"confirm": "erase"})[0] == 204
    assert wait_until(lambda: not any(screen.is_open for screen in opened))
    assert refusal_of(live_house, {"token": phone.token})["message"] == "unauthenticated"
