"""A server that stops sends its screens elsewhere first and ends in time; gunicorn's workers do the same."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.live.conftest import WHEEL, furnish
from tests.support.crowd import clients_of, present_world
from tests.support.frames import RawSocket
from tests.support.http import MemberClient, Unreachable
from tests.support.postgres import PostgresServer
from tests.support.screens import Screen, fresh_standing
from tests.support.servers_of_engage import ROOT, Nursery
from tests.support.valkey import ValkeyServer

WORD = "a-secret-in-one-word-as-the-environment-has-it"


def play(client: MemberClient) -> int:
    status, body = client.play_surely(WHEEL, secrets.token_hex(8))
    assert status == 201, body
    position: int = json.loads(body)["position"]
    return position


def test_screens_are_asked_to_go_before_the_server_does(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        members, _ = furnish(world, 1)
    nursery = Nursery(migrated_url)
    try:
        process = nursery.start()
        (phone,) = clients_of(members, [nursery.port])
        screen = Screen.of(phone, nursery.port)
        screen.open()
        play(phone)
        with RawSocket(nursery.port) as rude:
            rude.enter(phone.token)
            began = time.monotonic()
            os.kill(process, signal.SIGTERM)
            screen.wait(lambda: screen.last("drain") is not None)
            position = play(phone)
            screen.wait_for(position)
            screen.close()
            assert nursery.wait_until_gone() is None
            assert time.monotonic() - began < 6
        phone.close()
        process = nursery.start()
        screen.open()
        assert screen.standing == fresh_standing(phone)
        screen.close()
        phone.close()
        os.kill(process, signal.SIGTERM)
        assert nursery.wait_until_gone() is None
    finally:
        nursery.close()


def test_a_server_that_stops_is_alive_but_not_ready(migrated_url: str) -> None:
    with present_world(migrated_url) as world:
        members, _ = furnish(world, 1)
    nursery = Nursery(migrated_url)
    try:
        process = nursery.start()
        (phone,) = clients_of(members, [nursery.port])
        with RawSocket(nursery.port) as rude:
            rude.enter(phone.token)
            assert phone.send("GET", "/readyz")[0] == 200
            screen = Screen.of(phone, nursery.port)
            screen.open()
            os.kill(process, signal.SIGTERM)
            screen.wait(lambda: screen.last("drain") is not None)
            status, body = phone.send("GET", "/readyz")
            assert (status, json.loads(body)["code"]) == (503, "busy")
            assert phone.send("GET", "/healthz")[0] == 200
            screen.close()
            phone.close()
        assert nursery.wait_until_gone() is None
    finally:
        nursery.close()


@contextmanager
def gunicorn(url: str, redis_url: str, folder: Path, workers: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`engage serve --workers` as whoever runs Engage starts it; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {
        "ENGAGE_DATABASE_URL": url,
        "ENGAGE_REDIS_URL": redis_url,
        "ENGAGE_SECRET_KEY": WORD,
        "ENGAGE_DATA_DIR": str(folder),
    }
    command = "import sys; from wsgi import main; sys.argv[0] = 'engage'; main()"
    arguments = ["serve", "--port", str(port), "--workers", str(workers)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", command, *arguments], cwd=ROOT, env=environ, stdout=output, stderr=output
        )
    try:
        yield port, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def is_ready(client: MemberClient, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers; an assertion if it ended instead."""
    assert process.poll() is None, "the server ended"
    try:
        return client.send("GET", "/readyz")[0] == 200
    except Unreachable:
        return False


def test_gunicorns_workers_tell_each_others_screens_and_drain(
    postgres: PostgresServer,
    migrated_template: str,
    valkey: ValkeyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("world", "crowd"):
        monkeypatch.setattr(f"tests.support.{module}.SECRET", WORD)
    url = postgres.create_database(like=migrated_template)
    with present_world(url) as world:
        members, _ = furnish(world, 1)
    with gunicorn(url, valkey.url, tmp_path, workers=2) as (port, process):
        (phone,) = clients_of(members, [port])
        while not is_ready(phone, process):
            time.sleep(0.1)  # between two looks at a server that starts; the test has a deadline
        screens: list[Screen] = []
        while not all_have_screens(process, port, workers=2):
            screens.append(Screen.of(phone, port))
            screens[-1].open()
        for _ in range(10):
            position = play(phone)
            for screen in screens:
                screen.wait_for(position, seconds=2)
        assert all(screen.standing == fresh_standing(phone) for screen in screens)
        process.send_signal(signal.SIGTERM)
        for screen in screens:
            screen.wait(lambda screen=screen: screen.last("drain") is not None)
            screen.close()
        phone.close()
        assert process.wait(12) == 0
    with present_world(url) as world:
        world.prove()


def all_have_screens(process: subprocess.Popen[bytes], port: int, workers: int) -> bool:
    """Whether so many workers hold connections: which one accepts the next is chance."""
    return len([count for count in sockets_of(process, port).values() if count > 1]) == workers


def sockets_of(process: subprocess.Popen[bytes], port: int) -> dict[int, int]:
    """How many connections to the port each worker of a server holds."""
    counts: dict[int, int] = {}
    for worker in psutil.Process(process.pid).children():
        held = [
            each for each in worker.net_connections("tcp") if each.status == "ESTABLISHED" and each.laddr.port == port
        ]
        counts[worker.pid] = len(held)
    return counts
