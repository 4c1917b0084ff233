"""Whatever a stranger sends, the server goes on, keeps little of it, and tells the others as before."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

import psutil
import pytest

from engage.live.hub import MAX_WAITING
from tests.live.conftest import CARDS, WHEEL, House
from tests.support.frames import PING, RawSocket, frame
from tests.support.http import MemberClient
from tests.support.screens import Screen

FRAMES = int(os.environ.get("FRAMES", "400"))
MEGABYTE = 1 << 20

Screens = Callable[..., Screen]


def memory_of(house: House) -> int:
    """What the servers of a house use, in bytes."""
    ports = set(house.ports)
    owners = {
        each.pid for each in psutil.net_connections("tcp") if each.laddr and each.laddr.port in ports and each.pid
    }
    return sum(psutil.Process(pid).memory_info().rss for pid in owners)


def play(client: MemberClient, game: str = WHEEL) -> int:
    """Play once; the position."""
    status, body = client.play_surely(game, secrets.token_hex(8))
    assert status == 201, body
    position: int = json.loads(body)["position"]
    return position


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b"hello", masked=False), 1002),
        (frame(b"hello", reserved=4), 1002),
        (frame(b"hello", opcode=0x3), 1002),
        (frame(b"hello", opcode=0xB), 1002),
        (frame(b"hello", opcode=0x0), 1002),
        (frame(b"h" * 126, opcode=PING), 1002),
        (frame(b"", opcode=PING, final=False), 1002),
        (frame(b"he", final=False) + frame(b"llo"), 1002),
        (frame(b"\xff\xfe"), 1007),
        (frame(b"\xe2\x82", final=False) + frame(b"\x28", opcode=0x0), 1007),
        (frame(b"\x00\x01", opcode=0x2), 1003),
        (frame(b"4" * 16_385), 1009),
        (b"\x81\xff" + (2**62).to_bytes(8) + b"mask", 1009),
        (b"".join([frame(b"4" * 4_000, final=False), *[frame(b"4" * 4_000, opcode=0x0, final=False)] * 4]), 1009),
        (frame((1001).to_bytes(2), opcode=0x8), 1001),
        (frame(b"", opcode=0x8), 1000),
    ],
)
def test_whoever_breaks_the_protocol_is_told_how_and_let_go(live_house: House, sent: bytes, code: int) -> None:
    with RawSocket(live_house.ports[0]) as stranger:
        stranger.send(sent)
        assert stranger.close_code() == code


def test_a_message_may_come_in_pieces_with_a_ping_in_between(live_house: House) -> None:
    with RawSocket(live_house.ports[0]) as opened:
        opened.text()
        token = live_house.newcomer().token
        opened.send(frame(b"40/live,", final=False))
        opened.send(frame(b"still there?", opcode=PING))
        opened.send(frame(json.dumps({"token": token}).encode(), opcode=0x0))
        assert opened.read() == (0xA, b"still there?")
        assert opened.text().startswith('40/live,{"sid"')
        assert opened.text().startswith('42/live,["snapshot",')


@pytest.mark.parametrize("headers", [{"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": "x"}, {"Upgrade": "h2c"}])
def test_what_is_no_handshake_is_answered_in_http(live_house: House, headers: dict[str, str]) -> None:
    with RawSocket(live_house.ports[0], headers) as refused:
        assert refused.status == 400


@pytest.mark.parametrize(
    "text",
    [
        '42/live,["watch"',
        "42/live,[]",
        '42/live,[1,{"game":"gam_w"}]',
        "42/live,[null]",
        '42/live,{"watch":1}',
        '42/live,["watch",{"game":"gam_w"},1,2,3]',
        '42/live,999999999999["watch",{"game":"gam_w"}]',
        "42/live," + "9" * 101 + "[]",
        '451-/live,["watch",{"_placeholder":true,"num":0}]',
        '45999999999999-/live,["watch"]',
        "43/live,1[]",
        "44/live,{}",
        "40/live,{}",
        "40/live,[[[[",
        "41/live,",
        "40",
        "1",
        "5",
        "6",
        "9",
        "",
        "4",
        "4" * 1_000,
        "42/live," + "[" * 10_000,
    ],
)
def test_no_message_disturbs_the_others(live_house: House, screens: Screens, text: str) -> None:
    phone = live_house.newcomer() if live_house.taken < 30 else live_house.clients[29]
    alice = screens(phone)
    alice.open()
    with RawSocket(live_house.ports[0]) as rude:
        assert rude.enter(phone.token).startswith("40/live,")
        rude.send(frame(text.encode()))
        alice.wait_for(play(phone))


def test_frames_made_up_at_random_leave_the_server_as_it_was(live_house: House, screens: Screens) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = Random(seed)  # noqa: S311  a test draws its own examples
    phone = live_house.clients[29]
    alice = screens(phone)
    alice.open()
    before = memory_of(live_house)
    for number in range(FRAMES):
        with RawSocket(live_house.ports[number % len(live_house.ports)]) as rude, suppress(OSError):
            if chance.random() < 0.7:
                rude.enter(phone.token)
            for _ in range(chance.randrange(1, 6)):
                rude.send(_nonsense(chance))
    alice.wait_for(play(phone))
    assert memory_of(live_house) - before < 40 * MEGABYTE


def _nonsense(chance: Random) -> bytes:
    payload = chance.randbytes(chance.choice([0, 1, 8, 125, 126, 4_000, 20_000]))
    texts = (b'42/live,["watch",', b"40/live,", b"2probe", b'451-/live,["watch",', b"41/live,")
    kind = chance.random()
    if kind < 0.3:
        return payload
    if kind < 0.6:
        text = chance.choice(texts) + json.dumps([chance.randrange(10), {"game": CARDS}]).encode()
        return frame(text[: chance.randrange(1, len(text) + 1)])
    return frame(
        payload,
        chance.randrange(16),
        final=chance.random() < 0.8,
        masked=chance.random() < 0.9,
        reserved=chance.choice([0, 0, 0, 1, 7]),
    )


def test_who_never_says_who_they_are_is_let_go(live_house: House) -> None:
    with RawSocket(live_house.ports[0]) as silent:
        silent.socket.settimeout(25)
        began = time.monotonic()
        while silent.read()[0] != 0x8:
            silent.send(frame(b"3"))
        assert time.monotonic() - began < 20


def test_who_does_not_read_is_let_go_and_takes_no_memory(live_house: House, screens: Screens) -> None:
    phone = live_house.newcomer()
    alice = screens(phone)
    alice.open()
    with RawSocket(live_house.ports[0], receive_buffer=2_048) as deaf:
        assert deaf.enter(phone.token).startswith("40/live,")
        before = memory_of(live_house)
        asked = frame(b'42/live,1["watch",{"game":"gam_unknown"}]') + frame(b"", opcode=PING)
        deaf.socket.settimeout(2)
        with suppress(OSError):
            for _ in range(20 * MAX_WAITING):
                deaf.send(asked)
        assert memory_of(live_house) - before < 20 * MEGABYTE
        alice.wait_for(play(phone))
        deaf.socket.settimeout(25)
        assert deaf.close_code() is None, "it was cut, in the middle of a frame"
