"""The namespace `/live`: who may come in, what they may ask for, and how they are let go.

A socket only announces. Clients send nothing but `watch`; everything they do is done over HTTP.
"""

import logging
import re
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gevent
import orjson
import structlog
from engineio.packet import MESSAGE
from engineio.packet import Packet as Engine
from flask_openapi import OpenAPI
from flask_socketio import SocketIO
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from socketio import Namespace
from socketio.exceptions import ConnectionRefusedError as Refused
from socketio.packet import EVENT, Packet

from engage.feature import Plays, Services
from engage.kernel.refusals import Busy, Refusal, TooFast
from engage.live.bell import Bell
from engage.live.board import Board
from engage.live.hub import MAX_SOCKETS, Hub, Session, Wire
from engage.live.relay import Relay
from engage.live.websocket import ENVIRON, WebSocket
from engage.web import Edge, edge_of, on_stop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NAMESPACE = "/live"
GAME = re.compile(r"[!-~]{1,64}")
MAX_MESSAGE = 16 * 1024
PING_SECONDS, PONG_SECONDS = 10, 8
"""A screen whose connection went without a word notices after so long, and so does the server."""
WATCHES, WATCH_MS = 20, 10_000
"""How many games a socket may ask for in how long."""
GREETERS = 4
"""How many sockets are greeted at a time: a crowd that comes back must not take every connection to the database."""
SWEEP_SECONDS = 1.0
STRANGER_SWEEPS = 10
DRAIN_SECONDS = 2.0
DRAIN_POLL_SECONDS = 0.05
COME_BACK_MS = 8_000
KEPT = ("REQUEST_METHOD", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "REMOTE_ADDR")

log = structlog.get_logger()


class _Json:
    """JSON as Socket.IO calls it."""

    @staticmethod
    def dumps(document: object, **_options: object) -> str:
        return orjson.dumps(document).decode()

    @staticmethod
    def loads(text: str, **_options: object) -> Any:  # noqa: ANN401  JSON
        return orjson.loads(text)


