"""A WebSocket without manners: sends any bytes, reads frames as they come, or does not read at all."""

from __future__ import annotations

import base64
import json
import secrets
import socket
from typing import Any, Self

TEXT, CLOSE, PING = 0x1, 0x8, 0x9
MASK = b"\x5a\x0f\xc3\x96"
TIMEOUT_SECONDS = 10


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A client's frame, or something like it."""
    size = len(payload)
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    if size < 126:
        head += bytes([mask_bit | size])
    elif size < 1 << 16:
        head += bytes([mask_bit | 126]) + size.to_bytes(2)
    else:
        head += bytes([mask_bit | 127]) + size.to_bytes(8)
    if not masked:
        return head + payload
    return head + MASK + bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))


class RawSocket:
    """A connection that asked to become a WebSocket; `status` is what was answered."""

    def __init__(self, port: int, headers: dict[str, str] | None = None, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT_SECONDS)
        self.socket.connect(("127.0.0.1", port))
        sent = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
            "Sec-WebSocket-Version": "13",
        } | (headers or {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self.socket.sendall(f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{lines}\r\n".encode())
        self._buffer = b""
        head = self._read_until(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.socket.close()

    def enter(self, token: str) -> Any:
        """Come in as a member; what the server says to that."""
        self.text()  # the greeting of Engine.IO
        self.send(frame(b"40/live," + json.dumps({"token": token}).encode()))
        return self.text()

    def send(self, data: bytes) -> None:
        """Send any bytes."""
        self.socket.sendall(data)

    def text(self) -> str:
        """The next text frame. ConnectionError when there comes none."""
        while True:
            opcode, payload = self.read()
            if opcode == TEXT:
                return payload.decode()
            if opcode == CLOSE:
                message = f"closed with {int.from_bytes(payload[:2])}"
                raise ConnectionError(message)

    @property
    def has_more(self) -> bool:
        """Whether something came that was not read yet; the socket itself is not asked."""
        return bool(self._buffer)

    def read(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload. ConnectionError at the end."""
        first, size = self._read(2)
        if size == 126:
            size = int.from_bytes(self._read(2))
        elif size == 127:
            size = int.from_bytes(self._read(8))
        return first & 0x0F, self._read(size)

    def close_code(self) -> int | None:
        """Read to the end: the code of the closing frame, if there was one."""
        code = None
        try:
            while True:
                opcode, payload = self.read()
                if opcode == CLOSE:
                    code = int.from_bytes(payload[:2])
        except ConnectionError:
            return code

    def _read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._receive()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _read_until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._receive()
        taken, _, self._buffer = self._buffer.partition(mark)
        return taken

    def _receive(self) -> None:
        received = self.socket.recv(4096)
        if not received:
            message = "the server is gone"
            raise ConnectionError(message)
        self._buffer += received
