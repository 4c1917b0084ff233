"""A WebSocket (RFC 6455) as Engine.IO drives it, on the very connection of the request.

Sockets are many and idle, and whoever opens one is a stranger. So the request that a socket began as is let go of,
there is one greenlet less a socket than with a reader of its own, no message is ever larger in memory than what is
allowed, and there is no compression: it costs a quarter of a megabyte a socket, and a small frame could unfold into a
large one.
"""

import base64
import binascii
import errno
import hashlib
import socket as sockets
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gevent.lock import BoundedSemaphore

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ENVIRON = "engage.websocket"
HAND_OVER, SOCKET = "engage.hand_over", "gunicorn.socket"
"""How a server gives a connection away: engage.web.server has it served from then on, gunicorn leaves it there."""

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16
RECEIVE = 4096
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, RESERVED, OPCODE, MASKED, LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
CONTROL, MAX_CONTROL = 0x8, 125
TWO_BYTES, EIGHT_BYTES = 126, 127
NORMAL, PROTOCOL_ERROR, UNSUPPORTED, NOT_UTF8, TOO_BIG = 1000, 1002, 1003, 1007, 1009


class Broken(Exception):  # noqa: N818  what the other side did; the connection ends with this code
    """The other side did not keep to the protocol."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebSocket:
    """One socket from its handshake on: Engine.IO calls it as a WSGI application, then reads and writes through it."""

    def __init__(self, serve: Any, server: Any) -> None:  # noqa: ANN401  a method of Engine.IO's socket, its server
        self._serve, self._engine, self._limit = serve, serve.__self__, int(server.max_http_buffer_size)
        self._silence_seconds = server.ping_interval + server.ping_timeout
        self._buffer = bytearray()
        self._sending = BoundedSemaphore(1)
        self._is_closing = False
        self._socket: sockets.socket

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Shake hands, and serve until either side is done: here, or where the server has the connection served."""
        accepted = _accept(environ)
        if accepted is None:
            start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Sec-WebSocket-Version", "13")])
            return [b"This address speaks WebSocket, version 13."]
        environ[ENVIRON] = self
        if HAND_OVER in environ:
            self._begin(environ[HAND_OVER](self._go_on), accepted)
            return []
        self._begin(environ[SOCKET], accepted)
        self._go_on()
        raise StopIteration

    def _begin(self, connection: sockets.socket, accepted: bytes) -> None:
        self._socket = connection
        connection.settimeout(self._silence_seconds)
        with suppress(OSError):
            connection.sendall(accepted)

    def _go_on(self) -> None:
        """Serve until either side is done."""
        try:
            self._serve(self)
        finally:
            self.abort()
            self._engine.server.sockets.pop(self._engine.sid, None)

    def wait(self) -> str | None:
        """The next message; None when the other side is done, or did not keep to the protocol."""
        try:
            return self._read_message()
        except Broken as fault:
            self.close(fault.code)
        except OSError:
            self.abort()
        return None

    def send(self, message: str) -> None:
        """Send a message as one frame, whole. OSError if the other side is gone or does not read."""
        self._send(TEXT, message.encode())

    def close(self, code: int = NORMAL) -> None:
        """Say why, if that is still possible, and let go."""
        if not self._is_closing:
            self._is_closing = True
            with suppress(OSError):
                self._send(CLOSE, code.to_bytes(2))
        self.abort()

    def abort(self) -> None:
        """Let go at once: whoever reads or writes is woken, however full the other side's buffers are."""
        self._is_closing = True
        with suppress(OSError):
            self._socket.shutdown(sockets.SHUT_RDWR)

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < TWO_BYTES:
            head = bytes((FINAL | opcode, size))
        elif size < 1 << 16:
            head = bytes((FINAL | opcode, TWO_BYTES)) + size.to_bytes(2)
        else:
            head = bytes((FINAL | opcode, EIGHT_BYTES)) + size.to_bytes(8)
        with self._sending:
            self._socket.sendall(head + payload)

    def _read_message(self) -> str | None:
        """The next text, put together from its frames; what is said about the connection is answered on the way."""
        text: bytearray | None = None
        while True:
            opcode, is_final, payload = self._read_frame(self._limit - len(text or b""))
            if opcode >= CONTROL:
                if self._answer(opcode, payload):
                    return None
                continue
            if opcode == BINARY:
                raise Broken(UNSUPPORTED)
            if (opcode == CONTINUED) != (text is not None):
                raise Broken(PROTOCOL_ERROR)
            text = payload if text is None else text + payload
            if is_final:
                try:
                    return text.decode()
                except UnicodeDecodeError:
                    raise Broken(NOT_UTF8) from None

    def _answer(self, opcode: int, payload: bytearray) -> bool:
        """Answer a control frame; whether it was the last one."""
        if opcode == CLOSE:
            self.close(int.from_bytes(payload[:2]) if len(payload) > 1 else NORMAL)
        elif opcode == PING:
            self._send(PONG, bytes(payload))
        elif opcode != PONG:
            raise Broken(PROTOCOL_ERROR)
        return opcode == CLOSE

    def _read_frame(self, room: int) -> tuple[int, bool, bytearray]:
        """Opcode, whether it ends its message, and the payload, of which there may be `room` bytes."""
        first, second = self._read(2)
        opcode, size = first & OPCODE, second & LENGTH
        is_control = opcode >= CONTROL
        if first & RESERVED or not second & MASKED or (is_control and not (first & FINAL and size <= MAX_CONTROL)):
            raise Broken(PROTOCOL_ERROR)
        if opcode not in (CONTINUED, TEXT, BINARY) and not is_control:
            raise Broken(PROTOCOL_ERROR)
        if size == TWO_BYTES:
            size = int.from_bytes(self._read(2))
        elif size == EIGHT_BYTES:
            size = int.from_bytes(self._read(8))
        if not is_control and size > room:
            raise Broken(TOO_BIG)
        mask = self._read(4)
        return opcode, bool(first & FINAL), _unmask(self._read(size), mask)

    def _read(self, size: int) -> bytearray:
        """Just so many bytes. OSError when they don't come."""
        buffer = self._buffer
        while len(buffer) < size:
            received = self._socket.recv(RECEIVE)
            if not received:
                raise ConnectionResetError(errno.ECONNRESET, "the other side is gone")
            buffer += received
        taken = buffer[:size]
        del buffer[:size]
        return taken


def _unmask(payload: bytearray, mask: bytearray) -> bytearray:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return bytearray((int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size))


def _accept(environ: "WSGIEnvironment") -> bytes | None:
    """The answer to an opening handshake; None if it is none of this version."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        is_key = False
    if not is_key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return None
    mark = base64.b64encode(hashlib.sha1(key.encode() + MAGIC, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + mark + b"\r\n\r\n"
    )