class Live(Namespace):  # type: ignore[misc]  # python-socketio is untyped
    """The sockets of one application, and what tells them."""

    def __init__(self, services: Services, edge: Edge, plays: Plays) -> None:
        super().__init__(NAMESPACE)
        self._services, self._edge = services, edge
        settings = services.settings
        self.hub, self._bell = Hub(_pack), Bell(settings.redis_url, is_alone=settings.is_sqlite)
        self._relay = Relay(services, plays, self.hub, Board(self.hub), self._bell)
        self._greeters = BoundedSemaphore(GREETERS)
        self._asked: dict[str, deque[int]] = {}
        self._strangers: dict[str, int] = {}
        self._ending = Event()
        self._is_open = self._is_watched = self._is_draining = False
        services.writer.on_commit(lambda _events: self._bell.strike())

    def trigger_event(self, event: object, *args: Any) -> Any:  # noqa: ANN401  Socket.IO's own signature
        """Pass on what Socket.IO itself says, and `watch`; whatever else a client sends means nothing.

        Socket.IO speaks of a socket before it is connected, and when it is no more; in between its client speaks.
        """
        sid = args[0]
        try:
            if self.server.manager.is_connected(sid, NAMESPACE):
                session = self.hub.by_sid.get(sid)
                if event == "watch" and session is not None:
                    return self._watch(session, args[1] if len(args) > 1 else None)
            elif event == "connect":
                self._come(sid, *args[1:])
            elif event == "disconnect":
                self._gone(sid)
        except Refused:
            raise
        except Exception as fault:
            log.error("live_failed", exc_info=fault)  # noqa: TRY400  the fault is named by exc_info
            if event == "connect":
                raise _refused(Busy("Something is wrong on our side. It has been recorded.")) from None
        return None

    def _come(self, sid: str, environ: "WSGIEnvironment", auth: object = None) -> None:
        """Let a member's socket in, or say why not."""
        kept = {name: environ[name] for name in KEPT if name in environ}
        try:
            if self._is_draining or len(self.hub) >= MAX_SOCKETS or (self._is_open and self._relay.is_stalled()):
                raise Busy("No more sockets here for now. Read the feed, and try again later.")
            member, until = self._edge.authenticate_socket(auth, kept)
            self._edge.limit.require(member)
        except TooFast as refusal:
            raise _refused(refusal) from None
        except Refusal as refusal:
            raise _refused(self._count_failure(kept, refusal)) from None
        for name in environ.keys() - {*KEPT, ENVIRON}:
            del environ[name]
        self._open()
        eio_sid = self.server.manager.eio_sid_from_sid(sid, NAMESPACE)
        session = Session(
            sid,
            member,
            until,
            lambda: self._edge.authenticate_socket(auth, kept)[1],
            Wire(
                lambda packed: self.server.eio.send_packet(eio_sid, packed),
                lambda: self._backlog(eio_sid),
                environ[ENVIRON].abort,
            ),
        )
        self._strangers[eio_sid] = -1
        self.hub.add(session)
        gevent.spawn(self._greet, session)

    def _count_failure(self, kept: dict[str, Any], refusal: Refusal) -> Refusal:
        """Credentials that are refused count for the address that sent them, so that guessing is slow."""
        try:
            self._edge.limit.require(f"address:{kept.get('REMOTE_ADDR')}")
        except TooFast as too_fast:
            return too_fast
        return refusal

    def _greet(self, session: Session) -> None:
        try:
            with self._greeters:
                self._relay.greet(session)
        except Exception as fault:
            log.warning("greeting_failed", exc_info=fault)
            self.hub.cut(session, "not_greeted")

    def _gone(self, sid: str) -> None:
        self.hub.remove(sid)
        self._asked.pop(sid, None)

    def _watch(self, session: Session, asked: object) -> dict[str, str]:
        """Have a socket told of a game; what the acknowledgement says."""
        game = asked.get("game") if isinstance(asked, dict) else None
        if not isinstance(game, str) or not GAME.fullmatch(game):
            return {"code": "invalid_request"}
        now_ms, times = self._services.clock.now_ms(), self._asked.setdefault(session.sid, deque(maxlen=WATCHES))
        if len(times) == WATCHES and now_ms - times[0] < WATCH_MS:
            self.hub.cut(session, "too_fast")
            return {"code": "too_fast"}
        times.append(now_ms)
        return {"game": game} if self._relay.watch(session, game) else {"code": "not_found"}

    def _backlog(self, eio_sid: str) -> int:
        """How many messages wait for a socket."""
        socket = self.server.eio.sockets.get(eio_sid)
        return int(socket.queue.qsize()) if socket is not None else 0

    def welcome(self, serve: Any, engine: Any) -> WebSocket:  # noqa: ANN401  as Engine.IO calls it
        """A connection that shakes hands: with the first of them begin to look after sockets."""
        if not self._is_watched:
            self._is_watched = True
            gevent.spawn(self._sweep)
        return WebSocket(serve, engine)

    def _open(self) -> None:
        """With the first member's socket begin to read the log."""
        if not self._is_open:
            self._is_open = True
            self._bell.start()
            self._relay.start()

    def _sweep(self) -> None:
        """Once a second: let go of who may not stay, of plays whose time is over, and of all if nothing can be told."""
        while not self._ending.wait(timeout=SWEEP_SECONDS):
            try:
                self._cut_strangers()
                if self._is_open:
                    self._look_after_members()
            except Exception as fault:
                log.warning("sweep_failed", exc_info=fault)

    def _look_after_members(self) -> None:
        if self._relay.is_stalled():
            self.hub.cut_all("stalled")
        self._renew_credentials()
        self._relay.lapse()

    def _renew_credentials(self) -> None:
        now_ms = self._services.clock.now_ms()
        for session in [session for session in self.hub.by_sid.values() if session.until <= now_ms]:
            try:
                session.until = session.renew()
            except Refusal as refusal:
                session.wire.send(_pack("expired", {"code": refusal.code, "detail": refusal.detail}))
                self.server.disconnect(session.sid, namespace=NAMESPACE)

    def _cut_strangers(self) -> None:
        """Let go of who opened a connection and never said who they are, or said so in vain."""
        sockets = self.server.eio.sockets
        known = self._strangers
        self._strangers = {eio_sid: known.get(eio_sid, 0) for eio_sid in sockets}
        members = {self.server.manager.eio_sid_from_sid(sid, NAMESPACE) for sid in self.hub.by_sid}
        for eio_sid, sweeps in list(self._strangers.items()):
            if eio_sid in members:
                continue
            self._strangers[eio_sid] = sweeps + 1
            socket = sockets.get(eio_sid)
            if sweeps >= STRANGER_SWEEPS and socket is not None:
                socket.close(wait=False)

    def drain(self) -> None:
        """Send everybody elsewhere before this process ends: first they are asked to go, then they are let go."""
        self._is_draining = True
        self.hub.tell_all(list(self.hub.by_sid.values()), "drain", {"within_ms": COME_BACK_MS})
        for _ in range(round(DRAIN_SECONDS / DRAIN_POLL_SECONDS)):
            if not len(self.hub):
                break
            gevent.sleep(DRAIN_POLL_SECONDS)
        for socket in list(self.server.eio.sockets.values()):
            socket.close(wait=False)
        self._ending.set()
        if self._is_open:
            self._relay.stop()
            self._bell.stop()


def open_live(app: OpenAPI, services: Services, plays: Plays) -> Live:
    """Let sockets be opened at `/socket.io/`. Nothing is read and nothing runs before the first one is."""
    edge = edge_of(app)
    quiet = logging.getLogger("engage.live.wire")
    quiet.propagate, quiet.level = False, logging.CRITICAL + 1
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        namespaces=[NAMESPACE],
        json=_Json,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        max_http_buffer_size=MAX_MESSAGE,
        cors_allowed_origins=_Origins(services.settings.base_url),
        async_handlers=False,
        manage_session=False,
        logger=quiet,
        engineio_logger=quiet,
    )
    server = socketio.server
    live = Live(services, edge, plays)
    server.eio._async = {**server.eio._async, "websocket": live.welcome}  # noqa: SLF001  there is no other way in
    server.register_namespace(live)
    on_stop(app, live.drain)
    return live


class _Origins:
    """Which pages may open a socket: those of the public address, or of whatever name this server was called by."""

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).netloc

    def __call__(self, origin: str, environ: "WSGIEnvironment") -> bool:
        """Whether a page of this origin may."""
        return urlsplit(origin).netloc in {self._host, environ.get("HTTP_HOST", "")}


def _pack(name: str, message: object) -> Engine:
    """An event of Socket.IO in its Engine.IO packet, which keeps its encoded form."""
    return Engine(MESSAGE, Packet(EVENT, namespace=NAMESPACE, data=[name, message]).encode())


def _refused(refusal: Refusal) -> Refused:
    """A refusal as Socket.IO's clients get it: the code as message, and the rest as data."""
    return Refused(refusal.code, {"code": refusal.code, "detail": refusal.detail, **refusal.fields})
