"""How Engage listens: gevent's own server for one process, gunicorn's gevent workers for several.

One server owns a SQLite file.
"""

import fcntl
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer

BACKLOG = 1024
STOP_SECONDS = 10
LOOK_SECONDS = 0.2
STOPPING = "engage.stopping"
IS_STOPPING = "engage.is_stopping"
HAND_OVER = "engage.hand_over"


class CannotListen(Exception):  # noqa: N818  said to whoever starts a server
    """The address can't be listened on; the message says why."""


class DataInUse(Exception):  # noqa: N818  said to whoever starts a second server
    """Another server owns this data folder; the message names it."""


@contextmanager
def owned(folder: Path, address: str) -> Iterator[None]:
    """Own a data folder while serving. DataInUse names the server that owns it already.

    The lock is the operating system's and goes with the process, so a killed server leaves nothing to clear away.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "server.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "another server"
            message = f"{folder} is in use by {owner}. Stop it first, or use another folder."
            raise DataInUse(message) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {address}")
        file.flush()
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket without Nagle's delay: with it every answer in two parts waits 40 ms.

    Refuses with CannotListen if the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        message = f"Can't listen on {host}, port {port}: {fault.strerror}. Name another: --port."
        raise CannotListen(message) from None
    listener.listen(BACKLOG)
    listener.setblocking(False)  # noqa: FBT003  the socket's own signature
    return listener


def _raise_file_limit() -> None:
    """Raise this process's limit of open files to what it may be: each socket is one, and shells allow few."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # a system may refuse what it names as its own limit; the lower one stays then
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def on_stop(app: Flask, prepare: Callable[[], None]) -> None:
    """Have `prepare` called when the server of an application is about to stop, while it still answers."""
    app.extensions.setdefault(STOPPING, []).append(prepare)


def is_stopping(app: Flask) -> bool:
    """Whether the server of an application was told to stop, while it still answers."""
    return IS_STOPPING in app.extensions


def _prepare_to_stop(app: Flask) -> None:
    app.extensions[IS_STOPPING] = True
    for prepare in app.extensions.get(STOPPING, ()):
        prepare()


class _Handler(WSGIHandler):
    """Hands the connection over to whoever goes on in another protocol than HTTP.

    That goes on for hours, so what belongs to the request is let go of first.
    """

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[HAND_OVER] = self._hand_over
        return environ

    def _hand_over(self, serve: Callable[[], None]) -> socket.socket:
        """The connection, which `serve` works on as soon as the request is done, for as long as it wants."""
        connection: socket.socket = self.socket
        self.socket = None  # type: ignore[assignment]  # so gevent says that a connection is not its own any more
        self.close_connection, self._serve = True, serve
        return connection

    def handle(self) -> None:
        super().handle()
        serve = self.__dict__.get("_serve")
        if serve is not None:
            self.__dict__.clear()
            serve()


def serve_alone(app: Flask, listener: socket.socket) -> None:
    """Serve with gevent in this process until SIGTERM or SIGINT, then finish what was begun."""
    _raise_file_limit()
    server = WSGIServer(listener, app, log=None, error_log=None, handler_class=_Handler)

    def stop() -> None:
        _prepare_to_stop(app)
        server.stop(STOP_SECONDS)

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(stop))
    server.serve_forever(stop_timeout=STOP_SECONDS)


def _watch_worker(worker: Any) -> None:  # noqa: ANN401  gunicorn is untyped
    """Prepare for the end as soon as a worker is told of it: it waits for its connections, and sockets stay open."""

    def watch() -> None:
        while worker.alive:
            gevent.sleep(LOOK_SECONDS)
        _prepare_to_stop(worker.wsgi)

    gevent.spawn(watch)


def serve_with_workers(target: str, host: str, port: int, workers: int) -> None:
    """Serve with gunicorn: one gevent worker a core, each with its own Writer (PostgreSQL only)."""
    _raise_file_limit()
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  only several processes need gunicorn

    class Workers(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{host}:{port}",
                "workers": workers,
                "worker_class": "gevent",
                "worker_connections": 4096,
                "graceful_timeout": STOP_SECONDS,
                "keepalive": 75,
                "backlog": BACKLOG,
                "post_worker_init": _watch_worker,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            import importlib  # noqa: PLC0415

            module, _, factory = target.partition(":")
            app: Flask = getattr(importlib.import_module(module), factory)()
            return app

    Workers().run()
